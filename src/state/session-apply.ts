// The apply's part of the session: its journal moves the view from review to live steps to the outcome.
import { type ApplyProgress, markInterrupted, progressAfter } from './apply-progress.ts';
import { type Draft, emptyDraft } from './draft.ts';
import { draftToProfile } from './draft-to-profile.ts';
import type { JournalEvent } from './journal-event.ts';
import type { Profile } from './profile.ts';
import { isUntouched } from './profile-to-draft.ts';
import { profileDigest } from './render-profile.ts';
import type { Command, Session, Transition, View } from './session.ts';
import { factsOf } from './session-facts.ts';
import type { Status } from './status.ts';

/** What this console asked for, when the apply is of exactly that. */
const ownProfile = (draft: Draft, session: Session, progress: ApplyProgress): Profile | undefined => {
  const profile = draftToProfile(draft, factsOf(session), session.secrets);
  return profile.ok && profileDigest(profile.value) === progress.profileDigest ? profile.value : undefined;
};

/** A console at which nobody has done anything yet follows whatever the node does: at boot, or from another console. */
const isIdle = ({ view, draft }: Session): boolean =>
  view.kind === 'editing' && view.step === 'welcome' && isUntouched(draft);

const viewAfter = (session: Session, progress: ApplyProgress): View => {
  const { view } = session;
  const isNew = progress.apply !== session.progress?.apply;
  const awaited = view.kind === 'reviewing' && view.apply === 'asked' && isNew;
  const follows = view.kind === 'applying' || awaited || (isNew && isIdle(session));
  // Somebody takes it back.
  if (view.kind === 'applied' && !isNew) return { kind: 'applied', progress };
  if (!follows) return view;
  const asked = awaited || (view.kind === 'applying' && view.asked);
  if (progress.outcome === 'running') return { kind: 'applying', asked };
  return progress.outcome === 'converged' && !asked ? { kind: 'console' } : { kind: 'applied', progress };
};

const withoutKeys = (secrets: Session['secrets']): Session['secrets'] =>
  Object.fromEntries(Object.entries(secrets).filter(([field]) => !field.startsWith('cluster.')));

const told = (session: Session, progress: ApplyProgress | undefined): Transition => {
  if (progress === undefined) return { session: { ...session, progress }, commands: [] };
  const ended = progress.outcome !== 'running' && progress !== session.progress;
  const own = ended && progress.outcome === 'converged' ? ownProfile(session.draft, session, progress) : undefined;
  const next: Session = { ...session, progress, view: viewAfter(session, progress) };
  if (!ended) return { session: next, commands: [] };
  // Whoever has the wizard open again keeps what stands in it: a form is never emptied under somebody's hands.
  const done = own !== undefined && next.view.kind !== 'editing';
  const commands: readonly Command[] = [
    { type: 'read-in-force' },
    ...(done ? [{ type: 'discard-draft' } as const] : []),
  ];
  const draft = done ? emptyDraft : next.draft;
  // In force from this moment: who presses Save at once is not told that there is nothing to save.
  // What was typed of the cluster's keys is in the profile now.
  const secrets = done ? withoutKeys(next.secrets) : next.secrets;
  return { session: own === undefined ? next : { ...next, draft, secrets, inForce: own }, commands };
};

export const hearJournal = (session: Session, events: readonly JournalEvent[]): Transition =>
  told(session, events.reduce(progressAfter, session.progress));

/** The journal of a killed apply just ends; the status, which looks at the lock, is what tells. */
export const hearStatus = (session: Session, status: Status): Transition => {
  const apply = status.lastApply.kind === 'live' ? status.lastApply.value : undefined;
  const { progress } = session;
  const died = progress?.outcome === 'running' && apply?.outcome === 'interrupted' && apply.apply === progress.apply;
  return died ? told(session, markInterrupted(progress)) : { session, commands: [] };
};

/** What a retry would apply: what was typed, else what was tried, else what is in force. */
export const retryProfile = (session: Session): Profile | undefined => {
  const typed = draftToProfile(session.draft, factsOf(session), session.secrets);
  return typed.ok ? typed.value : (session.attempted ?? session.inForce);
};

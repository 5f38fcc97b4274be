// Where a console opens: at whatever the node is doing, so that a lost line or a second console changes nothing.
import { type ApplyProgress, foldProgress, markInterrupted } from './apply-progress.ts';
import { type Draft, emptyDraft } from './draft.ts';
import { isUntouched, profileToDraft } from './profile-to-draft.ts';
import { pending } from './reading.ts';
import { withoutClusterSecrets } from './redact-profile.ts';
import { profileDigest } from './render-profile.ts';
import type { Opening, Session, View } from './session.ts';
import { openStep } from './session-editing.ts';
import { startingSharing } from './sharing.ts';

export const startingSession = (rehearsal: boolean): Session => ({
  view: { kind: 'starting', problem: undefined },
  overlay: { kind: 'none' },
  draft: emptyDraft,
  secrets: {},
  facts: pending,
  resolved: pending,
  inForce: undefined,
  attempted: undefined,
  progress: undefined,
  statuses: [],
  trend: [],
  verdict: undefined,
  offer: undefined,
  notice: undefined,
  sharing: startingSharing,
  lock: { kind: 'open', lastKeyMs: 0, idle: 'no' },
  rehearsal,
});

/** The file of a draft holds no keys of a cluster: those that the node has are there again, for the profile that was being changed. */
const withKeys = (draft: Draft, { inForce, attempted }: Opening): Draft => {
  const { base } = draft;
  const known = [attempted, inForce].find(
    (profile) =>
      profile !== undefined &&
      base !== undefined &&
      profileDigest(withoutClusterSecrets(profile)) === profileDigest(base),
  );
  return known === undefined ? draft : { ...draft, base: known };
};

/** What somebody typed wins; else what was tried and did not converge is there to be corrected. */
const draftOf = (opening: Opening, progress: ApplyProgress | undefined): Draft => {
  if (opening.draft !== undefined && !isUntouched(opening.draft)) return withKeys(opening.draft, opening);
  const unfinished = progress !== undefined && progress.outcome !== 'converged' && opening.attempted !== undefined;
  return unfinished && opening.attempted !== undefined ? profileToDraft(opening.attempted) : emptyDraft;
};

const viewOf = (opening: Opening, progress: ApplyProgress | undefined): View | 'draft' | 'welcome' => {
  const typed = opening.draft !== undefined && !isUntouched(opening.draft);
  if (progress?.outcome === 'running') return { kind: 'applying', asked: typed };
  if (typed) return 'draft';
  if (progress !== undefined && progress.outcome !== 'converged') return { kind: 'applied', progress };
  return opening.inForce !== undefined || progress !== undefined ? { kind: 'console' } : 'welcome';
};

export const openSession = (session: Session, opening: Opening): Session => {
  const told = foldProgress(opening.journal);
  const progress = told === undefined || opening.applyRuns ? told : markInterrupted(told);
  const draft = draftOf(opening, progress);
  const known: Session = {
    ...session,
    draft,
    facts: opening.facts,
    resolved: opening.resolved,
    inForce: opening.inForce,
    attempted: opening.attempted,
    progress,
  };
  const view = viewOf(opening, progress);
  if (view === 'welcome') return openStep(known, 'welcome');
  if (view !== 'draft') return { ...known, view };
  const notice = { tone: 'plain', text: 'Your draft is as you left it' } as const;
  return { ...openStep(known, draft.step), notice };
};

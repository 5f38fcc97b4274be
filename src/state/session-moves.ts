// The moves between views that take more than a line: back, on, retry, save, and what a failure leaves open.
import { nextConsent } from './consent.ts';
import { emptyDraft } from './draft.ts';
import { joinRefused } from './join-overlay.ts';
import { offerEnded } from './offer-overlay.ts';
import { prepareFailed } from './prepare-overlay.ts';
import { isUntouched, pinUses, profileToDraft } from './profile-to-draft.ts';
import type { NetworkVerdict, Notice, Session, SessionEvent, Transition, View } from './session.ts';
import { retryProfile } from './session-apply.ts';
import { goBack, goOn, openStep, stay } from './session-editing.ts';
import { factsOf } from './session-facts.ts';
import { trialOf } from './session-trial.ts';
import { undoFailed } from './undo-overlay.ts';
import { zramUnchanged, zramUnread } from './zram-overlay.ts';

export const withNotice = (session: Session, tone: Notice['tone'], text: string): Session => ({
  ...session,
  notice: { tone, text },
});

/** Changing what is in force; a draft that somebody began is never thrown away for it. */
export const change = (session: Session): Session => {
  if (!isUntouched(session.draft)) return openStep(session, session.draft.step);
  if (session.inForce === undefined) return openStep({ ...session, draft: emptyDraft }, 'welcome');
  return openStep({ ...session, draft: profileToDraft(session.inForce) }, 'role');
};

export const retry = (session: Session): Transition => {
  const profile = retryProfile(session);
  if (profile === undefined) return stay(openStep(session, 'welcome'));
  return { session: { ...session, view: { kind: 'planning', profile } }, commands: [{ type: 'plan', profile }] };
};

export const compare = (session: Session): Transition => {
  const profile = session.inForce;
  if (profile === undefined)
    return stay(withNotice(session, 'bad', 'No profile is in force yet: there is nothing to save'));
  const view: View = { kind: 'comparing', profile, diff: undefined, scroll: 0, saving: false };
  return { session: { ...session, view }, commands: [{ type: 'compare', profile }] };
};

/** Once, and only while there is something to decide: the second press would find nothing provisional. */
export const decide = (session: Session, verdict: NetworkVerdict): Transition =>
  trialOf(session)?.kind !== 'provisional' || session.verdict !== undefined
    ? stay(session)
    : { session: { ...session, verdict }, commands: [{ type: 'decide-network', verdict }] };

export const decided = (session: Session, verdict: NetworkVerdict): Session =>
  verdict === 'keep'
    ? withNotice(session, 'good', 'The new network settings stay')
    : withNotice(session, 'good', 'The old network settings are back, and checked');

export const rest = (session: Session): Session => ({ ...session, view: { kind: 'console' } });

/** What the help is on; without help, nothing lies over the view. */
export const underHelp = (session: Session): Session => ({
  ...session,
  overlay: session.overlay.kind === 'help' ? (session.overlay.over ?? { kind: 'none' }) : { kind: 'none' },
});

export const help = (session: Session): Session => {
  const { overlay } = session;
  if (overlay.kind === 'help') return underHelp(session);
  return { ...session, overlay: { kind: 'help', scroll: 0, ...(overlay.kind === 'none' ? {} : { over: overlay }) } };
};

export const back = (session: Session): Session => {
  const { view, overlay } = session;
  if (overlay.kind === 'power' && overlay.choice !== undefined)
    return { ...session, overlay: { kind: 'power', choice: undefined } };
  if (overlay.kind !== 'none') return underHelp(session);
  switch (view.kind) {
    case 'starting':
      return session;
    case 'editing':
      // Its answer would be taken for that of the next password.
      if (view.work === 'hashing') return withNotice(session, 'plain', 'The password is being hashed: one moment');
      return goBack(session, view);
    case 'planning':
    case 'reviewing':
      return openStep(session, 'access');
    case 'applying':
      return withNotice(rest(session), 'plain', 'The apply goes on without this screen; F5 shows it again');
    case 'applied':
      return view.progress.outcome === 'converged' ? rest(session) : openStep(session, 'access');
    case 'comparing':
      return view.saving ? withNotice(session, 'plain', 'The profile is being written: one moment') : rest(session);
    case 'exporting':
      return rest(session);
    case 'console':
      return withNotice(session, 'plain', 'This is the first screen. F2 changes this node, F10 ends its uptime');
  }
};

export const scroll = (session: Session, by: number, max: number): Session => {
  const moved = (from: number): number => Math.max(0, Math.min(from + by, max));
  const { view, overlay } = session;
  if (overlay.kind === 'help') return { ...session, overlay: { ...overlay, scroll: moved(overlay.scroll) } };
  if (view.kind === 'reviewing' || view.kind === 'comparing' || view.kind === 'exporting')
    return { ...session, view: { ...view, scroll: moved(view.scroll) } };
  return session;
};

export const next = (session: Session): Transition => {
  const { view } = session;
  switch (view.kind) {
    case 'editing':
      return view.work === 'hashing' ? stay(session) : goOn(session, view);
    case 'reviewing': {
      if (view.apply === 'asked') return stay(session);
      const blocked = view.plan.steps.find(({ verdict }) => verdict.kind === 'blocked');
      if (blocked !== undefined)
        return stay(withNotice(session, 'bad', `${blocked.title} is blocked: nothing is applied until that is solved`));
      const missing = nextConsent(session);
      if (missing !== undefined) return stay(missing);
      const { profile, plan } = view;
      return {
        session: {
          ...session,
          draft: isUntouched(session.draft) ? session.draft : pinUses(session.draft, profile, factsOf(session)),
          view: { ...view, apply: 'asked' },
        },
        commands: [{ type: 'apply', profile, plan }],
      };
    }
    case 'applied':
      return stay(rest(session));
    default:
      return stay(session);
  }
};

export const failed = (session: Session, event: Extract<SessionEvent, { type: 'failed' }>): Session => {
  const { view } = session;
  const said = withNotice(session, 'bad', `${event.problem.summary}: ${event.problem.remedy}`);
  switch (event.of) {
    // Nobody waits any more for what was only looked up for a screen that is left.
    case 'hash-password':
      return view.kind === 'editing' && view.work === 'hashing'
        ? { ...said, view: { ...view, work: 'none' } }
        : session;
    case 'plan':
      return view.kind === 'planning' ? { ...openStep(said, 'access'), notice: said.notice } : session;
    case 'compare':
      return view.kind === 'comparing' && view.diff === undefined ? rest(said) : session;
    case 'forecast-all-zram':
    case 'forecast-zram':
      return zramUnread(session, said, event.of);
    case 'take-join':
      return joinRefused(session, event.problem) ?? session;
    case 'offer-join':
      return offerEnded(session, event.problem);
    case 'apply':
      return view.kind === 'reviewing' ? { ...said, view: { ...view, apply: 'idle' } } : said;
    case 'undo-apply':
      return undoFailed(said);
    case 'prepare-config':
      return prepareFailed(said);
    case 'change-zram':
      return zramUnchanged(said);
    case 'decide-network':
      return { ...said, verdict: undefined };
    case 'commit':
      return view.kind === 'comparing' ? { ...said, view: { ...view, saving: false } } : said;
    default:
      return said;
  }
};

// Every event in every state: pure, total, and the only way by which the session changes.

import { reduceConsent } from './consent.ts';
import { setValue } from './draft.ts';
import { moveFind, openFind, takeFind, typeFind } from './find-port.ts';
import { reduceJoin } from './join-overlay.ts';
import { hearOffer, reduceOffer } from './offer-overlay.ts';
import { reducePrepare } from './prepare-overlay.ts';
import { isUntouched } from './profile-to-draft.ts';
import { live } from './reading.ts';
import { refreshFacts } from './refresh-facts.ts';
import { profileDigest } from './render-profile.ts';
import type { Command, MadeBundle, Session, SessionEvent, Transition } from './session.ts';
import { hearJournal, hearStatus } from './session-apply.ts';
import {
  keepFocus,
  leaveStep,
  moveFocus,
  moveHighlight,
  moveOption,
  stay,
  takeHash,
  takeSecret,
  typeInto,
} from './session-editing.ts';
import { factsOf } from './session-facts.ts';
import { keyboardCommands, keyboardTried } from './session-keyboard.ts';
import {
  back,
  change,
  compare,
  decide,
  decided,
  failed,
  help,
  next,
  rest,
  retry,
  scroll,
  withNotice,
} from './session-moves.ts';
import { openSession } from './session-start.ts';
import { trialOf } from './session-trial.ts';
import type { Status } from './status.ts';
import { reduceUndo } from './undo-overlay.ts';
import { reduceZram } from './zram-overlay.ts';

const trendLength = 240;

const ratioOf = (status: Status): number | undefined => {
  const zram = status.zram.kind === 'live' ? status.zram.value : undefined;
  return zram === undefined || zram.used === 0 ? undefined : zram.original / zram.used;
};

const makingWords = 'Reading this node for a support bundle: up to a minute where daemons do not answer';

const madeWords = ({ path, bytes }: MadeBundle): string =>
  `${path}, ${Math.ceil(bytes / 1024)} KiB: fetch it with scp, or in a shell (F12) mayfly bundle --serial`;

const withStatus = (session: Session, status: Status): Transition => {
  const ratio = ratioOf(status);
  const statuses = [...session.statuses.slice(-1), status];
  const trend = ratio === undefined ? session.trend : [...session.trend, ratio].slice(-trendLength);
  const seen = { ...session, statuses, trend };
  const isOpen = trialOf(seen)?.kind === 'provisional';
  return hearStatus(isOpen ? seen : { ...seen, verdict: undefined }, status);
};

/** The keys' events; every one of them takes the last notice away. */
const reduce = (before: Session, event: SessionEvent): Transition => {
  const { view, overlay } = before;
  switch (event.type) {
    case 'opened':
      return stay(view.kind === 'starting' ? openSession(before, event.opening) : before);
    case 'opening-failed':
      return stay(view.kind === 'starting' ? { ...before, view: { ...view, problem: event.problem } } : before);
    case 'facts':
      return stay({ ...before, facts: live(refreshFacts(factsOf(before), event.facts), event.atMs) });
    case 'resolved':
      return stay({ ...before, resolved: live(event.resolved, event.atMs) });
    case 'status':
      return withStatus(before, event.status);
    case 'in-force':
      return stay({ ...before, inForce: event.profile, attempted: event.attempted });
    case 'journal':
      return view.kind === 'starting' ? stay(before) : hearJournal(before, event.events);
    case 'hashed':
      return view.kind === 'editing' ? takeHash(before, view, event.hash) : stay(before);
    case 'secret-made':
      return stay(
        withNotice(
          takeSecret(before, event.field, event.secret),
          'good',
          'A new secret is set: it goes into the profile, and from there to the other servers',
        ),
      );
    case 'planned':
      // One that was asked for before somebody went back and corrected the profile is nobody's any more.
      return view.kind === 'planning' && event.plan.profileDigest === profileDigest(view.profile)
        ? stay({
            ...before,
            view: { kind: 'reviewing', profile: view.profile, plan: event.plan, scroll: 0, apply: 'idle' },
          })
        : stay(before);
    case 'compared':
      return view.kind === 'comparing' && view.diff === undefined && view.profile === event.profile
        ? stay({ ...before, view: { ...view, diff: event.diff } })
        : stay(before);
    case 'committed':
      return stay(
        view.kind === 'comparing'
          ? withNotice(rest(before), 'good', `Saved as ${event.path}: every boot applies it from now on`)
          : before,
      );
    case 'network-decided':
      return stay(decided(before, event.verdict));
    case 'keyboard-tried':
      return stay(keyboardTried(before, event.layout, event.here));
    case 'apply-undone':
      return reduceUndo(before, event) ?? stay(before);
    case 'config-prepared':
      return reducePrepare(before, event) ?? stay(before);
    case 'bundle-made':
      return stay(withNotice(before, 'good', madeWords(event)));
    case 'apply-accepted':
    case 'shell-closed':
      return stay(before);
    case 'failed':
      return stay(failed(before, event));
    case 'zram-forecasts':
    case 'zram-forecast':
    case 'zram-done':
      return reduceZram(before, event) ?? stay(before);
    case 'offer-told':
    case 'offer-taken':
      return stay(hearOffer(before, event));
    case 'join-given':
      return reduceJoin(before, event) ?? stay(before);
    default:
      break;
  }
  const session: Session = before.notice === undefined ? before : { ...before, notice: undefined };
  const zram = reduceZram(session, event);
  if (zram !== undefined) return zram;
  const join = reduceJoin(session, event);
  if (join !== undefined) return join;
  const offer = reduceOffer(session, event);
  if (offer !== undefined) return offer;
  const undo = reduceUndo(session, event);
  if (undo !== undefined) return undo;
  const prepare = reducePrepare(session, event);
  if (prepare !== undefined) return prepare;
  const consent = reduceConsent(session, event);
  if (consent !== undefined) return stay(consent);
  if (overlay.kind === 'find' && (event.type === 'next' || event.type === 'edit' || event.type === 'highlight'))
    return stay(
      event.type === 'next'
        ? takeFind(session)
        : event.type === 'edit'
          ? typeFind(session, event.edit)
          : moveFind(session, event.by),
    );
  if (
    overlay.kind !== 'none' &&
    !['back', 'scroll', 'help', 'power', 'power-choice', 'confirm', 'refused'].includes(event.type)
  )
    return stay(session);
  const editing = view.kind === 'editing' && view.work === 'none' ? view : undefined;
  switch (event.type) {
    case 'next':
      return next(session);
    case 'leave':
      return editing === undefined ? stay(session) : leaveStep(session, editing);
    case 'back':
      return stay(back(session));
    case 'focus':
      return stay(editing === undefined ? session : moveFocus(session, editing, event.by));
    case 'find':
      return stay(openFind(session));
    case 'option':
      return stay(editing === undefined ? session : moveOption(session, editing, event.by));
    case 'highlight':
      return stay(editing === undefined ? session : moveHighlight(session, editing, event.by));
    case 'edit':
      return stay(editing === undefined ? session : typeInto(session, editing, event.edit));
    case 'choose':
      return stay(
        editing === undefined ? session : { ...session, draft: setValue(session.draft, event.field, event.value) },
      );
    case 'make-secret':
      return editing === undefined
        ? stay(session)
        : { session, commands: [{ type: 'make-secret', field: event.field }] };
    case 'scroll':
      return stay(scroll(session, event.by, event.max));
    case 'change':
      return stay(view.kind === 'console' || view.kind === 'applied' ? change(session) : session);
    case 'show-apply':
      if (view.kind !== 'console' || session.progress === undefined) return stay(session);
      return stay({
        ...session,
        view:
          session.progress.outcome === 'running'
            ? { kind: 'applying', asked: false }
            : { kind: 'applied', progress: session.progress },
      });
    case 'show-dashboard':
      return stay(view.kind === 'applied' || view.kind === 'applying' ? rest(session) : session);
    case 'retry':
      return view.kind === 'applied' ? retry(session) : stay(session);
    case 'decide-network':
      return decide(session, event.verdict);
    case 'compare':
      return view.kind === 'applied' || view.kind === 'console' ? compare(session) : stay(session);
    case 'commit':
      return view.kind === 'comparing' && view.diff !== undefined && view.diff !== '' && !view.saving
        ? {
            session: { ...session, view: { ...view, saving: true } },
            commands: [{ type: 'commit', profile: view.profile }],
          }
        : stay(session);
    case 'bundle':
      return view.kind === 'applied' || view.kind === 'console'
        ? { session: withNotice(session, 'plain', makingWords), commands: [{ type: 'make-bundle' }] }
        : stay(session);
    case 'export':
      return stay(
        (view.kind === 'applied' || view.kind === 'console') && session.inForce !== undefined
          ? { ...session, view: { kind: 'exporting', profile: session.inForce, scroll: 0 } }
          : session,
      );
    case 'help':
      return stay(help(session));
    case 'power':
      return stay({ ...session, overlay: { kind: 'power', choice: undefined } });
    case 'power-choice':
      return stay(
        overlay.kind === 'power' ? { ...session, overlay: { kind: 'power', choice: event.choice } } : session,
      );
    case 'confirm':
      return overlay.kind === 'power' && overlay.choice !== undefined
        ? {
            session: { ...session, overlay: { kind: 'none' } },
            commands: [{ type: 'end-uptime', choice: overlay.choice }],
          }
        : stay(session);
    case 'shell':
      return {
        session,
        commands: [
          // Before the machine is read nobody knows that it is in maintenance.
          {
            type: 'shell',
            maintenance:
              view.kind !== 'starting' && session.inForce === undefined && session.draft.passwordHash === undefined,
          },
        ],
      };
    case 'undo-apply':
    case 'prepare':
    case 'zram':
    case 'zram-choose':
    case 'join':
    case 'offer':
    case 'offer-for':
      return stay(session);
    case 'refused':
      return stay(withNotice(session, 'plain', event.why));
  }
};

export const reduceSession = (session: Session, event: SessionEvent): Transition => {
  const transition = reduce(session, event);
  const seen = event.type === 'facts' || event.type === 'status';
  const after = seen ? keepFocus(session, transition.session) : transition.session;
  const { draft } = after;
  const isOther = draft !== session.draft && event.type !== 'opened';
  const typed = isOther && !isUntouched(draft);
  // What was typed and then taken back is not there again at the next console.
  const undone = isOther && !typed && !isUntouched(session.draft) && transition.commands.length === 0;
  const saving: readonly Command[] = typed
    ? [{ type: 'save-draft', draft }]
    : undone
      ? [{ type: 'discard-draft' }]
      : [];
  return { session: after, commands: [...transition.commands, ...keyboardCommands(session, after), ...saving] };
};

// Which events change something, as one table: for those a console must be the one that writes.
import type { Session, SessionEvent } from './session.ts';

/** `answer`: no key, but what the machine or an effect says. */
export type Need = 'write' | 'look' | 'answer';

type Rule = Need | ((session: Session) => Need);

/** In the middle of the wizard every move is one of the screen that all see. */
const inWizard = ({ view, overlay }: Session): Need =>
  overlay.kind === 'none' &&
  ((view.kind === 'editing' && view.step !== 'welcome') || view.kind === 'planning' || view.kind === 'reviewing')
    ? 'write'
    : 'look';

const rules: Readonly<Record<SessionEvent['type'], Rule>> = {
  opened: 'answer',
  'opening-failed': 'answer',
  facts: 'answer',
  find: inWizard,
  resolved: 'answer',
  status: 'answer',
  'in-force': 'answer',
  journal: 'answer',
  hashed: 'answer',
  'secret-made': 'answer',
  planned: 'answer',
  compared: 'answer',
  committed: 'answer',
  'apply-accepted': 'answer',
  'network-decided': 'answer',
  'shell-closed': 'answer',
  'bundle-made': 'answer',
  'apply-undone': 'answer',
  'config-prepared': 'answer',
  'keyboard-tried': 'answer',
  failed: 'answer',
  // To begin is to write, to leave the outcome of an apply is not.
  next: ({ view }) => (view.kind === 'editing' || view.kind === 'reviewing' ? 'write' : 'look'),
  leave: 'write',
  back: (session) => (session.overlay.kind === 'power' ? 'write' : inWizard(session)),
  focus: 'write',
  option: 'write',
  highlight: 'write',
  edit: 'write',
  'make-secret': 'write',
  choose: 'write',
  scroll: inWizard,
  change: 'write',
  'show-apply': 'look',
  'show-dashboard': 'look',
  retry: 'write',
  'undo-apply': 'write',
  prepare: 'write',
  'decide-network': 'write',
  compare: 'look',
  commit: 'write',
  export: 'look',
  help: 'look',
  power: 'write',
  'power-choice': 'write',
  confirm: 'write',
  shell: 'look',
  bundle: 'look',
  refused: 'look',
  zram: 'look',
  'zram-choose': 'look',
  'zram-forecasts': 'answer',
  'zram-forecast': 'answer',
  'zram-done': 'answer',
  join: 'write',
  'join-given': 'answer',
  offer: 'look',
  'offer-for': 'look',
  'offer-told': 'answer',
  'offer-taken': 'answer',
};

export const needOf = (session: Session, event: SessionEvent): Need => {
  const rule = rules[event.type];
  return typeof rule === 'function' ? rule(session) : rule;
};

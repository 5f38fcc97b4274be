// How the screen is divided: header, rule, body, the rows of a notice, footer; together always exactly the screen.
import { chosenCluster, clusterChoices } from '../state/cluster-choices.ts';
import type { WizardStep } from '../state/draft.ts';
import { wizardSteps } from '../state/draft.ts';
import type { Session } from '../state/session.ts';
import { looksAlong, otherWriter } from '../state/sharing.ts';
import { noticeLines } from './notice.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** Header, rule and footer. */
const frameRows = 3;

/** What is left for the body: a notice of several rows takes them from it and from nothing else. */
export const bodyHeight = (session: Session, { columns, rows }: Size): number =>
  Math.max(1, rows - frameRows - noticeLines(session, columns).length);

const stepTitles: Readonly<Record<WizardStep, string>> = {
  welcome: 'Welcome',
  role: 'Role',
  network: 'Network',
  cluster: 'Cluster filesystem',
  'cluster-form': 'Cluster filesystem',
  zram: 'zram root',
  access: 'Access and time',
};

/** The two parts of the cluster screen are one of them. */
const screens = wizardSteps.filter((step) => step !== 'cluster-form');
const numberOf = (step: WizardStep): number => screens.findIndex((screen) => step.startsWith(screen));

const filesystemName = ({ draft }: Session): string =>
  clusterChoices(undefined).find(({ value }) => value === chosenCluster(draft))?.label ?? stepTitles.cluster;

const ownTitle = (session: Session): string => {
  if (session.overlay.kind === 'power') return 'Power';
  if (session.overlay.kind === 'consent') return 'Data would be lost';
  if (session.overlay.kind === 'join') return 'Join by code';
  if (session.overlay.kind === 'offer') return 'Join code';
  if (session.overlay.kind === 'undo') return 'Take the apply back';
  if (session.overlay.kind === 'prepare') return 'Config partition';
  if (session.overlay.kind === 'find') return 'Find a port';
  if (session.overlay.kind === 'zram') return 'zram operations';
  const { view } = session;
  switch (view.kind) {
    case 'starting':
      return 'Starting';
    case 'editing': {
      const title = view.step === 'cluster-form' ? filesystemName(session) : stepTitles[view.step];
      return view.step === 'welcome' ? title : `${title} (${numberOf(view.step)} of ${screens.length})`;
    }
    case 'planning':
      return 'Planning';
    case 'reviewing':
      return `Review (${screens.length} of ${screens.length})`;
    case 'applying':
      return 'Apply';
    case 'applied':
      return 'Applied';
    case 'comparing':
      return 'Save the profile';
    case 'exporting':
      return 'The profile';
    case 'console':
      return 'Dashboard';
  }
};

/** Whose screen this is comes first: nobody shall think that his keys do what is seen. */
export const titleOf = (session: Session): string => {
  if (session.lock.kind === 'locked') return 'Locked';
  const writer = otherWriter(session);
  return writer !== undefined && looksAlong(session)
    ? `Looking on at ${writer.console}: ${ownTitle(session)}`
    : ownTitle(session);
};

// How the screen is divided: header, rule, body, one line for notices, footer.
import type { WizardStep } from '../state/draft.ts';
import { wizardSteps } from '../state/draft.ts';
import type { Session } from '../state/session.ts';

export type Size = { readonly columns: number; readonly rows: number };

const frameRows = 4;

export const bodyHeight = ({ rows }: Size): number => Math.max(1, rows - frameRows);

const stepTitles: Readonly<Record<WizardStep, string>> = {
  welcome: 'Welcome',
  role: 'Role',
  network: 'Network',
  cluster: 'Cluster filesystem',
  zram: 'zram root',
  access: 'Access and time',
};

export const titleOf = (session: Session): string => {
  if (session.overlay.kind === 'power') return 'Power';
  const { view } = session;
  switch (view.kind) {
    case 'starting':
      return 'Starting';
    case 'editing': {
      const title = stepTitles[view.step];
      return view.step === 'welcome' ? title : `${title} (${wizardSteps.indexOf(view.step)} of ${wizardSteps.length})`;
    }
    case 'planning':
      return 'Planning';
    case 'reviewing':
      return `Review (${wizardSteps.length} of ${wizardSteps.length})`;
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

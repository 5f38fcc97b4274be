// The answers so far as a block that can be pasted: a comment that names each question, the answer under it, and no secret.
import { titleOf } from '../screens/layout.ts';
import { chosenCluster, clusterChoices } from '../state/cluster-choices.ts';
import { type Draft, type WizardStep, wizardSteps } from '../state/draft.ts';
import type { Field } from '../state/field.ts';
import { isUntouched, profileToDraft } from '../state/profile-to-draft.ts';
import { roleChoices } from '../state/role-choices.ts';
import type { Session } from '../state/session.ts';
import { fieldsHere, openStep } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { fieldLabel } from './field-asks.ts';
import { nothing } from './field-replies.ts';
import { keysOf, unfinishedKey } from './key-list.ts';

type Item = {
  readonly step: WizardStep;
  readonly question: string;
  readonly answers: readonly string[];
  /** Somebody answered it, whatever is asked now. */
  readonly answered: boolean;
};

const answersTo = (field: Field): readonly string[] => {
  switch (field.kind) {
    case 'choice':
      return [field.options.find(({ value }) => value === field.value)?.label ?? field.value];
    case 'lines':
      return [...keysOf(`${field.value}${unfinishedKey(field.value) === '' ? '' : '\n'}`), nothing];
    case 'secret':
      return [nothing];
    default:
      return [field.value.trim() === '' ? nothing : field.value.trim()];
  }
};

const leftOut = ', a secret: left out';

const itemsOf = (session: Session, step: WizardStep): readonly Item[] => {
  const { draft } = session;
  const item = (field: string, label: string, answers: readonly string[]): Item => {
    const title = titleOf(openStep(session, step));
    return { step, question: `${title}: ${label}`, answers, answered: draft.values[field] !== undefined };
  };
  switch (step) {
    case 'welcome':
      return [{ step, question: 'Welcome', answers: ['begin'], answered: false }];
    case 'role':
      return [item('role', 'role', [roleChoices.find(({ value }) => value === draft.values.role)?.label ?? 'storage'])];
    case 'cluster': {
      const choice = clusterChoices(undefined).find(({ value }) => value === chosenCluster(draft));
      return [item('cluster.filesystem', 'filesystem', [choice?.label ?? 'none'])];
    }
    default:
      return fieldsHere(session, step)
        .filter(({ id }) => id !== 'access.repeat')
        .map((field) => item(field.id, fieldLabel(field) + (field.kind === 'secret' ? leftOut : ''), answersTo(field)));
  }
};

/** Before the question that is asked now; everything once the wizard is through. */
const isPast = ({ view }: Session, step: WizardStep, index: number): boolean => {
  if (view.kind !== 'editing') return true;
  const [at, here] = [wizardSteps.indexOf(step), wizardSteps.indexOf(view.step)];
  // The repeated password is no question of the block.
  const focus = view.step === 'access' && view.focus > 0 ? view.focus - 1 : view.focus;
  return at < here || (at === here && index < focus);
};

const draftShown = ({ draft, inForce, view }: Session): Draft =>
  view.kind !== 'editing' && isUntouched(draft) && inForce !== undefined ? profileToDraft(inForce) : draft;

/** Lines without line ends; pasted at the first question of a console on the same machine they make the same draft. */
export const answersBlock = (session: Session): readonly string[] => {
  const draft = draftShown(session);
  const shown: Session = { ...session, draft };
  const first: readonly Item[] =
    draft.base === undefined ? [] : [{ step: 'welcome', question: 'Dashboard', answers: ['change'], answered: false }];
  const items = wizardSteps
    .filter((step) => step !== 'welcome' || draft.base === undefined)
    .flatMap((step) => itemsOf(shown, step).map((item, index) => ({ ...item, past: isPast(session, step, index) })));
  const end = items.findLastIndex(({ past, answered }) => past || answered);
  if (end < 0 || factsOf(session) === undefined) return ['# nothing is answered yet'];
  return [
    '# Answers for `mayfly console --line`, to be pasted at its first question.',
    ...[...first, ...items.slice(0, end + 1)].flatMap(({ question, answers }) => [`# ${question}`, ...answers]),
  ];
};

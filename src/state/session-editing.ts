// The wizard's part of the session: moving between fields and screens, typing, and what stops somebody from going on.

import { type Draft, type FieldId, setTyped, stepAfter, stepBefore, type WizardStep, wizardSteps } from './draft.ts';
import { fieldsOf } from './draft-fields.ts';
import { draftToProfile } from './draft-to-profile.ts';
import type { Field } from './field.ts';
import type { FieldProblem } from './field-problem.ts';
import { secretProblems } from './secret-problems.ts';
import type { Session, Transition, View } from './session.ts';
import { factsOf } from './session-facts.ts';
import { editText, type TextEdit } from './text-edit.ts';

export type Editing = Extract<View, { kind: 'editing' }>;

export const stay = (session: Session): Transition => ({ session, commands: [] });

export const fieldsHere = (session: Session, step: WizardStep): readonly Field[] =>
  fieldsOf(step, session.draft, session.secrets, factsOf(session));

const length = (field: Field | undefined): number => (field === undefined ? 0 : [...lastLine(field)].length);

/** What is edited of a field: all of its text, or the last of its lines. */
const lastLine = (field: Field): string =>
  field.kind === 'lines' ? field.value.slice(field.value.lastIndexOf('\n') + 1) : field.value;

const earlierLines = (field: Field): string =>
  field.kind === 'lines' ? field.value.slice(0, field.value.lastIndexOf('\n') + 1) : '';

export const openStep = (session: Session, step: WizardStep): Session => {
  const draft: Draft = session.draft.step === step ? session.draft : { ...session.draft, step };
  const opened = { ...session, draft };
  const caret = length(fieldsHere(opened, step)[0]);
  return { ...opened, view: { kind: 'editing', step, focus: 0, caret, highlight: 0, touched: [], work: 'none' } };
};

export const allProblems = (session: Session): readonly FieldProblem[] => {
  const profile = draftToProfile(session.draft, factsOf(session), session.secrets);
  return [...secretProblems(session.secrets), ...(profile.ok ? [] : profile.problem)];
};

export const focusOn = (session: Session, view: Editing, focus: number): Session => {
  const fields = fieldsHere(session, view.step);
  const left = fields[view.focus]?.id;
  const touched = left === undefined || view.touched.includes(left) ? view.touched : [...view.touched, left];
  const inside = Math.max(0, Math.min(focus, fields.length - 1));
  return { ...session, view: { ...view, focus: inside, caret: length(fields[inside]), highlight: 0, touched } };
};

/** Fields come and go with the wires of their ports: the cursor stays in its field, or goes to the port that lost it. */
export const keepFocus = (before: Session, after: Session): Session => {
  const { view } = after;
  const id = view.kind === 'editing' ? fieldsHere(before, view.step)[view.focus]?.id : undefined;
  if (view.kind !== 'editing' || id === undefined) return after;
  const fields = fieldsHere(after, view.step);
  const same = fields.findIndex((field) => field.id === id);
  if (same === view.focus) return after;
  if (same >= 0) return { ...after, view: { ...view, focus: same } };
  const port = fields.findIndex((field) => field.id === id.replace(/[^/]+$/, 'use'));
  const focus = Math.max(0, port >= 0 ? port : Math.min(view.focus, fields.length - 1));
  return { ...after, view: { ...view, focus, caret: length(fields[focus]), highlight: 0 } };
};

/** Wraps around, so that Shift-Tab on the first field is the short way to the last. */
export const moveFocus = (session: Session, view: Editing, by: 1 | -1): Session => {
  const count = fieldsHere(session, view.step).length;
  return count === 0 ? session : focusOn(session, view, (view.focus + by + count) % count);
};

const store = (session: Session, field: Field, value: string): Session =>
  field.kind === 'secret'
    ? { ...session, secrets: { ...session.secrets, [field.id]: value } }
    : { ...session, draft: setTyped(session.draft, factsOf(session), field.id, value) };

/** Line ends in a paste part the lines of a list of keys and the words of everything else. */
const pasted = (field: Field, edit: TextEdit): TextEdit =>
  edit.kind === 'insert' && field.kind !== 'lines'
    ? {
        kind: 'insert',
        text:
          field.kind === 'secret'
            ? edit.text.replace(/\n+$/, '')
            : edit.text.replace(/\n+$/, '').replaceAll(/\s+/g, ' '),
      }
    : edit;

export const typeInto = (session: Session, view: Editing, edit: TextEdit): Session => {
  const field = fieldsHere(session, view.step)[view.focus];
  if (field === undefined || field.kind === 'choice') return session;
  const line = lastLine(field);
  // Erasing at the beginning of a line brings the line before back for editing.
  if (field.kind === 'lines' && line === '' && edit.kind === 'erase' && edit.what === 'before' && field.value !== '') {
    const value = field.value.slice(0, -1);
    const next = store(session, field, value);
    return { ...next, view: { ...view, caret: [...value.slice(value.lastIndexOf('\n') + 1)].length } };
  }
  const edited = editText(line, view.caret, pasted(field, edit));
  const value = earlierLines(field) + edited.text;
  const next = value === field.value ? session : store(session, field, value);
  const lastBreak = edited.text.lastIndexOf('\n');
  const caret = lastBreak < 0 ? edited.caret : [...edited.text.slice(lastBreak + 1)].length;
  return { ...next, view: { ...view, caret, highlight: 0 } };
};

export const moveOption = (session: Session, view: Editing, by: 1 | -1): Session => {
  const field = fieldsHere(session, view.step)[view.focus];
  if (field?.kind !== 'choice') return session;
  const at = field.options.findIndex(({ value }) => value === field.value);
  const option = field.options[(at + by + field.options.length) % field.options.length];
  return option === undefined ? session : store(session, field, option.value);
};

export const moveHighlight = (session: Session, view: Editing, by: 1 | -1): Session => {
  const field = fieldsHere(session, view.step)[view.focus];
  if (field?.kind !== 'filter' || field.matches.length === 0) return moveFocus(session, view, by);
  const highlight = Math.max(0, Math.min(view.highlight + by, field.matches.length - 1));
  return { ...session, view: { ...view, highlight } };
};

/** Shows everything that is wrong on a screen and puts the cursor on the first of it. */
const showProblems = (session: Session, step: WizardStep, problems: readonly FieldProblem[]): Session => {
  const opened = session.view.kind === 'editing' && session.view.step === step ? session : openStep(session, step);
  const fields = fieldsHere(opened, step);
  const found = problems.filter((problem) => problem.step === step);
  const first = fields.findIndex(({ id }) => found.some(({ field }) => field === id));
  const focus = Math.max(0, first);
  const loose = found.find(({ field }) => !fields.some(({ id }) => id === field));
  const values = new Set(found.map(({ field }) => field)).size;
  return {
    ...opened,
    view: {
      kind: 'editing',
      step,
      focus,
      caret: length(fields[focus]),
      highlight: 0,
      touched: fields.map(({ id }) => id),
      work: 'none',
    },
    notice:
      loose === undefined
        ? { tone: 'bad', text: `${values === 1 ? 'One value does' : `${values} values do`} not fit yet` }
        : { tone: 'bad', text: `${loose.problem.summary}: ${loose.problem.remedy}` },
  };
};

/** From the last screen to the plan, or to the first screen on which something is still wrong. */
const askForPlan = (session: Session): Transition => {
  const profile = draftToProfile(session.draft, factsOf(session), session.secrets);
  if (profile.ok)
    return {
      session: { ...session, view: { kind: 'planning', profile: profile.value } },
      commands: [{ type: 'plan', profile: profile.value }],
    };
  const step =
    wizardSteps.find((candidate) => profile.problem.some((problem) => problem.step === candidate)) ?? 'access';
  return stay(showProblems(session, step, profile.problem));
};

export const leaveStep = (session: Session, view: Editing): Transition => {
  const problems = allProblems(session).filter(({ step }) => step === view.step);
  if (problems.length > 0) return stay(showProblems(session, view.step, problems));
  const password = session.secrets['access.password'] ?? '';
  if (view.step === 'access' && password !== '')
    return {
      session: { ...session, view: { ...view, work: 'hashing' } },
      commands: [{ type: 'hash-password', password }],
    };
  const next = stepAfter(session.draft, view.step);
  return next === undefined ? askForPlan(session) : stay(openStep(session, next));
};

const acceptMatch = (session: Session, view: Editing, field: Field): Session => {
  const match = field.kind === 'filter' ? field.matches[view.highlight] : undefined;
  return match === undefined ? session : store(session, field, match);
};

const lineIsSound = (session: Session, field: FieldId): boolean =>
  !allProblems(session).some((problem) => problem.field === field);

/** Enter. */
export const goOn = (session: Session, view: Editing): Transition => {
  const fields = fieldsHere(session, view.step);
  const field = fields[view.focus];
  if (field?.kind === 'lines' && lastLine(field) !== '') {
    if (!lineIsSound(session, field.id))
      return stay({ ...session, view: { ...view, touched: [...view.touched, field.id] } });
    return stay({ ...store(session, field, `${field.value}\n`), view: { ...view, caret: 0 } });
  }
  const accepted = field === undefined ? session : acceptMatch(session, view, field);
  if (view.focus < fields.length - 1) return stay(focusOn(accepted, view, view.focus + 1));
  return leaveStep(accepted, view);
};

export const goBack = (session: Session, view: Editing): Session => {
  const before = stepBefore(session.draft, view.step);
  if (before !== undefined) return openStep(session, before);
  if (session.inForce !== undefined || session.progress !== undefined) return { ...session, view: { kind: 'console' } };
  return { ...session, notice: { tone: 'plain', text: 'This is the first screen. F10 is restart and power off' } };
};

/** Never two hashes under way, and none that comes too late is taken. */
export const takeHash = (session: Session, view: Editing, hash: string): Transition => {
  if (view.work !== 'hashing') return stay(session);
  const draft: Draft = { ...session.draft, passwordHash: hash };
  const { 'access.password': _, 'access.repeat': __, ...secrets } = session.secrets;
  return askForPlan({ ...session, draft, secrets, view: { ...view, work: 'none' } });
};

/** Made on this node; whoever moved on meanwhile finds it in its field. */
export const takeSecret = (session: Session, field: FieldId, secret: string): Session => {
  const { view } = session;
  const set: Session = { ...session, secrets: { ...session.secrets, [field]: secret } };
  const focused = view.kind === 'editing' ? fieldsHere(session, view.step)[view.focus] : undefined;
  return view.kind === 'editing' && focused?.id === field
    ? { ...set, view: { ...view, caret: [...secret].length } }
    : set;
};

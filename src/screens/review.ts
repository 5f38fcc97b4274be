// The review: what the node is → what it will be, step by step, with everything that stands in the way.
import { blank, type Line, line, paragraph, span, type Tone, wrapWords } from '../components/line.ts';
import type { Change } from '../state/change.ts';
import { profileWarnings } from '../state/check-profile.ts';
import { unagreed } from '../state/consent.ts';
import { changesOf, type Plan, type PlannedStep, problemsOf } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** One line of words: `12 changes in 6 steps, 1 step blocked`. */
export const planSummary = (plan: Plan): string => {
  const changes = changesOf(plan).length;
  const steps = plan.steps.filter(({ verdict }) => verdict.kind === 'drifted').length;
  const blocked = problemsOf(plan).length;
  const words = changes === 0 ? 'Nothing to change' : `${plural(changes, 'change')} in ${plural(steps, 'step')}`;
  return blocked === 0 ? words : `${words}, ${plural(blocked, 'step')} blocked`;
};

export const changeLines = (change: Change, width: number, indent = 5, tone: Tone = 'plain'): readonly Line[] => {
  const mark = { create: '+', update: '~', delete: '-', run: '>' }[change.op];
  const words = change.before === undefined ? `(nothing) → ${change.after}` : `${change.before} → ${change.after}`;
  const before = ' '.repeat(indent);
  // No prose: a long value is read best in one piece.
  const [first = '', ...rest] = wrapWords(`${mark} ${change.subject}: ${words}`, width - indent - 2);
  const lost = change.destroysData ? [line(before, span('! data on it is lost', 'bad'))] : [];
  return [line(before, span(first, tone)), ...rest.map((text) => line(`${before}  `, span(text, tone))), ...lost];
};

const problemLines = (problem: Problem, width: number): readonly Line[] => [
  ...paragraph(`! ${problem.summary}`, width, 5, 'bad'),
  ...paragraph(`Do this: ${problem.remedy} (${problem.code})`, width, 7),
];

const stepLines = (step: PlannedStep, width: number): readonly Line[] => {
  const { verdict } = step;
  switch (verdict.kind) {
    case 'converged':
      return [line('   ', span('as it shall be  ', 'good'), span(step.title, 'dim'))];
    case 'drifted':
      return [
        line('   ', span('to change       ', 'accent'), span(step.title, 'strong')),
        ...verdict.changes.flatMap((change) => changeLines(change, width)),
      ];
    case 'blocked':
      return [
        line('   ', span('blocked         ', 'bad'), span(step.title, 'strong')),
        ...problemLines(verdict.problem, width),
      ];
  }
};

/** Disks whose data goes, and whether somebody has agreed to that. */
const lossLines = (profile: Profile, plan: Plan, width: number): readonly Line[] => {
  const open = unagreed(profile, plan);
  return changesOf(plan)
    .filter(({ destroysData }) => destroysData)
    .flatMap((change) => {
      const words = open.includes(change) ? 'Apply asks for its serial number first' : 'agreed to';
      return paragraph(
        `! The data on ${change.subject} will be lost (${change.before ?? 'not known'}): ${words}`,
        width,
        3,
        'bad',
      );
    });
};

/** What stands in the way first, then data that goes, then warnings, then what changes, then what is right already. */
export const reviewLines = (profile: Profile, plan: Plan, width: number): readonly Line[] => {
  const of = (kind: PlannedStep['verdict']['kind']) => plan.steps.filter(({ verdict }) => verdict.kind === kind);
  const warnings = profileWarnings(profile).flatMap((warning) => [
    ...paragraph(`Note: ${warning.summary}`, width, 3, 'warn'),
    ...paragraph(warning.remedy, width, 9, 'dim'),
  ]);
  const blocked = of('blocked').flatMap((step) => stepLines(step, width));
  const losses = lossLines(profile, plan, width);
  const rest = [...of('drifted'), ...of('converged')].flatMap((step) => stepLines(step, width));
  const first = [...blocked, ...losses, ...warnings];
  return [...first, ...(first.length > 0 ? [blank] : []), ...rest];
};

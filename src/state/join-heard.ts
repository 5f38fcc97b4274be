// A join code while it is being typed: which groups are right, which was misheard, and how many are still to come.
import { groupLength } from './base32.ts';
import { hearJoinCode } from './join-code.ts';

type HeardGroup = {
  readonly text: string;
  /** `begun`: the last one, which still lacks digits. */
  readonly state: 'right' | 'wrong' | 'begun';
};

export type Heard = {
  readonly groups: readonly HeardGroup[];
  /** How many the code has; undefined until its first group is right. */
  readonly expected: number | undefined;
  /** Of the first wrong one: the number from 1, and what is wrong with it. */
  readonly wrong: { readonly group: number; readonly text: string; readonly why: string } | undefined;
  /** As many groups as the code has, and all of them right. */
  readonly whole: boolean;
};

export const judgeHeard = (typed: string): Heard => {
  const { groups, expected, wrong } = hearJoinCode(typed);
  const isBegun = (index: number): boolean =>
    index === groups.length - 1 && [...(groups[index] ?? '')].length < groupLength;
  const said = wrong.filter(({ group, why }) => !isBegun(group - 1) || !/^has \d/.test(why));
  const stateOf = (index: number): HeardGroup['state'] => {
    if (said.some(({ group }) => group === index + 1)) return 'wrong';
    return isBegun(index) ? 'begun' : 'right';
  };
  const [first] = said;
  return {
    groups: groups.map((text, index) => ({ text, state: stateOf(index) })),
    expected,
    wrong: first === undefined ? undefined : { ...first, text: groups[first.group - 1] ?? '' },
    whole: wrong.length === 0 && expected !== undefined && groups.length === expected,
  };
};

/** The groups before the first wrong one: what need not be typed again. */
export const soundGroups = (typed: string): readonly string[] => {
  const { groups } = judgeHeard(typed);
  const end = groups.findIndex(({ state }) => state !== 'right');
  return groups.slice(0, end < 0 ? groups.length : end).map(({ text }) => text);
};

const counted = (groups: number): string => (groups === 1 ? '1 group is right' : `${groups} groups are right`);

/** `3 groups are right, 6 to go`; empty where nothing was typed. */
export const heardWords = ({ groups, expected, wrong, whole }: Heard): string => {
  const right = groups.filter(({ state }) => state === 'right').length;
  if (wrong !== undefined) return `group ${wrong.group} (${wrong.text}) ${wrong.why}`;
  if (whole) return `all ${counted(right)}`;
  if (expected !== undefined && groups.length > expected)
    return `the code has ${expected} groups, and these are ${groups.length}`;
  return right === 0 ? '' : `${counted(right)}${expected === undefined ? '' : `, ${expected - right} to go`}`;
};

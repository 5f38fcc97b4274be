// Before the first screen: that the machine is being read, or why it could not be read and what can be done about that.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import type { Problem } from '../state/problem.ts';

export const startingLines = (problem: Problem | undefined, width: number): readonly Line[] =>
  problem === undefined
    ? [blank, line(' Reading this machine…')]
    : [
        blank,
        ...paragraph(`! This machine cannot be read: ${problem.summary}`, width, 1, 'bad'),
        ...paragraph(`Do this: ${problem.remedy} (${problem.code})`, width, 3),
        blank,
        line(span(' It is tried again every 5 s, and the console goes on by itself.', 'dim')),
      ];

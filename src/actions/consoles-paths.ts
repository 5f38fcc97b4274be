// Where the consoles of one node meet: a directory of their own, so that watching it wakes nobody for anything else.

const directory = '/run/mayfly/consoles';

export const consolesPaths = {
  directory,
  /** `turn-12.json`: the highest is the one that counts. */
  turn: (turn: number): string => `${directory}/turn-${turn}.json`,
  screen: `${directory}/screen.json`,
  lock: (console: string): string => `${directory}/lock-${console.replaceAll('/', '-')}.json`,
} as const;

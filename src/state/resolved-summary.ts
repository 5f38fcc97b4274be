// What the search for a profile came to, in the words that the console shows: from where, or why there is none.
import type { Problem } from './problem.ts';
import type { Resolution } from './resolved-profile.ts';

export type ResolvedSummary = {
  readonly found: boolean;
  /** One line: `config partition, /dev/vdb at /config, revision 3f2a…`. */
  readonly text: string;
  /** Transports that had nothing, or problems of the profile that was found. */
  readonly notes: readonly Problem[];
};

const words = {
  'kernel-url': 'kernel command line (URL)',
  'kernel-file': 'kernel command line (file)',
  'config-partition': 'config partition',
  'last-good': 'last good copy, STALE',
  none: 'none',
} as const;

export const summariseResolution = (resolution: Resolution): ResolvedSummary => {
  switch (resolution.kind) {
    case 'resolved': {
      const { kind, detail, revision } = resolution.transport;
      const text = [words[kind], detail, revision === undefined ? '' : `revision ${revision}`];
      return { found: true, text: text.filter((part) => part !== '').join(', '), notes: resolution.warnings };
    }
    case 'none':
      return { found: false, text: 'no profile was found', notes: resolution.tried };
    case 'invalid': {
      const { kind, detail } = resolution.transport;
      return {
        found: false,
        text: `the profile of ${words[kind]} (${detail}) is not valid`,
        notes: resolution.problems,
      };
    }
  }
};

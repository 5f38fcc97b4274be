// What the search for a profile came to, in the words that the console shows: from where, or why there is none.
import type { Problem } from './problem.ts';
import { describeTransport, type Resolution } from './resolved-profile.ts';

export type ResolvedSummary = {
  readonly found: boolean;
  /** One line: `config partition, /dev/vdb at /config, revision 3f2a…`. */
  readonly text: string;
  /** Transports that had nothing, or problems of the profile that was found. */
  readonly notes: readonly Problem[];
};

export const summariseResolution = (resolution: Resolution): ResolvedSummary => {
  switch (resolution.kind) {
    case 'resolved': {
      const { revision } = resolution.transport;
      const text = describeTransport(resolution.transport);
      return {
        found: true,
        text: revision === undefined ? text : `${text}, revision ${revision}`,
        notes: resolution.warnings,
      };
    }
    case 'none':
      return { found: false, text: 'no profile was found', notes: resolution.tried };
    case 'invalid':
      return {
        found: false,
        text: `the profile is not valid (${describeTransport(resolution.transport)})`,
        notes: resolution.problems,
      };
  }
};

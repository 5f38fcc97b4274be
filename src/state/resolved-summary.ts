// What the search for a profile came to, in the words that the console shows: from where, or why there is none.
import type { Maintenance } from './maintenance.ts';
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
      return { found: false, text: noProfile, notes: resolution.tried };
    case 'invalid':
      return {
        found: false,
        text: notValid(describeTransport(resolution.transport)),
        notes: resolution.problems,
      };
  }
};

/** What the boot found, when it left this node in maintenance: it had a network to ask with, which the node has not now. */
export const summariseMaintenance = ({ reason, transport, problems, missed = [] }: Maintenance): ResolvedSummary =>
  reason === 'no-profile'
    ? { found: false, text: noProfile, notes: missed.length > 0 ? missed : problems }
    : { found: false, text: notValid(transport ?? 'its source'), notes: problems };

const noProfile = 'no profile was found';
const notValid = (transport: string): string => `the profile is not valid (${transport})`;

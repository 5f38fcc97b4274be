// What may stand in BeeGFS's way, with the way around it.
import { authPath } from '../../state/beegfs-files.ts';
import { type Beegfs, managementDirectory, type ServerPlace } from '../../state/beegfs-node.ts';
import type { Problem } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { CommandResult } from '../../system/system.ts';

export const noSecret: Problem = {
  code: 'beegfs/no-secret',
  summary: `this node has nothing to make ${authPath} from, and the daemons of a cluster answer only who has the same`,
  remedy: `Copy cluster.secret from another member's profile, or make one for a new cluster (\`openssl rand -base64 32\`); for a cluster that has one already put its file at ${authPath}, by \`etc/\` beside the profile`,
  path: 'cluster.secret',
};

export const notNumbered = ({ node }: Profile): Problem => ({
  code: 'beegfs/no-number',
  summary: `a BeeGFS server needs a number from 1 to 65535, and the host name ${node?.hostname ?? '(none)'} ends with none`,
  remedy: 'Add cluster.node, the same at every boot and no other server’s, e.g. node: 3',
  path: 'cluster.node',
});

export const otherNode = (place: ServerPlace, found: number, wanted: number): Problem => ({
  code: 'beegfs/other-node',
  summary: `the disk at ${place.mountpoint} belongs to BeeGFS node ${found}, and this is node ${wanted}`,
  remedy: `If this machine takes the place of node ${found}, write cluster.node: ${found}; else put the disk back where it was, or name another`,
  path: place.path,
});

export const unknownContents = (directory: string, names: readonly string[], path: string): Problem => ({
  code: 'beegfs/unknown-contents',
  summary: `${directory} holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and more' : ''}, and no format.conf that would say what it is`,
  remedy: 'See what that is; move it elsewhere, or name another disk. Nothing was changed',
  path,
});

export const otherRelease = (found: string, wanted: string): Problem => ({
  code: 'beegfs/other-release',
  summary: `${managementDirectory} was made by BeeGFS ${found}, and the profile asks for ${wanted}`,
  remedy:
    wanted === '8'
      ? 'With the whole cluster stopped run `beegfs-mgmtd --import-from-v7` as the vendor describes, then apply again'
      : 'Write release: "8": a cluster does not go back',
  path: 'cluster.release',
});

export const notMounted = (mountpoint: string, path: string): Problem => ({
  code: 'beegfs/not-mounted',
  summary: `no disk is mounted at ${mountpoint}, and a BeeGFS daemon must not write to the root, which is forgotten`,
  remedy:
    path === 'cluster.state'
      ? 'Add cluster.state with a disk, by its serial number'
      : 'See what the storage step said about this disk (`mayfly plan`)',
  path,
});

/** What is gone may carry the very number that seems free. */
export const notCounted = ({ directory, path }: ServerPlace, unread: string): Problem => ({
  code: 'beegfs/not-counted',
  summary: `${directory} is empty and gets no target number while ${unread} cannot be read, whose number it might be`,
  remedy: 'Bring that disk back or take it out of the profile, then apply again',
  path,
});

export const setupFailed = (directory: string, { stdout, stderr }: CommandResult): Problem => ({
  code: 'beegfs/setup-failed',
  summary: `setting up ${directory} failed: ${lastOf(stderr) ?? lastOf(stdout) ?? 'it gave no reason'}`,
  remedy: 'Put right what it names, then apply again; a directory that is not empty is never touched',
});

export const unitFailed = (unit: string, stderr: string): Problem => ({
  code: 'beegfs/not-started',
  summary: `${unit} did not start: ${lastOf(stderr) ?? 'it gave no reason'}`,
  remedy: `See \`journalctl -b -u ${unit}\` for the cause, then apply again`,
});

export const noManagement = ({ management }: Beegfs, minutes: number, reason: string | undefined): Problem => ({
  code: 'beegfs/no-management',
  summary: `the management daemon on ${management} did not answer within ${minutes} min${reason === undefined ? '' : `: ${reason}`}`,
  remedy: `See whether ${management} is up and its apply is through (\`mayfly status\` there), and that its cluster.secret is the same; then apply again`,
  path: 'cluster.management',
});

export const notRegistered = ({ management, closed }: Beegfs, daemon: string, node: number): Problem => ({
  code: 'beegfs/not-registered',
  summary: `${daemon} runs, but ${management} does not list node ${node}`,
  remedy:
    closed === true
      ? `The cluster is closed to new servers: set closed: false on ${management} and apply there, until this one is known`
      : `See \`journalctl -b -u ${daemon}\`; the number may be another server's, or cluster.secret differ`,
  path: 'cluster.node',
});

const lastOf = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;

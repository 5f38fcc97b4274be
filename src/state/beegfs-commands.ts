// The questions that are put to a BeeGFS cluster, as command lines: of 7.4 to beegfs-ctl, which reads the client's file, of 8 to `beegfs`.
import { certificatePath, clientPath } from './beegfs-files.ts';
import type { Beegfs } from './beegfs-node.ts';

type Command = readonly [string, ...string[]];

const ctl = '/opt/beegfs/sbin/beegfs-ctl';

export const listNodes7 = (kind: 'management' | 'meta' | 'storage'): Command => [
  ctl,
  '--listnodes',
  `--nodetype=${kind}`,
  `--cfgFile=${clientPath}`,
];

export const checkServers7: Command = ['/usr/bin/beegfs-check-servers', '-c', clientPath];

export const listTargets7 = (kind: 'meta' | 'storage'): Command => [
  ctl,
  '--listtargets',
  '--state',
  '--pools',
  '--spaceinfo',
  `--nodetype=${kind}`,
  `--cfgFile=${clientPath}`,
];

/** Where nothing is mounted, the command line does not find its cluster by itself. */
const beegfs = ({ management }: Beegfs, tls: boolean, ...words: string[]): Command => [
  '/opt/beegfs/sbin/beegfs',
  ...words,
  '--mgmtd-addr',
  `${management.includes(':') ? `[${management}]` : management}:8010`,
  ...(tls ? ['--tls-cert-file', certificatePath] : ['--tls-disable']),
];

export const listNodes8 = (cluster: Beegfs, tls: boolean): Command =>
  beegfs(cluster, tls, 'node', 'list', '--output', 'json', '--reachability-check');

export const listTargets8 = (cluster: Beegfs, tls: boolean): Command =>
  beegfs(cluster, tls, 'target', 'list', '--output', 'json', '--state', '--capacity', '--raw');

/** Ends with 1 when a check failed; what it prints is for people. */
export const healthCheck8 = (cluster: Beegfs, tls: boolean): Command =>
  beegfs(cluster, tls, 'health', 'check', '--no-hints', '--disable-emojis', '--force-connections=false');

// A GlusterFS cluster of lab hosts: their profiles, and what is asked of them again and again.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { ClusterStatus } from '../../src/state/cluster-status.ts';
import { apply } from './applying.ts';
import type { Host, Lab, Ran } from './hosts.ts';

export const addressOf = (name: string): string => `10.77.0.${10 + name.charCodeAt(0) + Number(name.slice(1)) - 97}`;

type Wanted = {
  readonly hostname: string;
  readonly peers: readonly string[];
  /** As in the profile: `{ name: tank, type: replicate, replica: 3 }`. */
  readonly volume?: string;
  /** Paths of bricks by the serial numbers of their disks. */
  readonly bricks?: Readonly<Record<string, string>>;
  readonly state?: string;
  readonly mount?: string;
};

export const glusterProfile = ({ hostname, peers, volume, bricks = {}, state, mount }: Wanted): string =>
  [
    'version: 1',
    'role: storage',
    'node:',
    `  hostname: ${hostname}`,
    '  hosts:',
    ...[...new Set([hostname, ...peers])].map((name) => `    - { name: ${name}, address: ${addressOf(name)} }`),
    'cluster:',
    '  filesystem: gluster',
    `  peers: [${peers.join(', ')}]`,
    ...(volume === undefined ? [] : [`  volume: ${volume}`]),
    ...(Object.keys(bricks).length === 0 ? [] : ['  bricks:']),
    ...Object.entries(bricks).map(([serial, path]) => `    - { device: { serial: ${serial} }, path: ${path} }`),
    ...(state === undefined ? [] : [`  state: { device: { serial: ${state} } }`]),
    ...(mount === undefined ? [] : [`  mount: ${mount}`]),
    '',
  ].join('\n');

/** As `mayfly status --json` says it: of the profile that is in force there. Undefined while it is not known. */
const statusOf = async (host: Host): Promise<ClusterStatus | undefined> => {
  const { stdout, stderr } = await host.run(['mayfly', 'status', '--json'], { timeoutMs: 60_000 });
  if (stdout === '') throw new Error(`${host.name} has no status: ${stderr}`);
  return reading.parse(JSON.parse(stdout)).cluster.value;
};

const reading = z.object({ cluster: z.object({ value: z.custom<ClusterStatus>().optional() }) });

/** Throws with the last answer when it does not come about. */
export const untilStatus = async (
  host: Host,
  wanted: (status: ClusterStatus) => boolean,
  timeoutMs = 90_000,
): Promise<ClusterStatus> => {
  for (const end = Date.now() + timeoutMs; ; await pause(500)) {
    const status = await statusOf(host);
    if (status !== undefined && wanted(status)) return status;
    if (Date.now() > end) throw new Error(`${host.name}: ${JSON.stringify(status, null, 2)}`);
  }
};

export const isHealthy = ({ health }: ClusterStatus): boolean => health === 'healthy';

/** Of glusterd.info. */
export const uuidOf = (host: Host): string =>
  /^UUID=(.*)$/m.exec(host.read('/var/lib/mayfly/state/glusterd/glusterd.info'))?.[1] ?? 'none';

/** The whole process group of brick daemons of a host, as `kill -9` leaves it. */
export const killBricks = (host: Host): Promise<string> =>
  host.must(['sh', '-c', 'kill -9 $(cat /run/gluster/vols/*/*.pid)']);

/** Applies, and ends the host once its journal says `text`: false where the apply was over before. */
export const cutPowerAt = async (lab: Lab, host: Host, profile: string, text: string): Promise<boolean> => {
  let isOver = false;
  const applied = apply(host, profile).finally(() => {
    isOver = true;
  });
  const said = (): boolean => host.exists(journal) && host.read(journal).includes(text);
  while (!isOver && !said()) await pause(20);
  const isCut = !isOver;
  await lab.cutPower(host);
  await applied;
  return isCut;
};

const journal = '/run/mayfly/journal.jsonl';

/** What a boot does, with the profile from the address that the kernel command line names: curl is played, no server is in the lab. */
export const configure = async (host: Host, profile: string): Promise<Ran> => {
  host.write('/root/profile.yaml', profile);
  host.write('/usr/local/bin/curl', '#!/bin/sh\nexec cat /root/profile.yaml\n', 0o755);
  host.write('/root/cmdline', 'quiet mayfly.profile=http://boot.example/profile.yaml\n');
  await host.must(['mount', '--bind', '/root/cmdline', '/proc/cmdline']);
  return host.run(['mayfly', 'configure'], { timeoutMs: 300_000 });
};

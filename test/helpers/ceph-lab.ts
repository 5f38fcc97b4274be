// Profiles and hosts of a small Ceph cluster in the lab: s1, s2 and s3 with a disk for state and one for an OSD each, c1 as a client.
import { parseJournal } from '../../src/actions/journal.ts';
import { ending } from './applying.ts';
import { confinedUnit } from './confined.ts';
import type { Host, Lab } from './hosts.ts';
import type { LabDisk } from './lab-disks.ts';
import { waitUntil } from './wait-until.ts';

const gib = 1024 ** 3;
export const addressOf = (number: number): string => `10.77.0.3${number}`;
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

type Wish = {
  readonly hostname?: string;
  readonly address?: string;
  /** Lines of the cluster part besides, or instead of, the usual. */
  readonly cluster?: Readonly<Record<string, unknown>>;
};

/** As text, the way an operator hands it in; YAML reads JSON. */
export const cephProfile = (number: number, { hostname, address, cluster = {} }: Wish = {}): string =>
  JSON.stringify({
    version: 1,
    role: 'hyperconverged',
    node: {
      hostname: hostname ?? `s${number}`,
      hosts: [1, 2, 3].map((each) => ({ name: `s${each}`, address: addressOf(each) })),
    },
    network: { links: [{ match: { name: 'eth0' }, addresses: [`${address ?? addressOf(number)}/24`] }] },
    cluster: {
      filesystem: 'ceph',
      secret,
      monitors: ['s1', 's2', 's3'],
      publicNetwork: '10.77.0.0/24',
      state: { device: { serial: `STATE-${number}` } },
      osds: [{ device: { serial: `OSD-${number}` } }],
      mds: number < 3,
      ...cluster,
    },
  });

export const cephDisks = (number: number): readonly LabDisk[] => [
  { serial: `STATE-${number}`, size: gib },
  { serial: `OSD-${number}`, size: 4 * gib },
];

export const startCephHost = async (
  lab: Lab,
  name: string,
  address: string,
  disks: readonly LabDisk[],
): Promise<Host> => {
  const host = await lab.start(name, { address: `${address}/24`, disks, files: confinedUnit });
  // ceph-volume asks the real lsblk, which knows the loop device behind the disk by its own name.
  for (const [index] of disks.entries()) {
    const path = `/dev/vd${String.fromCharCode(97 + index)}`;
    const minor = Number.parseInt((await host.must(['stat', '--format=%T', path])).trim(), 16);
    await host.must(['mknod', `/dev/loop${minor}`, 'b', '7', `${minor}`]);
  }
  return host;
};

/** How it ended, as `code: summary` or `converged`. */
export const applyOn = async (host: Host, profile: string): Promise<string> => {
  host.write('/root/profile.yaml', profile, 0o600);
  // Its process can be ended by its number.
  const script = 'echo $$ > /run/apply.pid; exec mayfly apply --yes --json --profile /root/profile.yaml';
  const ran = await host.run(['sh', '-c', script], { timeoutMs: 600_000 });
  return ending(parseJournal(ran.stdout));
};

const journal = '/run/mayfly/journal.jsonl';

/** An apply that is just making an OSD. */
export const startUntilItMakesAnOsd = async (
  host: Host,
  profile: string,
): Promise<{ readonly ended: Promise<string> }> => {
  const ended = applyOn(host, profile);
  await waitUntil(
    () => host.exists(journal) && host.read(journal).includes('making an OSD'),
    `${host.name} makes an OSD`,
    300_000,
  );
  return { ended };
};

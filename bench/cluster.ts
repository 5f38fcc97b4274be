// What `mayfly apply` costs against the same steps typed by hand: from empty disks to a file written on a client, in one lab, in turns.
// `node bench/cluster.ts [ROUNDS]` prints a Markdown table; root, and a built program (`npm run build`).
import { setTimeout as pause } from 'node:timers/promises';
import { addressOf, glusterProfile } from '../test/helpers/gluster.ts';
import { createLab, type Host, type Lab } from '../test/helpers/hosts.ts';

const rounds = Number(process.argv[2] ?? 3);
const peers = ['a1', 'a2', 'a3'];
const client = 'a4';
const volume = '{ name: tank, type: replicate, replica: 3 }';

type Node = { readonly name: string; readonly host: Host };
type Nodes = { readonly servers: readonly Node[]; readonly client: Node };

/** What both ways find: names that lead to each other, keys, a clock; empty disks of their own. */
const freshNodes = async (lab: Lab, round: string): Promise<Nodes> => {
  const all = await Promise.all(
    [...peers, client].map(async (name) => {
      const disks = name === client ? [] : [{ serial: `${round}-${name}`, size: 1024 ** 3 }];
      const host = await lab.start(name, { address: `${addressOf(name)}/24`, disks });
      const base = glusterProfile({ hostname: name, peers }).replace(/\ncluster:[\s\S]*$/, '\n');
      await apply(host, base);
      return { name, host };
    }),
  );
  const last = all.pop();
  if (last === undefined) throw new Error('no nodes');
  return { servers: all, client: last };
};

const apply = async (host: Host, profile: string): Promise<void> => {
  host.write('/root/profile.yaml', profile);
  await host.must(['mayfly', 'apply', '--yes', '--profile', '/root/profile.yaml'], { timeoutMs: 300_000 });
};

const write = (host: Host, path: string): Promise<string> =>
  host.must(['dd', 'if=/dev/zero', `of=${path}/big`, 'bs=1M', 'count=32', 'conv=fsync', 'status=none']);

const byApply = async ({ servers, client: user }: Nodes, round: string): Promise<void> => {
  await Promise.all([
    ...servers.map(({ name, host }) => {
      const bricks = { [`${round}-${name}`]: '/bricks/b1' };
      return apply(host, glusterProfile({ hostname: name, peers, volume, bricks }));
    }),
    apply(user.host, glusterProfile({ hostname: client, peers, volume, mount: '/srv/tank' })),
  ]);
  await write(user.host, '/srv/tank');
};

/** As the by-hand run that the reference was measured with: servers at once where one would type into several windows. */
const byHand = async ({ servers, client: user }: Nodes): Promise<void> => {
  const brick =
    'mkfs.xfs -q -i size=512 -L brick1 /dev/vda; mkdir -p /srv/b1; mount /dev/vda /srv/b1; mkdir -p /srv/b1/brick';
  for (const { host } of servers) await host.must(['sh', '-ec', brick]);
  await Promise.all(servers.map(({ host }) => host.must(['systemctl', 'enable', '--now', 'glusterd'])));
  const [first] = servers;
  if (first === undefined) throw new Error('no servers');
  const gluster = (...words: readonly string[]): Promise<string> =>
    first.host.must(['gluster', '--mode=script', ...words], { timeoutMs: 120_000 });
  for (const peer of peers.slice(1)) await gluster('peer', 'probe', peer);
  while ((await gluster('pool', 'list')).split('Connected').length - 1 < peers.length) await pause(100);
  const create = ['volume', 'create', 'tank', 'replica', '3', ...peers.map((peer) => `${peer}:/srv/b1/brick`)];
  // A peer that the first is connected to may not have heard of the third yet: one types it again.
  while ((await first.host.run(['gluster', '--mode=script', ...create], { timeoutMs: 120_000 })).exitCode !== 0)
    await pause(500);
  await gluster('volume', 'start', 'tank');
  await user.host.must(['mkdir', '-p', '/srv/tank']);
  const backups = `backup-volfile-servers=${peers.slice(1).join(':')}`;
  await user.host.must(['mount', '-t', 'glusterfs', '-o', backups, `${peers[0]}:/tank`, '/srv/tank'], {
    timeoutMs: 120_000,
  });
  await write(user.host, '/srv/tank');
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const seconds: Record<'apply' | 'hand', number[]> = { apply: [], hand: [] };
const lab = await createLab('gluster');
try {
  for (let round = 0; round < rounds * 2; round += 1) {
    const way = round % 2 === 0 ? 'hand' : 'apply';
    const nodes = await freshNodes(lab, `R${round}`);
    const start = performance.now();
    await (way === 'apply' ? byApply(nodes, `R${round}`) : byHand(nodes));
    seconds[way].push((performance.now() - start) / 1000);
    for (const { host } of [...nodes.servers, nodes.client]) await lab.cutPower(host);
  }
} finally {
  await lab.close();
}

const row = (name: string, values: readonly number[]): string =>
  `| ${name} | ${values.map((value) => value.toFixed(1)).join(', ')} | ${median(values).toFixed(1)} |`;
console.log('| GlusterFS, replica 3, to 32 MiB written on a client | s, each round | median |');
console.log('|---|---|---:|');
console.log(row('by hand', seconds.hand));
console.log(row('`mayfly apply`, four at once', seconds.apply));
console.log(`\nratio ${(median(seconds.apply) / median(seconds.hand)).toFixed(2)} (goal at most 1.1)`);

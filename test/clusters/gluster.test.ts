// GlusterFS on real hosts, made by profiles alone: it serves, survives, comes back, and refuses what would mix up two clusters.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/state/cluster-status.ts';
import * as applying from '../helpers/applying.ts';
import { ending, plan, story } from '../helpers/applying.ts';
import {
  addressOf,
  configure,
  cutPowerAt,
  glusterProfile,
  isHealthy,
  killBricks,
  untilStatus,
  uuidOf,
} from '../helpers/gluster.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const titled = (title: string): string => (why === undefined ? title : `${title} (skipped: ${why})`);
const gib = 1024 ** 3;

const start = async (lab: Lab, name: string, serials: readonly string[] = []): Promise<Host> => {
  const host = await lab.start(name, {
    address: `${addressOf(name)}/24`,
    disks: serials.map((serial) => ({ serial, size: gib })),
  });
  // Without host keys ssh.service fails again and again, and takes /run/sshd away each time while the access step looks.
  await host.must(['systemctl', 'stop', 'ssh.service']);
  await host.must(['ssh-keygen', '-A']);
  await host.must(['systemctl', 'reset-failed', 'ssh.service']);
  await host.must(['systemctl', 'start', 'ssh.service']);
  return host;
};
/** Each named on failure. */
const applyAll = async (hosts: readonly Host[], profileOf: (host: Host) => string) => {
  const ended = await Promise.all(
    hosts.map(async (host) => {
      const applied = await applying.apply(host, profileOf(host));
      return `${host.name}: ${ending(applied.events)}`;
    }),
  );
  expect(ended).toEqual(hosts.map((host) => `${host.name}: converged`));
};
const unchanged = async (hosts: readonly Host[], profileOf: (host: Host) => string) => {
  for (const host of hosts) {
    const planned = await plan(host, profileOf(host));
    expect([
      host.name,
      planned.exitCode,
      planned.plan.steps.filter(({ verdict }) => verdict.kind !== 'converged'),
    ]).toEqual([host.name, 0, []]);
  }
};

describe.skipIf(why !== undefined)(titled('a replicated volume'), () => {
  let lab: Lab;
  let servers: Host[];
  let client: Host;
  const peers = ['a1', 'a2', 'a3'];
  const profileOf = ({ name }: { readonly name: string }): string =>
    glusterProfile({
      hostname: name,
      peers,
      volume: '{ name: tank, type: replicate, replica: 3, settings: [{ name: network.ping-timeout, value: "5" }] }',
      ...(name === 'a4' ? {} : { bricks: { [`BRICK-${name}`]: '/bricks/b1' } }),
      mount: '/srv/tank',
    });
  const server = (index: number): Host => {
    const found = servers[index];
    if (found === undefined) throw new Error(`no server ${index}`);
    return found;
  };

  beforeAll(async () => {
    lab = await createLab('gluster');
    servers = await Promise.all(peers.map((name) => start(lab, name, [`BRICK-${name}`])));
    client = await start(lab, 'a4');
  });
  afterAll(() => lab?.close());

  it('is made by profiles alone, whoever comes first, and a second apply has nothing to do', async () => {
    await applyAll([client, ...servers.toReversed()], profileOf);
    await client.must(['tee', '/srv/tank/file'], { input: 'written on the client\n' });
    for (const host of servers) expect(await host.must(['cat', '/srv/tank/file'])).toBe('written on the client\n');
    await unchanged([...servers, client], profileOf);
    expect(await server(1).must(['gluster', 'volume', 'get', 'tank', 'network.ping-timeout'])).toMatch(/\s5\s/);
    const status = await untilStatus(server(1), isHealthy);
    expect(status).toMatchObject({ name: 'tank', problems: [], summary: 'replica 3 over 3 bricks, all online' });
    expect(status.rows.slice(0, 3).map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'Peers: 3 of 3 answer',
      'Bricks: 3 of 3 online',
      'Heal: nothing to heal',
    ]);
  });

  it('says how long bricks take only where somebody measures', async () => {
    const labels = ({ rows }: ClusterStatus): readonly string[] => rows.map(({ label }) => label);
    expect(labels(await untilStatus(server(0), isHealthy))).not.toContain('Latency');
    const profiling = (word: string) => server(0).must(['gluster', '--mode=script', 'volume', 'profile', 'tank', word]);
    await profiling('start');
    await client.must([
      'dd',
      'if=/dev/zero',
      'of=/srv/tank/measured',
      'bs=64k',
      'count=16',
      'conv=fsync',
      'status=none',
    ]);
    const { rows } = await untilStatus(server(0), (status) => labels(status).includes('Latency'), 10_000);
    // As glusterd prints it for people: share, mean, least, most, each with its unit.
    const printed = await server(0).must(['gluster', 'volume', 'profile', 'tank', 'info', 'cumulative']);
    const means = [...printed.matchAll(/^\s*[\d.]+\s+([\d.]+) (ns|us) .*\sWRITE$/gm)].map(
      ([, mean, unit]) => Number(mean) / (unit === 'ns' ? 1_000_000 : 1_000),
    );
    expect(means).toHaveLength(3);
    const text = rows.find(({ label }) => label === 'Latency')?.text;
    expect(text).toContain(`write ${Math.max(...means).toPrecision(2)} ms`);
    await profiling('stop');
  });

  it('goes on without a brick, says so, and is healed by the next apply', async () => {
    await killBricks(server(2));
    await client.must(['tee', '/srv/tank/while-down'], { input: 'two of three\n' });
    expect(await server(0).must(['cat', '/srv/tank/while-down'])).toBe('two of three\n');
    const degraded = await untilStatus(
      server(0),
      ({ problems }) => problems.length > 1 && problems.every(({ code }) => code !== 'gluster/peer-down'),
    );
    expect(degraded).toMatchObject({ health: 'degraded', summary: 'brick a3:/bricks/b1/brick is down' });
    expect(degraded.problems.map(({ code }) => code)).toEqual(['gluster/brick-down', 'gluster/heal-pending']);
    expect((await plan(server(2), profileOf(server(2)))).plan.steps).toContainEqual(
      expect.objectContaining({
        verdict: {
          kind: 'drifted',
          changes: [expect.objectContaining({ subject: 'brick /bricks/b1/brick', after: 'online' })],
        },
      }),
    );
    await applyAll([server(2)], profileOf);
    await untilStatus(server(0), isHealthy);
    expect(server(2).read('/bricks/b1/brick/while-down')).toBe('two of three\n');
  });

  it('says that too few bricks are left, and serves again when one is back', async () => {
    await Promise.all([killBricks(server(1)), killBricks(server(2))]);
    const lost = await untilStatus(server(0), ({ health }) => health === 'failed');
    expect(lost.problems[0]).toMatchObject({
      code: 'gluster/unreachable',
      summary: 'volume tank has too few bricks online: a2:/bricks/b1/brick, a3:/bricks/b1/brick down',
    });
    expect((await client.run(['tee', '/srv/tank/refused'], { input: 'x\n' })).exitCode).not.toBe(0);
    await applyAll([server(1), server(2)], profileOf);
    await untilStatus(server(0), isHealthy);
    await client.must(['tee', '/srv/tank/accepted'], { input: 'x\n' });
  });

  it('tells a host whose cable was pulled from one that answers, though the pool calls it connected', async () => {
    await server(2).cable('down');
    // Every question has its deadline: an answer comes, and soon.
    const status = await untilStatus(server(0), ({ problems }) => problems.length > 0, 0);
    expect(status.problems.map(({ code }) => code)).toContain('gluster/peer-down');
    expect(status.rows[0]?.text).toMatch(/^2 of 3 answer: a3 is (silent|disconnected)$/);
    await server(2).cable('up');
    await untilStatus(server(0), isHealthy);
  });

  it('takes a node back whose root is gone, with its identity and its data', async () => {
    const uuid = uuidOf(server(1));
    await lab.cutPower(server(1));
    await client.must(['tee', '/srv/tank/while-gone'], { input: 'without a2\n' });
    servers[1] = await start(lab, 'a2', ['BRICK-a2']);
    await applyAll([server(1)], profileOf);
    expect(uuidOf(server(1))).toBe(uuid);
    expect(await server(1).must(['cat', '/srv/tank/file', '/srv/tank/while-gone'])).toBe(
      'written on the client\nwithout a2\n',
    );
    await untilStatus(server(1), isHealthy);
    await unchanged(servers, profileOf);
  });

  it('gives a node whose only disk was replaced its identity back, and fills the new disk', async () => {
    const uuid = uuidOf(server(2));
    await lab.cutPower(server(2));
    const host = await start(lab, 'a3', ['NEW-a3']);
    servers[2] = host;
    const profile = profileOf(host).replace('BRICK-a3', 'NEW-a3');
    const applied = await applying.apply(host, profile);
    expect(ending(applied.events)).toBe('converged');
    expect(uuidOf(host)).toBe(uuid);
    const said = applied.events.flatMap((event) => (event.event === 'output' ? [event.text] : []));
    expect(said).toContain('brick /bricks/b1/brick on NEW-a3 is empty: it is filled from the other bricks');
    await untilStatus(host, isHealthy);
    expect(host.read('/bricks/b1/brick/file')).toBe('written on the client\n');
    expect((await plan(host, profile)).exitCode).toBe(0);
  });

  it('says how a node of another name takes the place of one that is gone for good, and leaves that to somebody', async () => {
    await lab.cutPower(server(2));
    const heir = await start(lab, 'a5', ['BRICK-a5']);
    const now = [server(0), server(1), heir];
    // The name of the dead one still leads somewhere: glusterd looks it up again and again, and waits meanwhile.
    const dead = `    - { name: a3, address: ${addressOf('a3')} }\n`;
    const newProfile = (host: Host) =>
      profileOf(host)
        .replace(dead, '')
        .replaceAll(/\ba3\b/g, 'a5')
        .replace('  hosts:\n', `  hosts:\n${dead}    - { name: a5, address: ${addressOf('a5')} }\n`);
    await applyAll(now, newProfile);
    const { problems } = await untilStatus(server(0), ({ health }) => health === 'degraded');
    const stray = problems.find(({ code }) => code === 'gluster/brick-elsewhere');
    const command = /`(gluster volume replace-brick [^`]*)`/.exec(stray?.remedy ?? '')?.[1] ?? '';
    expect(command).toBe('gluster volume replace-brick tank a3:/bricks/b1/brick a5:/bricks/b1/brick commit force');
    await server(0).must(['sh', '-c', command.replace('gluster', 'gluster --mode=script')], { timeoutMs: 120_000 });
    await untilStatus(server(0), isHealthy);
    expect(heir.read('/bricks/b1/brick/file')).toBe('written on the client\n');
    await unchanged(now, newProfile);
  });
});

describe.skipIf(why !== undefined)(titled('a distributed-disperse volume'), () => {
  let lab: Lab;
  let hosts: Host[];
  const peers = ['b1', 'b2', 'b3'];
  const profileOf = ({ name }: { readonly name: string }): string =>
    glusterProfile({
      hostname: name,
      peers,
      volume: '{ name: disp, type: distributed-disperse, disperse: 3, redundancy: 1 }',
      bricks: { [`ONE-${name}`]: '/bricks/b1', [`TWO-${name}`]: '/bricks/b2' },
      state: `STATE-${name}`,
      mount: '/srv/disp',
    });

  beforeAll(async () => {
    lab = await createLab('gluster');
    hosts = await Promise.all(peers.map((name) => start(lab, name, disksOf(name))));
  });
  afterAll(() => lab?.close());

  const disksOf = (name: string): readonly string[] => [`ONE-${name}`, `TWO-${name}`, `STATE-${name}`];

  it('comes about though the power of every node went in mid-step', async () => {
    const points = ['is kept on its disk', 'waiting for', 'waiting for'];
    const cut = await Promise.all(hosts.map((host, at) => cutPowerAt(lab, host, profileOf(host), points[at] ?? '')));
    expect(cut).toEqual([true, true, true]);
    const [first, ...others] = await Promise.all(peers.map((name) => start(lab, name, disksOf(name))));
    if (first === undefined) throw new Error('no hosts');
    // The first once more, with its volume made and hardly started, while the others wait for it.
    const firstTwice = async (): Promise<Host> => {
      expect(await cutPowerAt(lab, first, profileOf(first), 'is made: disperse')).toBe(true);
      const again = await start(lab, first.name, disksOf(first.name));
      await applyAll([again], profileOf);
      return again;
    };
    const [again] = await Promise.all([firstTwice(), applyAll(others, profileOf)]);
    hosts = [again, ...others];
    await unchanged(hosts, profileOf);
    await again.must(['dd', 'if=/dev/urandom', 'of=/srv/disp/big', 'bs=1M', 'count=8', 'status=none']);
    const sums = await Promise.all(hosts.map((host) => host.must(['sha256sum', '/srv/disp/big'])));
    expect(new Set(sums).size).toBe(1);
    expect((await untilStatus(again, isHealthy)).summary).toBe('disperse 3 redundancy 1 over 6 bricks, all online');
  });

  it('is read and written with one node gone, and heals when it returns', async () => {
    const [first, , third] = hosts;
    if (first === undefined || third === undefined) throw new Error('no hosts');
    await killBricks(third);
    await first.must(['tee', '/srv/disp/while-down'], { input: 'pieces\n' });
    await untilStatus(first, ({ health }) => health === 'degraded');
    await applyAll([third], profileOf);
    await untilStatus(first, isHealthy);
    expect(await third.must(['cat', '/srv/disp/while-down'])).toBe('pieces\n');
  });

  it('is served at boot by the disks that are there, with the identity that the others remember', async () => {
    const [first, , third] = hosts;
    if (first === undefined || third === undefined) throw new Error('no hosts');
    const uuid = uuidOf(third);
    await lab.cutPower(third);
    const half = await start(lab, third.name, [`ONE-${third.name}`]);
    const booted = await configure(half, profileOf(third));
    expect([booted.exitCode, booted.stdout]).toEqual([1, expect.stringContaining('storage/no-such-disk')]);
    expect(uuidOf(half)).toBe(uuid);
    for (const host of [first, half]) {
      const { problems } = await untilStatus(host, ({ rows }) => rows.some(({ text }) => /^5 of 6 online/.test(text)));
      expect(problems.map(({ summary }) => summary)).toContain('brick b3:/bricks/b2/brick is down');
    }
    await half.must(['tee', '/srv/disp/with-half'], { input: 'pieces\n' });
    await lab.cutPower(half);
    const whole = await start(lab, third.name, disksOf(third.name));
    expect((await configure(whole, profileOf(third))).exitCode).toBe(0);
    expect(uuidOf(whole)).toBe(uuid);
    await untilStatus(first, isHealthy);
    expect(await whole.must(['cat', '/srv/disp/with-half'])).toBe('pieces\n');
  });
});

describe.skipIf(why !== undefined)(titled('what would mix up clusters'), () => {
  let lab: Lab;
  let one: Host;
  let two: Host;
  const bricks = (name: string) => ({ [`BRICK-${name}`]: '/bricks/b1' });
  const single = (name: string, volume = 'old'): string =>
    glusterProfile({
      hostname: name,
      peers: [name],
      volume: `{ name: ${volume}, type: distribute }`,
      bricks: bricks(name),
    });

  beforeAll(async () => {
    lab = await createLab('gluster');
    one = await start(lab, 'c1', ['BRICK-c1', 'TABLE-c1']);
    two = await start(lab, 'c2', ['BRICK-c2']);
    await applyAll([one, two], ({ name }) => single(name));
  });
  afterAll(() => lab?.close());

  it('refuses a brick that another volume uses', async () => {
    const applied = await applying.apply(one, single('c1', 'new'));
    expect([applied.exitCode, ending(applied.events)]).toEqual([3, expect.stringContaining('gluster/brick-in-use')]);
  });

  it('refuses a brick that was once part of another volume, until its disk is named under wipe', async () => {
    await one.must(['gluster', '--mode=script', 'volume', 'stop', 'old', 'force']);
    await one.must(['gluster', '--mode=script', 'volume', 'delete', 'old']);
    one.write('/bricks/b1/brick/precious', 'still here\n');
    const refused = await applying.apply(one, single('c1', 'new'));
    expect(ending(refused.events)).toContain('gluster/brick-of-another-volume');
    expect(one.read('/bricks/b1/brick/precious')).toBe('still here\n');
    const wiping = `${single('c1', 'new')}wipe: [BRICK-c1]\n`;
    expect((await plan(one, wiping)).plan.steps).toContainEqual(
      expect.objectContaining({
        verdict: {
          kind: 'drifted',
          changes: expect.arrayContaining([expect.objectContaining({ subject: 'disk BRICK-c1', destroysData: true })]),
        },
      }),
    );
    const applied = await applying.apply(one, wiping);
    expect([ending(applied.events), story(applied.events)]).toEqual(['converged', expect.anything()]);
    expect(one.exists('/bricks/b1/brick/precious')).toBe(false);
    // The same profile at the next boot takes nothing away from the volume that is there now.
    one.write('/bricks/b1/brick/kept', 'kept\n');
    expect((await plan(one, wiping)).exitCode).toBe(0);
  });

  it('refuses a node with the identity of another', async () => {
    await two.must(['systemctl', 'stop', 'glusterd']);
    const info = two.read('/var/lib/glusterd/glusterd.info').replace(/^UUID=.*$/m, `UUID=${uuidOf(one)}`);
    two.write('/var/lib/glusterd/glusterd.info', info);
    await two.must(['systemctl', 'start', 'glusterd']);
    const wanted = glusterProfile({ hostname: 'c2', peers: ['c2', 'c1'], bricks: bricks('c2') });
    const applied = await applying.apply(two, wanted);
    expect(ending(applied.events)).toMatch(/gluster\/cloned-identity: c1 has the identity of this node/);
  });

  it('refuses a host name that leads to another machine', async () => {
    const stranger = await start(lab, 'c4', ['BRICK-c4']);
    const wanted = glusterProfile({ hostname: 'c1', peers: ['c1', 'c2'], bricks: { 'BRICK-c4': '/bricks/b1' } });
    const applied = await applying.apply(stranger, wanted);
    expect(ending(applied.events)).toContain('gluster/name-elsewhere: c1, the name of this node');
    // Nothing of it reached the machine that has the name.
    expect(await one.must(['gluster', 'pool', 'list'])).not.toMatch(/\tc4\b/);
  });

  it('refuses a disk with a partition table', async () => {
    await one.must(['sfdisk', '--quiet', '/dev/vdb'], { input: 'label: gpt\n,,L\n' });
    const wanted = glusterProfile({
      hostname: 'c1',
      peers: ['c1'],
      bricks: { ...bricks('c1'), 'TABLE-c1': '/bricks/b2' },
    });
    const applied = await applying.apply(one, wanted);
    expect(applied.exitCode).toBe(3);
    expect(applied.stdout + applied.stderr).toContain('TABLE-c1');
  });
});

// Power lost at any byte of an apply's journal: the next apply ends in the same state as one that was never interrupted.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, ending, plan, story } from '../helpers/applying.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { createRandom } from '../helpers/random/random.ts';

const why = whyNoHosts();
const title = why === undefined ? 'an interrupted apply' : `an interrupted apply (skipped: ${why})`;

/** Two profiles that differ in every step, so that each test changes everything again. */
const hash = (name: string): string => `$y$j9T$${name.padEnd(22, '.')}$${name.padEnd(43, '.')}`;
const profiles = [
  `version: 1
role: storage
node: { hostname: stor-01, domain: one.example, timezone: Europe/Berlin, ntp: [10.77.0.1] }
network: { links: [{ match: { name: eth0 }, addresses: [10.77.0.21/24] }] }
access: { rootPasswordHash: ${hash('one')}, sshPasswords: true }
`,
  `version: 1
role: storage
node: { hostname: stor-02, domain: two.example, timezone: Etc/UTC }
network: { links: [{ match: { name: eth0 }, addresses: [10.77.0.22/24], mtu: 1400 }], dns: { servers: [10.77.0.1] } }
access: { rootPasswordHash: ${hash('two')} }
`,
] as const;

const watched = [
  '/etc/hostname',
  '/etc/hosts',
  '/etc/chrony/chrony.conf',
  '/etc/chrony/sources.d/mayfly.sources',
  '/etc/ssh/sshd_config.d/10-mayfly.conf',
  '/etc/systemd/network/10-mayfly-eth0.network',
  '/etc/systemd/resolved.conf.d/10-mayfly.conf',
];

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  const clean: string[] = [];
  let events = 0;
  let bytes = 0;

  beforeAll(async () => {
    lab = await createLab();
    node = await lab.start('node', {
      address: '10.77.0.11/24',
      programs: ['test/helpers/kill-at.mjs'],
    });
  });
  afterAll(() => lab?.close());

  const state = async (): Promise<string> =>
    [
      ...watched.map((path) => `${path}\n${node.exists(path) ? node.read(path) : 'absent'}`),
      /root:[^:]*/.exec(node.read('/etc/shadow'))?.[0],
      await node.must(['readlink', '/etc/localtime', '/etc/resolv.conf']),
      await node.must(['sh', '-c', 'hostname; ip -brief -4 address show eth0; cat /sys/class/net/eth0/mtu']),
      await node.must(['sh', '-c', 'ls -A /etc/systemd/network /etc/ssh/sshd_config.d /etc/chrony/sources.d']),
    ].join('\n---\n');

  it('has two clean states to compare with', async () => {
    for (const round of [0, 1, 0, 1]) {
      const applied = await apply(node, profiles[round === 0 ? 0 : 1]);
      expect(ending(applied.events)).toBe('converged');
      clean[round] = await state();
      events = applied.events.length;
      bytes = Buffer.byteLength(applied.stdout);
    }
    expect(clean[0]).not.toBe(clean[1]);
  });

  let round = 0;
  /** Kills an apply there, applies again, and holds the end against that of an apply that was never interrupted. */
  const killAt = async (where: string): Promise<void> => {
    const profile = profiles[round % 2 === 0 ? 0 : 1];
    const killed = await apply(node, profile, {
      environment: ['NODE_OPTIONS=--import=/usr/lib/mayfly/kill-at.mjs', `MAYFLY_KILL_AT=${where}`],
    });
    expect([where, killed.exitCode]).toEqual([where, 137]);
    const next = await apply(node, profile);
    const last = story(killed.events).at(-1);
    expect([where, last, ending(next.events)]).toEqual([where, last, 'converged']);
    expect([where, (await plan(node, profile)).exitCode]).toEqual([where, 0]);
    expect(await state()).toBe(clean[round % 2]);
    round += 1;
  };

  it('ends as if it had not been interrupted, wherever it was killed', { timeout: 600_000 }, async () => {
    // All three moments at the first boundaries and one in turn at the rest: each boundary is before one event and after another.
    for (let at = 1; at <= events; at += 1)
      await killAt(`${at}:${(['before', 'torn', 'after'] as const)[at % 3] ?? 'torn'}`);
  });

  // Each byte of one event is as good as another, and a long run is for a quiet machine: MAYFLY_KILLS=100.
  const kills = Number(process.env.MAYFLY_KILLS ?? 4);
  const seed = Number(process.env.MAYFLY_SEED ?? Date.now() % 1_000_000);
  it(`and at ${kills} random bytes of its journal (MAYFLY_SEED=${seed})`, { timeout: kills * 40_000 }, async () => {
    const random = createRandom(seed);
    for (let kill = 0; kill < kills; kill += 1) await killAt(`${1 + random.below(bytes - 1)}:byte`);
  });
});

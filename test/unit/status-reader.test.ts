// The status reader: never held up by a command that hangs, and never showing an old value as a new one.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runStatus } from '../../src/cli/status.ts';
import { readFacts } from '../../src/probes/read-facts.ts';
import { createStatusReader, patientMs } from '../../src/probes/read-status.ts';
import { createSampler } from '../../src/probes/sampler.ts';
import { dashboardLines } from '../../src/screens/dashboard.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { createFakeSystem, type FakeOptions, type FakeSystem } from '../helpers/fake-system.ts';
import { probeFixture } from '../helpers/probe-fixture.ts';

const uptime = Math.floor(Number(probeFixture('uptime.txt').split(' ')[0]));

const machine = (more: FakeOptions = {}): FakeSystem =>
  createFakeSystem({
    filesystem: { size: 1000, free: 500, inodes: 100, inodesFree: 90 },
    ...more,
    files: {
      '/proc/sys/kernel/hostname': 'stor-01\n',
      '/proc/sys/kernel/osrelease': '6.12.0\n',
      '/proc/meminfo': probeFixture('meminfo.txt'),
      '/proc/loadavg': probeFixture('loadavg.txt'),
      '/proc/uptime': probeFixture('uptime.txt'),
      '/proc/self/mountinfo': '29 1 253:0 / / rw,noatime - ext4 /dev/root rw\n',
      '/proc/net/dev': probeFixture('net-dev.txt').replace('eth0', '  v0'),
      '/proc/locks': '',
      '/sys/class/net/v0/flags': '0x1003\n',
      '/sys/class/net/v0/carrier': '1\n',
      '/sys/devices/system/cpu/online': '0-1\n',
      '/sys/block/zram0/mm_stat': probeFixture('zram-mm_stat.txt'),
      '/sys/block/zram0/io_stat': probeFixture('zram-io_stat.txt'),
      '/sys/block/zram0/comp_algorithm': 'lz4 [zstd]\n',
      '/sys/block/zram0/disksize': '268435456\n',
      '/sys/fs/ext4/zram0/errors_count': '0\n',
      '/run/mayfly/guard.json': `{"version":1,"uptime":${uptime},"level":"ok","why":"","heldBack":0,"last":null}`,
      '/run/mayfly/profile.yaml': 'version: 1\nrole: storage\n',
      '/run/mayfly/profile-source.json':
        '{"version":1,"transport":"config partition","revision":"ab12","persisted":true}',
      ...more.files,
    },
    links: { '/sys/dev/block/253:0': '../../devices/virtual/block/zram0' },
    commands: {
      'ip -details -json address': probeFixture('ip-address.json'),
      chronyc:
        '0A000001,10.0.0.1,3,1732300000.1,-0.000123456,0.00001,0.00002,1.234,0.001,0.050,0.0009,0.0003,64.5,Normal\n',
      'systemctl list-units': '[]\n',
      'systemctl show':
        'Type=notify\nResult=success\nId=ssh.service\nLoadState=loaded\nActiveState=active\nSubState=running\n',
      lsblk: probeFixture('lsblk.json'),
      wipefs: '',
      ...more.commands,
    },
  });

const complete = async (fake: FakeSystem, clock: () => number = Date.now) => {
  const reader = createStatusReader(fake, clock);
  await reader.read();
  await reader.settled();
  return reader.read();
};

test('a healthy node', async () => {
  const status = await complete(machine());
  expect(status).toMatchObject({
    version: 1,
    hostname: 'stor-01',
    role: 'storage',
    zram: { kind: 'live', value: { algorithm: 'zstd', failedWrites: 0 } },
    root: { kind: 'live', value: { device: '/dev/zram0', errors: 0 } },
    links: { kind: 'live', value: [{ name: 'v0', carrier: true }, { name: 'lo' }] },
    time: { kind: 'live', value: { synchronised: true } },
    services: { kind: 'live', value: [{ unit: 'ssh.service', healthy: true }] },
    profile: { kind: 'live', value: { transport: 'config partition', persisted: true } },
    lastApply: { kind: 'unavailable' },
    problems: [],
  });
});

test('the first reading does not wait for commands', async () => {
  const status = await createStatusReader(machine()).read();
  expect([status.links.kind, status.time.kind, status.services.kind]).toEqual(['pending', 'pending', 'pending']);
  expect(status.memory.kind).toBe('live');
});

test('a command that hangs holds up nothing, is not started twice, and makes its value stale', async () => {
  let now = 0;
  const fake = machine();
  const reader = createStatusReader(fake, () => now);
  await reader.read();
  await reader.settled();
  expect((await reader.read()).time.kind).toBe('live');
  fake.answer('chronyc', () => new Promise<string>(() => undefined));
  for (const later of [61_000, 62_000, 85_000]) {
    now = later;
    const before = performance.now();
    await reader.read();
    expect(performance.now() - before).toBeLessThan(250);
  }
  const { time, memory, atMs } = await reader.read();
  expect(time).toEqual({ kind: 'stale', value: expect.anything(), atMs: 0, why: 'no answer for 24 s' });
  expect(memory).toMatchObject({ kind: 'live', atMs });
  expect(fake.queried.filter(([program]) => program === 'chronyc')).toHaveLength(2);
});

const count = (fake: FakeSystem, program: string) => fake.queried.filter(([name]) => name === program).length;

test('who reads once waits for a busy node, who reads every second does not', async () => {
  const fake = machine();
  const busy: FakeSystem = { ...fake, readText: (path) => pause(600).then(() => fake.readText(path)) };
  expect((await createStatusReader(busy).read()).memory.kind).toBe('pending');
  expect((await createStatusReader(busy, Date.now, patientMs).read()).memory.kind).toBe('live');
});

test('a minute of a quiet node takes six commands', async () => {
  let now = 0;
  const fake = machine();
  const reader = createStatusReader(fake, () => now);
  for (now = 0; now < 60_000; now += 1_000) {
    await reader.read();
    await reader.settled();
  }
  // The wanted services and the failed ones are one command each.
  expect([count(fake, 'ip'), count(fake, 'chronyc'), count(fake, 'systemctl')]).toEqual([1, 1, 4]);
  expect(fake.queried).toHaveLength(6);
  expect(fake.ran).toEqual([]);
});

test('a reading is live until its own next one is long due, and the dashboard says so', async () => {
  let now = 0;
  const reader = createStatusReader(machine(), () => now);
  const dashboard = async (): Promise<string> => {
    const { session } = reduceSession(startingSession(false), { type: 'status', status: await reader.read() });
    return dashboardLines(session, 80, 20)
      .map((spans) => spans.map(({ text }) => text).join(''))
      .join('\n');
  };
  await reader.read();
  await reader.settled();
  for (now = 1_000; now < 61_000; now += 1_000) {
    expect(await dashboard(), `at ${now} ms`).not.toContain('STALE');
    await reader.settled();
  }
  // Nobody has looked for three minutes: what is shown first is as old as it is.
  now = 240_000;
  const shown = await dashboard();
  expect(shown).toMatch(/Time +STALE 3 min: synchronised/);
  expect(shown).not.toMatch(/Memory +STALE/);
});

test('an address that comes or goes asks for the addresses, a service that ends asks for the services', async () => {
  const fake = machine({
    files: {
      '/proc/net/if_inet6': '',
      '/proc/net/fib_trie': '|-- 192.0.2.2\n',
      '/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs': '1\n',
    },
  });
  const reader = createStatusReader(fake, () => 0);
  const read = async () => {
    await reader.read();
    await reader.settled();
    return [count(fake, 'ip'), count(fake, 'systemctl')];
  };
  const [ip = 0, systemctl = 0] = await read();
  expect(await read()).toEqual([ip, systemctl]);
  fake.put('/proc/net/fib_trie', '|-- 192.0.2.3\n');
  expect(await read()).toEqual([ip + 1, systemctl]);
  fake.put('/sys/fs/cgroup/system.slice/chrony.service/cgroup.procs', '2\n');
  expect(await read()).toEqual([ip + 1, systemctl + 2]);
});

test('the carrier is looked at again when the operational state of the link has changed', async () => {
  const fake = machine({ files: { '/sys/class/net/v0/operstate': 'up\n' } });
  const reader = createStatusReader(fake, () => 0);
  const carrier = async () => {
    await reader.read();
    await reader.settled();
    const { links } = await reader.read();
    return links.kind === 'live' ? links.value[0]?.carrier : undefined;
  };
  expect(await carrier()).toBe(true);
  fake.put('/sys/class/net/v0/carrier', '0\n');
  expect(await carrier()).toBe(true);
  fake.put('/sys/class/net/v0/operstate', 'down\n');
  expect(await carrier()).toBe(false);
});

test('what fails is tried again soon, and less and less often', async () => {
  let now = 0;
  const fake = machine({ commands: { 'ip -details -json address': '' } });
  const reader = createStatusReader(fake, () => now);
  const asked: number[] = [];
  for (now = 0; now < 60_000; now += 1_000) {
    const before = count(fake, 'ip');
    await reader.read();
    await reader.settled();
    if (count(fake, 'ip') > before) asked.push(now / 1000);
  }
  expect(asked).toEqual([0, 5, 15, 35]);
});

test('a change of carrier asks for the addresses at once', async () => {
  const fake = machine();
  const reader = createStatusReader(fake, () => 0);
  await reader.read();
  await reader.settled();
  fake.put('/sys/class/net/v0/carrier', '0\n');
  await reader.read();
  await reader.settled();
  expect(fake.queried.filter(([program]) => program === 'ip')).toHaveLength(2);
  expect((await reader.read()).links).toMatchObject({ value: [{ carrier: false }, {}] });
});

describe('the last apply', () => {
  const stamp = { apply: 'a1', atMs: 5 };
  const step = { id: 'identity', title: 'Set hostname', verdict: { kind: 'converged' } } as const;
  const plan: JournalEvent = { event: 'plan', ...stamp, plan: { version: 1, profileDigest: 'x', steps: [step] } };
  const started: JournalEvent = { event: 'started', ...stamp, step: 'identity' };
  const finished: JournalEvent = { event: 'finished', ...stamp, outcome: 'converged' };
  const journal = (...events: readonly JournalEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

  test('runs while its lock is held, and was interrupted when it is not', async () => {
    const fake = machine({
      files: { '/run/mayfly/journal.jsonl': journal(plan, started), '/run/mayfly/apply.lock': '' },
    });
    expect((await complete(fake)).lastApply).toMatchObject({ value: { outcome: 'interrupted', total: 1 } });
    const inode = (await fake.stat('/run/mayfly/apply.lock'))?.inode;
    fake.put('/proc/locks', `1: FLOCK  ADVISORY  WRITE 812 00:18:${inode} 0 EOF\n`);
    expect((await complete(fake)).lastApply).toMatchObject({ value: { outcome: 'running' } });
  });
  test('a torn last line is not there yet', async () => {
    const text = journal(plan, started, finished);
    expect((await complete(machine({ files: { '/run/mayfly/journal.jsonl': text } }))).lastApply).toMatchObject({
      value: { outcome: 'converged' },
    });
    const torn = machine({ files: { '/run/mayfly/journal.jsonl': text.slice(0, -5) } });
    expect((await complete(torn)).lastApply).toMatchObject({ value: { outcome: 'interrupted' } });
  });
});

describe('the verb', () => {
  const run = async (fake: FakeSystem, args: readonly string[]) => {
    const out: string[] = [];
    const code = await runStatus(args, {
      out: (text) => out.push(text),
      err: (text) => out.push(text),
      readStdin: async () => '',
      interactive: false,
      system: fake,
    });
    return { code, text: out.join('') };
  };
  test('0 healthy, and JSON is exactly the status', async () => {
    const { code, text } = await run(machine(), ['--json']);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ version: 1, problems: [], zram: { kind: 'live' } });
  });
  test('1 not healthy', async () => {
    const fake = machine({ files: { '/sys/block/zram0/io_stat': '0 2993 0 0\n' } });
    const { code, text } = await run(fake, []);
    expect(code).toBe(1);
    expect(text).toContain('root/untrusted');
  });
  test('4 unknown', async () => {
    const refused = { exitCode: 1, stderr: 'Failed to connect to bus\n' };
    const fake = machine({ commands: { 'systemctl list-units': refused } });
    expect((await run(fake, [])).code).toBe(4);
  });
  test('2 for what it does not know', async () => {
    expect((await run(machine(), ['--frobnicate'])).code).toBe(2);
  });
});

describe('facts', () => {
  const sources = { findConfigPartition: async () => ({ kind: 'none' }) as const };
  test('of a node', async () => {
    const facts = await readFacts(machine(), sources);
    expect(facts).toMatchObject({
      hostname: 'stor-01',
      kernel: '6.12.0',
      cpus: 2,
      uuid: undefined,
      root: { kind: 'zram', algorithms: ['zstd', 'lz4'] },
    });
    expect(facts.disks).toHaveLength(3);
    expect(facts.unread).toEqual([]);
  });
  test('what fails spoils nothing else and is named', async () => {
    const fake = machine({ commands: { lsblk: { exitCode: 1 } } });
    const facts = await readFacts(fake, {
      findConfigPartition: () => Promise.reject(new Error('boom')),
      readInventory: () => Promise.reject(new Error('no tools')),
    });
    expect(facts.disks).toEqual([]);
    expect(facts.links).not.toEqual([]);
    expect(facts.unread?.map(({ code }) => code).sort()).toEqual([
      'facts/config-partition',
      'facts/disks',
      'facts/inventory',
    ]);
  });
  test('the inventory only fills what the kernel leaves open', async () => {
    const fake = machine({ files: { '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n' } });
    const facts = await readFacts(fake, {
      ...sources,
      readInventory: async () => ({
        vendor: 'other',
        model: 'Board 3',
        serial: 'Default string',
        uuid: undefined,
        cpuModel: 'Neoverse-N1',
      }),
    });
    expect(facts).toMatchObject({ vendor: 'Dell Inc.', model: 'Board 3', serial: undefined, cpuModel: 'Neoverse-N1' });
  });
});

describe('sampler', () => {
  test('a late answer is taken when it comes', async () => {
    let now = 0;
    let answer: (value: number) => void = () => undefined;
    const sampler = createSampler<number>({
      probe: () => new Promise((resolve) => (answer = resolve)),
      silence: 'silent',
      clock: () => now,
      everyMs: 1_000,
      deadlineMs: 500,
      waitMs: 0,
    });
    expect(await sampler.read()).toEqual({ kind: 'pending' });
    now = 600;
    expect(await sampler.read()).toEqual({ kind: 'unavailable', why: 'no answer for 1 s' });
    answer(7);
    await sampler.settled();
    expect(await sampler.read()).toEqual({ kind: 'live', value: 7, atMs: 600, everyMs: 1_000 });
  });
  test('silence after an answer is stale, with why', async () => {
    const answers = [1, undefined];
    const sampler = createSampler<number>({
      probe: async () => answers.shift(),
      silence: 'silent',
      clock: () => 5,
      everyMs: 0,
      deadlineMs: 500,
      waitMs: 100,
    });
    expect(await sampler.read()).toEqual({ kind: 'live', value: 1, atMs: 5, everyMs: 0 });
    expect(await sampler.read()).toEqual({ kind: 'stale', value: 1, atMs: 5, why: 'silent' });
  });
});

describe('the cluster filesystem', () => {
  const withProfile = (text: string) =>
    machine({
      files: {
        '/run/mayfly/profile.yaml': `version: 1\nrole: client\n${text}`,
        '/sys/module/lustre/refcnt': '1\n',
        '/proc/self/mountinfo':
          '29 1 253:0 / / rw,noatime - ext4 /dev/root rw\n30 29 0:50 / /srv/lfs rw - lustre 10.40.0.5@tcp:/lfs0 rw\n',
      },
      commands: { timeout: 'lustre\n' },
    });
  const lustre = 'cluster: { filesystem: lustre, fsname: lfs0, mgs: [10.40.0.5], mount: /srv/lfs }\n';

  test('is not there where the profile names none, and that is no gap', async () => {
    const status = await complete(machine());
    expect(status.cluster).toEqual({ kind: 'unavailable', why: 'no cluster filesystem in the profile' });
  });

  test('is known by its mount on a client', async () => {
    const { cluster } = await complete(withProfile(lustre));
    expect(cluster).toMatchObject({
      kind: 'live',
      everyMs: 10_000,
      value: { filesystem: 'lustre', health: 'healthy', mount: { kind: 'answers', path: '/srv/lfs' } },
    });
  });

  test('says why where nothing can be read of it', async () => {
    const { cluster } = await complete(withProfile(lustre.replace(', mount: /srv/lfs', '')));
    expect(cluster).toMatchObject({ kind: 'unavailable', why: expect.stringContaining('lustre') });
  });

  test('of another profile is not shown for the new one', async () => {
    const fake = withProfile(lustre);
    const reader = createStatusReader(fake);
    await reader.read();
    await reader.settled();
    expect((await reader.read()).cluster.kind).toBe('live');
    fake.put('/run/mayfly/profile.yaml', 'version: 1\nrole: client\n');
    await expect.poll(async () => (await reader.read()).cluster.kind).toBe('unavailable');
  });
});

// The step for BeeGFS on a machine whose programs refuse what the real ones do not know.
import { describe, expect, it } from 'vitest';
import { createBeegfsAction } from '../../src/actions/beegfs/beegfs.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createVendorMachine, type VendorMachine } from '../helpers/vendor-machine.ts';

const waits = { managementMs: 30, registrationMs: 30, everyMs: 10 };
const action = createBeegfsAction(waits, false);
const atBoot = createBeegfsAction(waits, true);
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
type Beegfs = Extract<NonNullable<Profile['cluster']>, { filesystem: 'beegfs' }>;

const profileOf = (cluster: Partial<Beegfs>, hostname = 'stor-03'): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname },
  cluster: { filesystem: 'beegfs', management: 'mgmt-01', release: '7.4', secret, ...cluster },
});
const disk = (serial: string, path: string) => ({ device: { serial }, path });
const storage = (cluster: Partial<Beegfs> = {}) =>
  profileOf({ targets: [disk('D1', '/data/t1'), disk('D2', '/data/t2')], mount: '/mnt/beegfs', ...cluster });

const programs = {
  '7.4': ['beegfs-mgmtd', 'beegfs-meta', 'beegfs-storage', 'beegfs-helperd', 'beegfs-client', 'beegfs-ctl'],
  '8': ['beegfs-mgmtd', 'beegfs-meta', 'beegfs-storage', 'beegfs-client', 'beegfs'],
} as const;

const json = (rows: readonly object[]): string => (rows.length === 0 ? '' : `${JSON.stringify(rows)}\n\n`);

/** A machine whose management daemon answers, and lists this node as soon as its daemon runs. */
const machine = (release: '7.4' | '8', node = 3): VendorMachine => {
  const made = createVendorMachine({
    files: Object.fromEntries(programs[release].map((name) => [`/opt/beegfs/sbin/${name}`, ''])),
  });
  for (const [index, path] of ['/data/t1', '/data/t2', '/data/m1', '/var/lib/mayfly/state'].entries())
    made.mount(path, 'xfs', `/dev/sd${'abcd'[index]}`);
  made.answer('blkid', ([, , , , , device]) => ({ stdout: `uuid-of-${device?.slice('/dev/'.length)}\n` }));
  const runs = (kind: string) => made.active.has(`beegfs-${kind}.service`);
  made.answer('/opt/beegfs/sbin/beegfs-ctl --listnodes', ([, , type]) => {
    const kind = type?.split('=')[1] ?? '';
    if (kind === 'management') return { stdout: 'mgmt-01 [ID: 1]\n\nNumber of nodes: 1\n' };
    return { stdout: runs(kind) ? `stor-03 [ID: ${node}]\n` : 'Number of nodes: 0\n' };
  });
  made.answer('/opt/beegfs/sbin/beegfs node list', () => ({
    stdout: json([
      { id: { num_id: 1, node_type: 4 }, type: 4, alias: 'management', reachable: 'yes' },
      ...(runs('meta') ? [{ id: { num_id: node, node_type: 2 }, type: 2, alias: 'meta', reachable: 'yes' }] : []),
      ...(runs('storage') ? [{ id: { num_id: node, node_type: 3 }, type: 3, alias: 'stor', reachable: 'yes' }] : []),
    ]),
  }));
  return made;
};

const notes: string[] = [];
const note = (text: string) => notes.push(text);
const changesOf = async (profile: Profile, { system }: VendorMachine) => {
  const verdict = await action.check(profile, system);
  if (verdict.kind === 'blocked') throw new Error(verdict.problem.summary);
  return verdict.kind === 'converged' ? [] : verdict.changes.map(({ subject, after }) => `${subject}: ${after}`);
};

describe.each(['7.4', '8'] as const)('BeeGFS %s', (release) => {
  const profile = storage({ release });

  it('sets a storage server with a client up, once, with options that its programs know', async () => {
    const made = machine(release);
    expect(await changesOf(profile, made)).toContain('BeeGFS storage target: /data/t2/beegfs_storage');
    expect(await action.apply(profile, made.system, note)).toEqual({ ok: true, value: undefined });
    expect(await changesOf(profile, made)).toEqual([]);
    expect(made.refused).toEqual([]);
    expect(made.fake.text('/data/t1/beegfs_storage/targetNumID')).toBe('301\n');
    expect(made.fake.text('/data/t2/beegfs_storage/targetNumID')).toBe('302\n');
    expect(made.fake.text('/data/t2/beegfs_storage/nodeNumID')).toBe('3\n');
    const conf = made.fake.text('/etc/beegfs/beegfs-storage.conf');
    expect(conf).toContain('storeStorageDirectory = /data/t1/beegfs_storage,/data/t2/beegfs_storage');
    expect(conf).toContain('storeFsUUID = uuid-of-sda,uuid-of-sdb');
    // Again: nothing is written, set up or started.
    const before = made.said.filter((line) => !line.startsWith('systemctl is-active')).length;
    await action.apply(profile, made.system, note);
    const again = made.said.filter((line) => !line.startsWith('systemctl is-active')).slice(before);
    expect(again.filter((line) => /setup|restart|start /.test(line))).toEqual([]);
  });

  it('keeps conn.auth to root, the same on every node, and out of every plan, note and command line', async () => {
    const made = machine(release);
    const plan = await changesOf(profile, made);
    await action.apply(profile, made.system, note);
    const auth = made.fake.text('/etc/beegfs/conn.auth');
    expect(Buffer.from(auth, 'base64')).toHaveLength(128);
    expect((await made.system.stat('/etc/beegfs/conn.auth'))?.mode).toBe(0o400);
    const other = machine(release);
    await action.apply(profileOf({ release, metadata: [disk('M1', '/data/m1')] }, 'meta-03'), other.system, note);
    expect(other.fake.text('/etc/beegfs/conn.auth')).toBe(auth);
    const open = [...plan, ...notes, ...made.said, ...made.fake.inputs].join('\n');
    expect(open).not.toContain(auth.slice(0, 20));
    expect(open).not.toContain(secret);
  });

  it('makes the management database on the state disk, and metadata where its disk is', async () => {
    const made = machine(release, 1);
    const both = profileOf(
      { release, management: 'mgmt-01', state: { device: { serial: 'S' } }, metadata: [disk('M1', '/data/m1')] },
      'mgmt-01',
    );
    expect(await action.apply(both, made.system, note)).toMatchObject({ ok: true });
    expect(made.refused).toEqual([]);
    expect(await changesOf(both, made)).toEqual([]);
    expect(made.fake.text('/data/m1/beegfs_meta/nodeNumID')).toBe('1\n');
    expect(await made.system.readLink('/etc/mtab')).toBe('../proc/self/mounts');
    const started = made.said.filter((line) => line.startsWith('systemctl start')).map((line) => line.split(' ')[2]);
    expect(started).toEqual(['beegfs-mgmtd.service', 'beegfs-meta.service']);
  });

  it('closes the cluster to new servers by a restart of the management daemon alone', async () => {
    const made = machine(release, 1);
    const open = profileOf(
      { release, state: { device: { serial: 'S' } }, metadata: [disk('M1', '/data/m1')] },
      'mgmt-01',
    );
    await action.apply(open, made.system, note);
    made.said.length = 0;
    const closed = profileOf(
      { release, state: { device: { serial: 'S' } }, metadata: [disk('M1', '/data/m1')], closed: true },
      'mgmt-01',
    );
    expect(await changesOf(closed, made)).toHaveLength(1);
    await action.apply(closed, made.system, note);
    expect(made.said.filter((line) => line.includes('restart'))).toEqual(['systemctl restart beegfs-mgmtd.service']);
  });

  it('writes the configuration only, where that is wanted, and says that nothing is started', async () => {
    const made = createVendorMachine();
    const only = storage({ release, configureOnly: true });
    const plan = await changesOf(only, made);
    expect(plan.every((line) => line.endsWith('nothing is started'))).toBe(true);
    expect(plan.length).toBeGreaterThan(3);
    expect(await action.apply(only, made.system, note)).toMatchObject({ ok: true });
    expect(await changesOf(only, made)).toEqual([]);
    expect(made.said).toEqual([]);
  });

  it('comes back at the next boot from its disks alone', async () => {
    const made = machine(release);
    await action.apply(profile, made.system, note);
    const next = machine(release);
    for (const [path, number] of [
      ['/data/t1', '301'],
      ['/data/t2', '302'],
    ] as const) {
      next.fake.put(`${path}/beegfs_storage/format.conf`, 'version=3\n');
      next.fake.put(`${path}/beegfs_storage/nodeNumID`, '3\n');
      next.fake.put(`${path}/beegfs_storage/targetNumID`, `${number}\n`);
    }
    expect(await action.apply(profile, next.system, note)).toMatchObject({ ok: true });
    expect(next.said.filter((line) => line.includes('setup'))).toEqual([]);
    expect(next.fake.text('/etc/beegfs/beegfs-storage.conf')).toBe(made.fake.text('/etc/beegfs/beegfs-storage.conf'));
  });

  it('stops midway, and goes on from there', async () => {
    const made = machine(release);
    made.answer('systemctl start beegfs-storage.service', () => ({ exitCode: 1, stderr: 'Job failed.\n' }));
    expect(await action.apply(profile, made.system, note)).toMatchObject({ problem: { code: 'beegfs/not-started' } });
    const fixed = machine(release);
    for (const name of ['format.conf', 'nodeNumID', 'targetNumID'])
      fixed.fake.put(`/data/t1/beegfs_storage/${name}`, made.fake.text(`/data/t1/beegfs_storage/${name}`));
    expect(await action.apply(profile, fixed.system, note)).toMatchObject({ ok: true });
    expect(fixed.said.filter((line) => line.includes('setup'))).toHaveLength(1);
    expect(await changesOf(profile, fixed)).toEqual([]);
  });
});

describe('at a boot with nobody there', () => {
  /** As a node comes up whose first disk is dead. */
  const withoutFirst = (release: '7.4' | '8'): VendorMachine => {
    const made = machine(release);
    made.fake.put(
      '/proc/self/mountinfo',
      made.fake
        .text('/proc/self/mountinfo')
        .split('\n')
        .filter((line) => !line.includes(' /data/t1 '))
        .join('\n'),
    );
    return made;
  };
  const setUp = (made: VendorMachine, path: string, number: number) => {
    made.fake.put(`${path}/beegfs_storage/format.conf`, 'version=3\n');
    made.fake.put(`${path}/beegfs_storage/nodeNumID`, '3\n');
    made.fake.put(`${path}/beegfs_storage/targetNumID`, `${number}\n`);
  };

  it.each(['7.4', '8'] as const)('the target that is there serves without the dead one (%s)', async (release) => {
    const made = withoutFirst(release);
    setUp(made, '/data/t2', 302);
    const profile = storage({ release });
    expect(await action.apply(profile, made.system, note)).toMatchObject({ problem: { code: 'beegfs/not-mounted' } });
    expect(made.active.has('beegfs-storage.service')).toBe(false);
    expect(await atBoot.check(profile, made.system)).toMatchObject({ kind: 'drifted' });
    expect(await atBoot.apply(profile, made.system, note)).toMatchObject({
      problem: { code: 'beegfs/not-mounted', path: 'cluster.targets[0]' },
    });
    expect(made.active).toContain('beegfs-storage.service');
    expect(made.active).toContain('beegfs-client.service');
    const conf = made.fake.text('/etc/beegfs/beegfs-storage.conf');
    expect(conf).toContain('storeStorageDirectory = /data/t2/beegfs_storage\n');
    expect(conf).toContain('storeFsUUID = uuid-of-sdb\n');
    const unit = made.fake.text('/etc/systemd/system/beegfs-storage.service.d/mayfly.conf');
    expect(unit).toContain('RequiresMountsFor=/data/t2\n');
    expect(await made.system.list('/data/t1')).toEqual([]);
    expect(made.refused).toEqual([]);
    // The disk is back: the profile whole, by a restart.
    made.mount('/data/t1', 'xfs', '/dev/sda');
    setUp(made, '/data/t1', 301);
    made.said.length = 0;
    expect(await action.apply(profile, made.system, note)).toMatchObject({ ok: true });
    expect(made.said).toContain('systemctl restart beegfs-storage.service');
    expect(made.said.filter((line) => line.includes('setup'))).toEqual([]);
    expect(await changesOf(profile, made)).toEqual([]);
  });

  it('a new target gets no number while that of a dead one is not known', async () => {
    const made = withoutFirst('7.4');
    expect(await atBoot.apply(storage(), made.system, note)).toMatchObject({ ok: false });
    expect(made.said.filter((line) => line.includes('setup'))).toEqual([]);
    expect(await made.system.list('/data/t2')).toEqual([]);
    // The client needs none of them.
    expect(made.active).toContain('beegfs-client.service');
  });

  it('a disk of another node keeps this node’s own from nothing', async () => {
    const made = machine('8');
    setUp(made, '/data/t2', 302);
    made.fake.put('/data/t1/beegfs_storage/format.conf', '');
    made.fake.put('/data/t1/beegfs_storage/nodeNumID', '4\n');
    expect(await atBoot.apply(storage({ release: '8' }), made.system, note)).toMatchObject({
      problem: { code: 'beegfs/other-node' },
    });
    expect(made.active).toContain('beegfs-storage.service');
    expect(made.fake.text('/etc/beegfs/beegfs-storage.conf')).not.toContain('/data/t1');
  });

  it('a management database whose disk is dead is not made anew on the root', async () => {
    const made = machine('8', 1);
    made.fake.put('/proc/self/mountinfo', '');
    const profile = profileOf({ release: '8', state: { device: { serial: 'S' } } }, 'mgmt-01');
    expect(await atBoot.apply(profile, made.system, note)).toMatchObject({
      problem: { code: 'beegfs/not-mounted', path: 'cluster.state' },
    });
    expect(made.said.filter((line) => line.includes('--init'))).toEqual([]);
    expect(made.active.size).toBe(0);
  });
});

describe('what stands in the way is said before anything is touched', () => {
  const blocked = async (profile: Profile, made: VendorMachine) => {
    const verdict = await action.check(profile, made.system);
    return verdict.kind === 'blocked' ? verdict.problem : verdict;
  };

  it('a disk of another node', async () => {
    const made = machine('7.4');
    made.fake.put('/data/t1/beegfs_storage/format.conf', '');
    made.fake.put('/data/t1/beegfs_storage/nodeNumID', '4\n');
    expect(await blocked(storage(), made)).toMatchObject({ code: 'beegfs/other-node', path: 'cluster.targets[0]' });
  });

  it('a directory with something unknown in it', async () => {
    const made = machine('7.4');
    made.fake.put('/data/t2/beegfs_storage/thesis.tex', 'ten years');
    expect(await blocked(storage(), made)).toMatchObject({ code: 'beegfs/unknown-contents' });
  });

  it('a management directory of the other release', async () => {
    const made = machine('8');
    made.fake.put('/var/lib/mayfly/state/beegfs/format.conf', '');
    const profile = profileOf({ release: '8', state: { device: { serial: 'S' } } }, 'mgmt-01');
    expect(await blocked(profile, made)).toMatchObject({ code: 'beegfs/other-release' });
  });

  it('no secret, and no file that somebody put there', async () => {
    const made = machine('7.4');
    const without: Profile = {
      version: 1,
      role: 'storage',
      node: { hostname: 'stor-03' },
      cluster: { filesystem: 'beegfs', management: 'mgmt-01', release: '7.4', targets: [disk('D1', '/data/t1')] },
    };
    expect(await blocked(without, made)).toMatchObject({ code: 'beegfs/no-secret' });
    made.fake.put('/etc/beegfs/conn.auth', 'from elsewhere');
    expect(await action.apply(without, made.system, note)).toMatchObject({ ok: true });
    expect(made.fake.text('/etc/beegfs/conn.auth')).toBe('from elsewhere');
  });

  it('a host name without a number', async () => {
    const made = machine('7.4');
    expect(await blocked(profileOf({ targets: [disk('D1', '/data/t1')] }, 'alpha'), made)).toMatchObject({
      code: 'beegfs/no-number',
    });
  });

  it('no packages: exactly which, how to add them, and that the configuration alone can be had', async () => {
    const problem = await blocked(storage(), createVendorMachine());
    expect(problem).toMatchObject({ code: 'cluster/packages', path: 'cluster.repository' });
    const text = JSON.stringify(problem);
    for (const word of [
      'beegfs-storage',
      'beegfs-client',
      'beegfs-helperd',
      'beegfs-utils',
      'repository: {',
      'configureOnly: true',
    ])
      expect(text).toContain(word);
  });

  it('a disk that is not mounted: nothing is written to the root', async () => {
    const made = createVendorMachine({
      files: Object.fromEntries(programs['7.4'].map((name) => [`/opt/beegfs/sbin/${name}`, ''])),
    });
    expect(await action.apply(storage(), made.system, note)).toMatchObject({ problem: { code: 'beegfs/not-mounted' } });
    expect(await made.system.list('/data')).toEqual([]);
  });

  it('a management daemon that never answers', async () => {
    const made = machine('7.4');
    made.answer('/opt/beegfs/sbin/beegfs-ctl --listnodes', () => ({ exitCode: 3, stderr: 'Node download failed\n' }));
    expect(await action.apply(storage(), made.system, note)).toMatchObject({
      problem: { code: 'beegfs/no-management', summary: expect.stringContaining('Node download failed') },
    });
    expect(made.active.has('beegfs-storage.service')).toBe(false);
  });

  it('a server that the management daemon does not list', async () => {
    const made = machine('7.4', 99);
    const applied = await action.apply(storage({ closed: true }), made.system, note);
    expect(applied).toMatchObject({
      problem: { code: 'beegfs/not-registered', remedy: expect.stringContaining('closed: false') },
    });
  });
});

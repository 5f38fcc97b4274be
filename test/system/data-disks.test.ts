// Disks for data on a real host: formatted once, kept ever after, and nothing that holds data is touched without consent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageAction } from '../../src/actions/storage.ts';
import type { Profile } from '../../src/state/profile.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'disks for data' : `disks for data (skipped: ${why})`;

const disks = ['META-1', 'BRICK-1', 'FULL-1'].map((serial) => ({ serial, size: 400 * 1024 ** 2 }));
const device = (serial: string) => ({ device: { serial } });
const profile = (brick: string, wipe: readonly string[] = []): Profile => ({
  version: 1,
  role: 'storage',
  cluster: { filesystem: 'gluster', peers: ['node'], bricks: [{ ...device(brick), path: '/bricks/b-1' }] },
  wipe: [...wipe],
});
const metadata: Profile = {
  version: 1,
  role: 'metadata',
  cluster: {
    filesystem: 'beegfs',
    management: 'other',
    release: '8',
    metadata: [{ ...device('META-1'), path: '/data/meta' }],
  },
};

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  const notes: string[] = [];
  const check = (wanted: Profile) => storageAction(false).check(wanted, systemOf(node));
  const apply = (wanted: Profile) => storageAction(false).apply(wanted, systemOf(node), (text) => notes.push(text));

  beforeAll(async () => {
    lab = await createLab('gluster');
    node = await lab.start('node', { disks });
  });
  afterAll(() => lab?.close());

  it('says what is in a full disk, and leaves it alone until the profile says that its data may go', async () => {
    await node.must(['mkfs.ext4', '-q', '-L', 'PRECIOUS', '/dev/vdc']);
    await node.must(['mount', '/dev/vdc', '/mnt']);
    await node.must(['tee', '/mnt/thesis.tex'], { input: 'ten years of work\n' });
    expect(await check(profile('FULL-1'))).toMatchObject({
      problem: { code: 'storage/disk-in-use', path: 'cluster.bricks[0].device.serial' },
    });
    await node.must(['umount', '/mnt']);
    expect(await check(profile('FULL-1'))).toMatchObject({
      changes: [{ subject: 'disk FULL-1', before: 'ext4 label PRECIOUS with thesis.tex', destroysData: true }, {}],
    });
    expect(await apply(profile('FULL-1', ['BRICK-1']))).toMatchObject({ problem: { code: 'storage/not-empty' } });
    await node.must(['mount', '-o', 'ro,noload', '/dev/vdc', '/mnt']);
    expect(await node.must(['cat', '/mnt/thesis.tex'])).toBe('ten years of work\n');
    await node.must(['umount', '/mnt']);
    // Named by its serial number, it goes.
    expect(await apply(profile('FULL-1', ['FULL-1']))).toMatchObject({ ok: true });
    expect(await node.must(['findmnt', '-no', 'SOURCE,FSTYPE', '/bricks/b-1'])).toMatch(/^\/dev\/vdc\s+xfs/);
    await node.must(['systemctl', 'stop', 'var-lib-mayfly-state.mount', 'bricks-b\\x2d1.mount']);
  });

  it('knows a disk that is not there, and a partition table', async () => {
    expect(await check(profile('GONE-1'))).toMatchObject({
      problem: { code: 'storage/no-such-disk', path: 'cluster.bricks[0].device.serial' },
    });
    await node.must(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', '/dev/vdb'], { input: 'label: gpt\n,\n' });
    expect(await check(profile('BRICK-1'))).toMatchObject({
      changes: [{ subject: 'disk BRICK-1', before: expect.stringMatching(/gpt/i), destroysData: true }, {}],
    });
    await node.must(['wipefs', '--all', '--quiet', '/dev/vdb']);
  });

  it('formats an empty disk, and finds it again with its data after a power cut', async () => {
    const wanted = profile('BRICK-1');
    expect(await check(wanted)).toMatchObject({
      changes: [
        { op: 'create', subject: 'disk BRICK-1', after: 'xfs of 400 MiB, brick at /bricks/b-1', destroysData: false },
        { subject: '/var/lib/mayfly/state', after: 'bound to /bricks/b-1/.mayfly-state' },
      ],
    });
    expect(await apply(wanted)).toMatchObject({ ok: true });
    expect(await check(wanted)).toEqual({ kind: 'converged' });
    await node.must(['sh', '-c', 'echo kept > /bricks/b-1/file && echo id > /var/lib/mayfly/state/id && sync']);

    await lab.cutPower(node);
    node = await lab.start('node', { disks });
    expect(await check(wanted)).toMatchObject({
      changes: [{ op: 'update', before: 'xfs label mayfly-brick', destroysData: false }, {}],
    });
    expect(await apply(wanted)).toMatchObject({ ok: true });
    expect(await check(wanted)).toEqual({ kind: 'converged' });
    expect(await node.must(['cat', '/bricks/b-1/file', '/var/lib/mayfly/state/id'])).toBe('kept\nid\n');
  });

  it('prepares the disks that are there when another is gone, at a boot with nobody there', async () => {
    const two: Profile = {
      version: 1,
      role: 'storage',
      cluster: {
        filesystem: 'gluster',
        peers: ['node'],
        bricks: [
          { ...device('GONE-1'), path: '/bricks/b-0' },
          { ...device('META-1'), path: '/bricks/b-2' },
        ],
      },
    };
    const system = systemOf(node);
    expect(await storageAction(false).check(two, system)).toMatchObject({ problem: { code: 'storage/no-such-disk' } });
    expect(await storageAction(true).check(two, system)).toMatchObject({ changes: [{ subject: 'disk META-1' }, {}] });
    const applied = await storageAction(true).apply(two, system, (text) => notes.push(text));
    expect(applied).toMatchObject({
      problem: { code: 'storage/no-such-disk', summary: expect.stringContaining('GONE-1') },
    });
    expect(await node.must(['findmnt', '-no', 'FSTYPE', '/bricks/b-2'])).toBe('xfs\n');
    await node.must(['systemctl', 'stop', 'bricks-b\\x2d2.mount']);
    await node.must(['wipefs', '--all', '--quiet', '/dev/vda']);
  });

  it('keeps a brick that somebody else made, and takes a filesystem that is empty', async () => {
    await node.must(['mkfs.xfs', '-q', '-f', '-L', 'by-hand', '/dev/vdc']);
    const wanted = { ...profile('FULL-1') };
    await node.must(['systemctl', 'stop', 'var-lib-mayfly-state.mount', 'bricks-b\\x2d1.mount']);
    expect(await check(wanted)).toMatchObject({ changes: [{ op: 'create', destroysData: false }, {}] });
    await node.must(['mount', '/dev/vdc', '/mnt']);
    await node.must(['mkdir', '-p', '/mnt/brick/.glusterfs']);
    await node.must(['umount', '/mnt']);
    expect(await check(wanted)).toMatchObject({
      changes: [{ op: 'update', before: 'xfs label by-hand', after: 'kept as it is, brick at /bricks/b-1' }, {}],
    });
    // Looking wrote nothing and left no mount behind.
    expect(await node.must(['sh', '-c', 'grep -c /run/mayfly/look /proc/self/mountinfo || true'])).toBe('0\n');
  });

  it('makes a metadata target with inodes for every two KiB, of 512 bytes', async () => {
    expect(await apply(metadata)).toMatchObject({ ok: true });
    expect(await check(metadata)).toEqual({ kind: 'converged' });
    const tuned = await node.must(['tune2fs', '-l', '/dev/vda']);
    expect(tuned).toMatch(/Inode size:\s+512/);
    expect(Number(/Inode count:\s+(\d+)/.exec(tuned)?.[1])).toBeGreaterThan(190_000);
  });
});

// What is in a brick directory decides whether it is served, filled anew or left alone: a disk that cannot be read is none of the first two.
import { expect, test } from 'vitest';
import { readOwnBricks } from '../../src/probes/gluster/bricks.ts';
import type { Gluster } from '../../src/state/gluster-node.ts';
import { renderDaemonDropIn } from '../../src/state/gluster-units.ts';
import type { CommandResult } from '../../src/system/system.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const cluster: Gluster = {
  filesystem: 'gluster',
  peers: ['g1'],
  bricks: [{ device: { serial: 'S1' }, path: '/bricks/b1' }],
};
const mounted = '30 29 252:0 / /bricks/b1 rw,noatime - xfs /dev/vda rw\n';
const refusal = (why: string): CommandResult => ({ exitCode: 1, stdout: '', stderr: `/bricks/b1/brick: ${why}\n` });

test.each<[string, string, string | CommandResult, object]>([
  [
    'of a volume',
    mounted,
    '# file: /bricks/b1/brick\ntrusted.glusterfs.volume-id=0x0123456789abcdef0123456789abcdef\n',
    { mounted: true, empty: false, volumeId: '01234567-89ab-cdef-0123-456789abcdef' },
  ],
  ['never used', mounted, refusal('trusted.glusterfs.volume-id: No such attribute'), { mounted: true, empty: true }],
  ['not made yet', mounted, refusal('No such file or directory'), { mounted: true, empty: true }],
  ['that cannot be read', mounted, refusal('Input/output error'), { mounted: true, empty: false }],
  ['whose disk is missing', '', refusal('No such file or directory'), { mounted: false, empty: false }],
])('a brick %s', async (_, mountinfo, answer, wanted) => {
  const fake = createFakeSystem({ files: { '/proc/self/mountinfo': mountinfo }, commands: { getfattr: answer } });
  const [brick] = await readOwnBricks(fake, cluster);
  expect(brick).toEqual({
    mountpoint: '/bricks/b1',
    serial: 'S1',
    path: '/bricks/b1/brick',
    served: false,
    volumeId: undefined,
    ...wanted,
  });
});

test('glusterd requires its memory and only waits for its bricks', () => {
  expect(renderDaemonDropIn(cluster)).toBe('[Unit]\nRequiresMountsFor=/var/lib/glusterd\nWantsMountsFor=/bricks/b1\n');
  expect(renderDaemonDropIn({ ...cluster, bricks: [] })).not.toContain('Wants');
});

// Mount units: their names as systemd makes them, their text, and the table of what is mounted.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMountInfo } from '../../src/probes/mount-info.ts';
import { mountUnitName, renderMountUnit } from '../../src/state/mount-unit.ts';

const hasEscape = spawnSync('systemd-escape', ['--version']).status === 0;

describe('the name of a mount unit', () => {
  it.each([
    ['/bricks/b1', 'bricks-b1.mount'],
    ['/srv/my-tank', 'srv-my\\x2dtank.mount'],
    ['/srv/.hidden', 'srv-.hidden.mount'],
    ['/.hidden/x', '\\x2ehidden-x.mount'],
    ['/srv/a@b+c', 'srv-a\\x40b\\x2bc.mount'],
    ['/', '-.mount'],
  ])('%s is %s', (path, name) => expect(mountUnitName(path)).toBe(name));

  it.skipIf(!hasEscape)('is what systemd-escape says, for any path that a profile may have', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_@+.-]{1,12}$/).filter((text) => text !== '.' && text !== '..');
    const paths = fc.sample(fc.array(part, { minLength: 1, maxLength: 4 }), { numRuns: 200, seed: 5 });
    const written = paths.map((parts) => `/${parts.join('/')}`);
    const said = spawnSync('systemd-escape', ['--path', '--suffix=mount', ...written], { encoding: 'utf8' });
    expect(said.status).toBe(0);
    expect(written.map(mountUnitName)).toEqual(said.stdout.trim().split(' '));
  });
});

it('a unit says what, where, how and after what', () => {
  expect(
    renderMountUnit({
      what: '/bricks/b1/.mayfly-state',
      where: '/var/lib/mayfly/state',
      options: ['bind'],
      description: 'Mayfly: state',
      after: ['bricks-b1.mount'],
    }),
  ).toBe(`[Unit]
Description=Mayfly: state
Requires=bricks-b1.mount
After=bricks-b1.mount

[Mount]
What=/bricks/b1/.mayfly-state
Where=/var/lib/mayfly/state
Options=bind
`);
});

it('the table of mounts gives place, type and source, with what is escaped in it', () => {
  const text = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/zram0 rw,errors=continue
40 22 7:3 /data /srv/with\\040space rw - xfs /dev/vda rw
nonsense
41 22 0:50 / /mnt rw - fuse.glusterfs s1:/tank rw
`;
  expect(parseMountInfo(text)).toEqual([
    { where: '/', type: 'ext4', source: '/dev/zram0', root: '/' },
    { where: '/srv/with space', type: 'xfs', source: '/dev/vda', root: '/data' },
    { where: '/mnt', type: 'fuse.glusterfs', source: 's1:/tank', root: '/' },
  ]);
});

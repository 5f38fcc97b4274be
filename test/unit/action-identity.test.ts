// Step identity: the hosts file as a table, and the step on a machine of files.
import { describe, expect, it } from 'vitest';
import { identityAction } from '../../src/actions/identity.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderHosts } from '../../src/state/render-hosts.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage', node: { hostname: 'stor-01', domain: 'rack7.example' } };
const machine = () =>
  createFakeSystem({
    files: {
      '/proc/sys/kernel/hostname': 'old\n',
      '/etc/hostname': 'old\n',
      '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 old\n10.0.0.9 nas\n',
    },
  });
const block = '# BEGIN mayfly\n127.0.1.1 stor-01.rack7.example stor-01\n# END mayfly\n';

describe('the hosts file', () => {
  it.each([
    ['nothing', '', `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${block}`],
    [
      'other lines',
      '127.0.0.1 localhost\n::1 localhost\n10.0.0.9 nas\n',
      `127.0.0.1 localhost\n::1 localhost\n10.0.0.9 nas\n${block}`,
    ],
    ['Debian’s own line', '127.0.0.1 localhost\n::1 x\n127.0.1.1\told\n', `127.0.0.1 localhost\n::1 x\n${block}`],
    [
      'an older block',
      `127.0.0.1 localhost\n::1 x\n${block.replaceAll('stor-01', 'a')}9.9.9.9 n\n`,
      `127.0.0.1 localhost\n::1 x\n9.9.9.9 n\n${block}`,
    ],
    [
      'a torn block',
      `127.0.0.1 localhost\n::1 x\n# BEGIN mayfly\n9.9.9.9 n\n`,
      `127.0.0.1 localhost\n::1 x\n9.9.9.9 n\n${block}`,
    ],
  ])('from %s', (_, before, after) => {
    expect(renderHosts(before, 'stor-01', 'rack7.example')).toBe(after);
    expect(renderHosts(after, 'stor-01', 'rack7.example')).toBe(after);
  });
});

describe('step identity', () => {
  it('names the node everywhere, once', async () => {
    const system = machine();
    expect(await identityAction.check(profile, system)).toMatchObject({
      kind: 'drifted',
      changes: [
        { subject: 'hostname', before: 'old', after: 'stor-01' },
        { subject: '/etc/hostname', before: 'old', after: 'stor-01' },
        { subject: '/etc/hosts', before: '127.0.1.1 old', after: '127.0.1.1 stor-01.rack7.example stor-01' },
      ],
    });
    await identityAction.apply(profile, system, () => undefined);
    expect(await identityAction.check(profile, system)).toEqual({ kind: 'converged' });
    expect(system.kernelWrites).toEqual(['/proc/sys/kernel/hostname=stor-01']);
    expect(system.text('/etc/hosts')).toContain('10.0.0.9 nas');
    await identityAction.apply(profile, system, () => undefined);
    expect(system.kernelWrites).toHaveLength(1);
  });

  it('takes it back', async () => {
    const system = machine();
    await identityAction.apply(profile, system, () => undefined);
    await identityAction.undo?.(system, () => undefined);
    expect(system.text('/etc/hostname')).toBe('old\n');
    expect(system.text('/etc/hosts')).toContain('127.0.1.1 old\n');
    expect(system.kernelWrites.at(-1)).toBe('/proc/sys/kernel/hostname=old');
  });

  it('returns to what was before an interrupted apply, not to its half-done state', async () => {
    const system = machine();
    await identityAction.apply(profile, system, () => undefined);
    // As a crash leaves it: changed, and not settled.
    const settled = system.text('/run/mayfly/undo/identity/settled.json');
    await system.remove('/run/mayfly/undo/identity/settled.json');
    system.put('/run/mayfly/undo/identity/open.json', settled);
    system.put('/etc/.hosts.77-3.tmp', 'half');
    await identityAction.apply({ ...profile, node: { hostname: 'stor-09' } }, system, () => undefined);
    expect(await system.list('/etc')).not.toContain('.hosts.77-3.tmp');
    await identityAction.undo?.(system, () => undefined);
    expect(system.text('/etc/hostname')).toBe('old\n');
  });

  it('leaves a node its name when the profile has none', async () => {
    const system = createFakeSystem({ files: { '/proc/sys/kernel/hostname': 'kept\n', '/etc/hostname': 'kept\n' } });
    const nameless: Profile = { version: 1, role: 'storage' };
    await identityAction.apply(nameless, system, () => undefined);
    expect(system.text('/etc/hosts')).toContain('127.0.1.1 kept\n');
    expect(await identityAction.check(nameless, system)).toEqual({ kind: 'converged' });
  });
});

// Step time: chrony's files as text, and the step on a machine of files.
import { describe, expect, it } from 'vitest';
import { timeAction } from '../../src/actions/time.ts';
import type { Profile } from '../../src/state/profile.ts';
import { parseChronySources, renderChronyConf } from '../../src/state/render-chrony.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const conf = '# own\npool 2.debian.pool.ntp.org iburst\nsourcedir /etc/chrony/sources.d\n';
const silent = conf.replace('pool', '#mayfly# pool');
const profile: Profile = { version: 1, role: 'storage', node: { timezone: 'Europe/Berlin', ntp: ['10.0.0.1'] } };
const bare: Profile = { version: 1, role: 'storage' };
const sources = (...names: string[]): string => names.map((name) => `^,?,${name},0,6,0,4294967295,0,0,0\n`).join('');

const machine = () => {
  const system = createFakeSystem({
    files: {
      '/etc/chrony/chrony.conf': conf,
      '/usr/share/zoneinfo/Europe/Berlin': '',
      '/usr/share/zoneinfo/Etc/UTC': '',
    },
    links: { '/etc/localtime': '/usr/share/zoneinfo/Etc/UTC' },
    commands: {
      'chronyc -c -N sources -a': sources('2.debian.pool.ntp.org', '2.debian.pool.ntp.org'),
      'systemctl reset-failed': '',
      'systemctl try-restart chrony.service': () => {
        const own = system.text('/etc/chrony/chrony.conf').includes('#mayfly#');
        system.answer('chronyc -c -N sources -a', own ? sources('10.0.0.1') : sources('2.debian.pool.ntp.org'));
        return '';
      },
    },
  });
  return system;
};
const quiet = (): void => undefined;

describe('chrony’s files', () => {
  it('silence the pool and let it speak again', () => {
    expect(renderChronyConf(conf, true)).toBe(silent);
    expect(renderChronyConf(silent, true)).toBe(silent);
    expect(renderChronyConf(silent, false)).toBe(conf);
  });

  it('are read back from what chronyd really asks', () => {
    expect(parseChronySources(`${sources('10.0.0.1')}#,*,PHC0,0,4,377,9,0,0,0\n`)).toEqual(['10.0.0.1']);
  });
});

describe('step time', () => {
  it('sets zone and servers, once', async () => {
    const system = machine();
    expect(await timeAction.check(profile, system)).toMatchObject({
      changes: [
        { subject: 'time zone', before: 'Etc/UTC', after: 'Europe/Berlin' },
        { subject: 'time servers', before: '2.debian.pool.ntp.org', after: '10.0.0.1' },
      ],
    });
    await timeAction.apply(profile, system, quiet);
    expect(await timeAction.check(profile, system)).toEqual({ kind: 'converged' });
    expect(system.text('/etc/chrony/sources.d/mayfly.sources')).toContain('\nserver 10.0.0.1 iburst\n');
    const commands = system.ran.length;
    await timeAction.apply(profile, system, quiet);
    expect(system.ran).toHaveLength(commands);
  });

  it('is taken back', async () => {
    const system = machine();
    await timeAction.apply(profile, system, quiet);
    await timeAction.undo?.(system, quiet);
    expect(system.text('/etc/chrony/chrony.conf')).toBe(conf);
    expect(await system.readLink('/etc/localtime')).toBe('/usr/share/zoneinfo/Etc/UTC');
  });

  it('lets the image’s own servers back in when the profile names none any more', async () => {
    const system = machine();
    await timeAction.apply(profile, system, quiet);
    await timeAction.apply(bare, system, quiet);
    expect(system.text('/etc/chrony/chrony.conf')).toBe(conf);
    expect(await timeAction.check(bare, system)).toEqual({ kind: 'converged' });
  });

  it('fails when chrony does not restart', async () => {
    const system = machine();
    system.answer('systemctl try-restart chrony.service', { exitCode: 1, stderr: 'Job failed.\n' });
    expect(await timeAction.apply(profile, system, quiet)).toMatchObject({ problem: { code: 'time/chrony-failed' } });
  });

  it.each([
    [{ timezone: 'Mars/Base' }, 'time/unknown-zone', 'node.timezone'],
    [{ ntp: ['10.0.0.1'] }, 'time/no-chrony', 'node.ntp'],
  ])('is blocked for %j where that cannot be', async (node, code, path) => {
    const verdict = await timeAction.check({ ...bare, node }, createFakeSystem());
    expect(verdict).toMatchObject({ kind: 'blocked', problem: { code, path } });
  });
});

// Step services, and the steps that this version does not have: they are blocked, and pretend nothing.
import { describe, expect, it } from 'vitest';
import { logsAction } from '../../src/actions/logs.ts';
import { packagesAction } from '../../src/actions/packages.ts';
import { servicesAction } from '../../src/actions/services.ts';
import { storageAction } from '../../src/actions/storage.ts';
import type { Profile } from '../../src/state/profile.ts';
import { wantedServices } from '../../src/state/wanted-services.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage', drift: { every: 'never' } };
const quiet = (): void => undefined;
const shown = (active: string, enabled = 'enabled', load = 'loaded'): string =>
  `LoadState=${load}\nActiveState=${active}\nUnitFileState=${enabled}\n`;
const show = 'systemctl show --property=LoadState,ActiveState,UnitFileState';

const machine = (ssh: string) => {
  const system = createFakeSystem({
    files: { '/run/systemd/system/x': '' },
    commands: {
      [show]: shown('active'),
      [`${show} ssh.service`]: ssh,
      'systemctl reset-failed': '',
      'systemctl enable --now ssh.service': () => {
        system.answer(`${show} ssh.service`, shown('active'));
        return '';
      },
    },
  });
  return system;
};

describe('step services', () => {
  it('starts what does not run, and nothing else', async () => {
    const system = machine(shown('failed', 'disabled'));
    expect(await servicesAction.check(profile, system)).toMatchObject({
      changes: [
        { subject: 'ssh.service at boot', before: 'disabled', after: 'enabled' },
        { subject: 'ssh.service', before: 'failed', after: 'active' },
      ],
    });
    await servicesAction.apply(profile, system, quiet);
    expect(await servicesAction.check(profile, system)).toEqual({ kind: 'converged' });
    const commands = system.ran.length;
    await servicesAction.apply(profile, system, quiet);
    expect(system.ran).toHaveLength(commands);
  });

  it('wants what the status wants: also the daemon of the filesystem that the node serves', async () => {
    const serving: Profile = {
      ...profile,
      cluster: { filesystem: 'gluster', peers: ['a'], bricks: [{ device: { serial: 'VBOX-77' }, path: '/bricks/b1' }] },
    };
    const system = machine(shown('active'));
    system.answer(`${show} glusterd.service`, shown('inactive'));
    expect(await servicesAction.check(profile, system)).toEqual({ kind: 'converged' });
    expect(await servicesAction.check(serving, system)).toMatchObject({
      changes: [{ subject: 'glusterd.service', before: 'inactive', after: 'active' }],
    });
    for (const unit of wantedServices(serving)) expect(system.queried.map((words) => words.at(-1))).toContain(unit);
  });

  it('says which unit does not start', async () => {
    const system = machine(shown('inactive'));
    system.answer('systemctl enable --now ssh.service', { exitCode: 1, stderr: 'x\nJob for ssh.service failed\n' });
    expect(await servicesAction.apply(profile, system, quiet)).toMatchObject({
      problem: { code: 'services/not-started', summary: 'ssh.service did not start: Job for ssh.service failed' },
    });
  });

  it('is blocked where a unit or systemd is missing', async () => {
    const system = machine(shown('inactive', '', 'not-found'));
    expect(await servicesAction.check(profile, system)).toMatchObject({ problem: { code: 'services/not-installed' } });
    const none = await servicesAction.check(profile, createFakeSystem());
    expect(none).toMatchObject({ problem: { code: 'services/no-systemd' } });
  });
});

describe('steps of later versions', () => {
  const forward = [{ host: '10.0.0.1', port: 514, protocol: 'udp' as const }];
  it.each([
    [logsAction, { ...profile, logs: { forward } }, 'logs.forward'],
    [packagesAction, { ...profile, packages: [{ name: '10-x', kind: 'container', source: 'x' }] }, 'packages[0]'],
  ] satisfies [typeof logsAction, Profile, string][])(
    'are blocked where the profile asks for them',
    async (action, asking, path) => {
      const system = createFakeSystem();
      expect(await action.check(asking, system)).toMatchObject({ kind: 'blocked', problem: { path } });
      expect(await action.check(profile, system)).toEqual({ kind: 'converged' });
    },
  );

  it('leave disks alone that no swap is wanted on', async () => {
    expect(await storageAction(false).check(profile, createFakeSystem())).toEqual({ kind: 'converged' });
  });
});

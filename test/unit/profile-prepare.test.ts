// Making a config partition: which disks are taken, which only with their serial number, which never.
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { runProfile } from '../../src/cli/profile.ts';
import { trustedKeysPath } from '../../src/state/signed-bundle.ts';
import { createFakeSystem, type FakeOptions, type FakeSystem } from '../helpers/fake-system.ts';

type Disk = { readonly serial: string; readonly holds?: string; readonly mounted?: string; readonly size?: number };

/** mkfs makes what blkid and lsblk see from then on; the marker is where mkfs was told to find it. */
const machine = (disks: readonly Disk[], files: FakeOptions['files'] = {}): FakeSystem => {
  const made = new Set<string>();
  const mounted = new Set<string>();
  const named = disks.map((disk, index) => ({ ...disk, path: `/dev/sd${'abc'[index]}` }));
  const system = createFakeSystem({
    files: { '/run/mayfly/profile.yaml': 'version: 1\nrole: client\nnode: { hostname: n1 }\n', ...files },
    commands: {
      lsblk: (command) =>
        JSON.stringify({
          blockdevices: named.map(({ path, serial, size = 2 ** 30, ...disk }) => ({
            ...{
              name: command.includes('--paths') ? path : path.slice(5),
              path,
              serial,
              size,
              type: 'disk',
              ro: false,
            },
            label: made.has(path) ? 'MAYFLY' : null,
            fstype: made.has(path) ? 'ext4' : null,
            mountpoints: mounted.has(path) ? ['/config'] : [disk.mounted ?? null],
          })),
        }),
      ...Object.fromEntries(
        named.map(({ path, holds }) => [
          `wipefs --json --no-act ${path}`,
          holds === undefined ? '' : JSON.stringify({ signatures: [{ type: holds, label: null }] }),
        ]),
      ),
      'wipefs --all': '',
      'mkfs.ext4': (command) => {
        made.add(command.at(-1) ?? '');
        return '';
      },
      unshare: (command) => (made.has(command.at(-3) ?? '') ? '' : { exitCode: 3 }),
      mount: (command) => {
        if (command.includes('remount,rw') || command.includes('remount,ro')) return '';
        mounted.add(command.at(-2) ?? '');
        system.put('/config/.mayfly-config', '');
        return '';
      },
    },
  });
  return system;
};

const prepare = async (system: FakeSystem, ...args: readonly string[]) => {
  const said = { out: '', err: '' };
  const io: CliIo = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    readStdin: async () => '',
    interactive: false,
    system,
  };
  return { status: await runProfile(['prepare', ...args], io), ...said };
};
const wrote = (system: FakeSystem): boolean => system.ran.some(([program]) => /wipefs|mkfs/.test(program ?? ''));

describe('mayfly profile prepare', () => {
  it('makes an empty disk the config partition, and saves the profile there', async () => {
    const system = machine([{ serial: 'DATA', holds: 'xfs' }, { serial: 'STICK' }]);
    const { status, out } = await prepare(system, '--device', 'serial=STICK');
    expect({ status, out }).toEqual({
      status: 0,
      out: '/dev/sdb is the config partition now, at /config.\nSaved as /config/node/profile.yaml.\n',
    });
    expect(system.text('/config/node/profile.yaml')).toContain('hostname: n1');
    expect(system.ran.filter(([program]) => /wipefs|mkfs/.test(program ?? '')).map((words) => words.at(-1))).toEqual([
      '/dev/sdb',
      '/dev/sdb',
    ]);
    expect(system.text('/run/mayfly/prepare/.mayfly-config')).toBe('');
  });

  it('takes one that is not empty only with its serial number', async () => {
    const system = machine([{ serial: 'STICK', holds: 'vfat' }]);
    const refused = await prepare(system, '--device', 'serial=STICK', '--json');
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('holds vfat') });
    expect(JSON.parse(refused.out)).toMatchObject({ prepared: false, problems: [{ code: 'prepare/not-empty' }] });
    expect((await prepare(system, '--device', 'serial=STICK', '--wipe', 'OTHER')).status).toBe(1);
    expect(wrote(system)).toBe(false);
    const taken = await prepare(system, '--device', 'serial=STICK', '--wipe', 'STICK', '--json');
    expect(JSON.parse(taken.out)).toEqual({
      ...{ version: 1, prepared: true, device: '/dev/sda' },
      ...{ path: '/config/node/profile.yaml', problems: [] },
    });
  });

  const brick = 'version: 1\nrole: storage\nswap: { device: { serial: STICK } }\n';
  it.each<[string, readonly Disk[], FakeOptions['files'], readonly string[], string]>([
    ['no such disk', [{ serial: 'A1' }], {}, ['--device', 'serial=STICK'], 'Name one of A1 (/dev/sda, 1 GiB)'],
    [
      'two of that serial number',
      [{ serial: 'STICK' }, { serial: 'STICK' }],
      {},
      ['--device', 'serial=STICK'],
      'two-disks',
    ],
    [
      'one that is in use',
      [{ serial: 'STICK', mounted: '/srv' }],
      {},
      ['--device', 'serial=STICK', '--wipe', 'STICK'],
      'in-use',
    ],
    [
      'one that the profile needs',
      [{ serial: 'STICK' }],
      { '/run/mayfly/profile.yaml': brick },
      ['--device', 'serial=STICK', '--wipe', 'STICK'],
      'is swap of this',
    ],
    ['one that is too small', [{ serial: 'STICK', size: 2 ** 20 }], {}, ['--device', 'serial=STICK'], 'too-small'],
    ['a device by its name', [{ serial: 'STICK' }], {}, ['--device', '/dev/sda'], 'serial=SERIAL'],
    ['nothing', [{ serial: 'STICK' }], {}, [], 'serial=SERIAL'],
    [
      'a profile that is not valid',
      [{ serial: 'STICK' }],
      { '/p.yaml': 'role: x\n' },
      ['--device', 'serial=STICK', '--profile', '/p.yaml'],
      'in the profile',
    ],
  ])('refuses %s', async (_, disks, files, args, words) => {
    const system = machine(disks, files);
    const { status, err } = await prepare(system, ...args);
    expect({ status, err: err.replaceAll(/\s+/g, ' ') }).toEqual({ status: 1, err: expect.stringContaining(words) });
    expect(wrote(system)).toBe(false);
  });

  it('makes no second one', async () => {
    const system = machine([{ serial: 'ONE' }, { serial: 'TWO' }]);
    await prepare(system, '--device', 'serial=ONE');
    const before = system.ran.length;
    expect((await prepare(system, '--device', 'serial=TWO')).err).toContain('prepare/there-already');
    expect(system.ran.length).toBe(before);
  });

  it('saves nothing where the profile has to be signed, or where there is none', async () => {
    const signed = machine([{ serial: 'STICK' }], { [trustedKeysPath]: 'x' });
    expect((await prepare(signed, '--device', 'serial=STICK')).out).not.toContain('Saved');
    const none = machine([{ serial: 'STICK' }]);
    await none.remove('/run/mayfly/profile.yaml');
    expect(await prepare(none, '--device', 'serial=STICK')).toMatchObject({ status: 0, err: '' });
  });
});

// Writeconf: what it refuses, whom it asks, and what it then runs, on a machine whose tools refuse unknown options.
import { describe, expect, it } from 'vitest';
import { runPaths } from '../../src/actions/run-paths.ts';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { createLustreVerb } from '../../src/cli/lustre.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderProfile } from '../../src/state/render-profile.ts';
import { createLustreMachine, type LustreHeld, type LustreMachine } from '../helpers/lustre-machine.ts';

type Lustre = Extract<NonNullable<Profile['cluster']>, { filesystem: 'lustre' }>;
const profileOf = (cluster: Partial<Lustre> = {}): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname: 'mds-01' },
  network: { links: [{ match: { name: 'ens3' }, addresses: ['10.77.0.41/24'] }] },
  cluster: {
    filesystem: 'lustre',
    fsname: 'lfs0',
    mgs: ['mds-01'],
    targets: [
      { kind: 'ost', index: 3, device: { serial: 'D1' } },
      { kind: 'mdt', index: 0, device: { serial: 'D2' } },
    ],
    ...cluster,
  },
});
const ours = (name: string): LustreHeld => ({ type: 'ext4', label: name, lustre: name });
const both = { D1: ours('lfs0-OST0003'), D2: ours('lfs0-MDT0000') };

const run = async (
  machine: LustreMachine,
  { args = [], typed, profile = profileOf() }: { args?: readonly string[]; typed?: string; profile?: Profile } = {},
) => {
  machine.fake.put('/run/mayfly/profile.yaml', renderProfile(profile));
  const said: string[] = [];
  const asked: string[] = [];
  const io: CliIo = {
    out: (text) => void said.push(text),
    err: (text) => void said.push(text),
    readStdin: async () => '',
    interactive: typed !== undefined,
    system: machine.system,
  };
  const verb = createLustreVerb(async (question) => {
    asked.push(question);
    return typed ?? '';
  });
  const status = await verb(['writeconf', ...args], io);
  return { status, asked, text: said.join('') };
};
const written = (machine: LustreMachine) => machine.said.filter((line) => line.includes('--writeconf'));

it('says what it does and in which order, wants the name typed, and writes the metadata target first', async () => {
  const machine = createLustreMachine(both);
  const { status, asked, text } = await run(machine, { typed: 'lfs0\n' });
  expect(status).toBe(0);
  expect(asked).toEqual(['Type lfs0 to go on: ']);
  expect(written(machine)).toEqual(['tunefs.lustre --writeconf /dev/sdb', 'tunefs.lustre --writeconf /dev/sda']);
  expect(machine.refused).toEqual([]);
  for (const words of [
    'lfs0-MDT0000 with the MGS',
    '/dev/sda, disk D1',
    'every client unmounted',
    'conf_param',
    'OST pools',
  ])
    expect(text).toContain(words);
});

it('takes the name as an option where nobody is there', async () => {
  const machine = createLustreMachine(both);
  expect(await run(machine, { args: ['--confirm', 'lfs0'] })).toMatchObject({ status: 0, asked: [] });
  expect(written(machine)).toHaveLength(2);
});

it('leaves an MGS of its own and the targets of a partner alone', async () => {
  const machine = createLustreMachine({ D1: ours('MGS'), D2: ours('lfs0-MDT0000'), D3: ours('lfs0-OST0000') });
  const profile = profileOf({
    targets: [
      { kind: 'mgs', index: 0, device: { serial: 'D1' } },
      { kind: 'mdt', index: 0, device: { serial: 'D2' } },
      { kind: 'ost', index: 0, device: { serial: 'D3' }, serviceNodes: ['10.77.0.99@tcp', '10.77.0.41@tcp'] },
    ],
  });
  expect(await run(machine, { args: ['--confirm', 'lfs0'], profile })).toMatchObject({ status: 0 });
  expect(written(machine)).toEqual(['tunefs.lustre --writeconf /dev/sdb']);
});

describe('nothing is written', () => {
  const refused = async (
    machine: LustreMachine,
    code: string,
    options: Parameters<typeof run>[1] = { args: ['--confirm', 'lfs0'] },
    status = 3,
  ) => {
    const answer = await run(machine, options);
    expect(answer.text).toContain(code);
    expect(answer.status).toBe(status);
    expect(written(machine)).toEqual([]);
  };

  it('while a target is mounted', async () => {
    const machine = createLustreMachine(both);
    machine.mount('/srv/lustre/lfs0-OST0003', 'lustre', '/dev/sda');
    await refused(machine, 'lustre/still-mounted');
  });

  it('while a client is mounted', async () => {
    const machine = createLustreMachine(both);
    machine.mount('/mnt', 'lustre', '10.77.0.41@tcp:/lfs0');
    await refused(machine, 'lustre/still-mounted');
  });

  it.each(['', 'y', 'lfs1', 'LFS0'])('when %j is typed', async (typed) => {
    await refused(createLustreMachine(both), 'lustre/not-confirmed', { typed });
  });

  it('when nobody is there and nothing was confirmed', async () => {
    await refused(createLustreMachine(both), 'lustre/not-confirmed', {});
  });

  it('when a disk is gone: all targets, or none', async () => {
    const profile = profileOf({
      targets: [
        { kind: 'ost', index: 3, device: { serial: 'D1' } },
        { kind: 'ost', index: 4, device: { serial: 'D9' } },
      ],
    });
    await refused(createLustreMachine(both), 'storage/no-such-disk', { args: ['--confirm', 'lfs0'], profile });
  });

  it('when a disk holds something else, or nothing', async () => {
    await refused(createLustreMachine({ ...both, D1: { type: 'xfs' } }), 'lustre/not-formatted');
    await refused(createLustreMachine({ D2: ours('lfs0-MDT0000') }), 'lustre/not-formatted');
    await refused(createLustreMachine({ ...both, D1: ours('lfs0-OST0007') }), 'lustre/other-target');
  });

  it('while an apply is at work', async () => {
    const machine = createLustreMachine(both);
    const lock = await machine.system.lock(runPaths.lock);
    expect(lock).toBeDefined();
    await refused(machine, 'lustre/busy');
    await lock?.release();
  });

  it('where the profile is of something else, or serves nothing', async () => {
    const none: Profile = { version: 1, role: 'storage' };
    await refused(createLustreMachine(both), 'lustre/none', { args: ['--confirm', 'lfs0'], profile: none });
    const client = profileOf({ targets: [], mount: '/mnt' });
    await refused(createLustreMachine(both), 'lustre/no-targets', { args: ['--confirm', 'lfs0'], profile: client });
  });

  it('by another word', async () => {
    const machine = createLustreMachine(both);
    const verb = createLustreVerb();
    const io: CliIo = {
      out: () => undefined,
      err: () => undefined,
      readStdin: async () => '',
      interactive: false,
      system: machine.system,
    };
    expect(await verb(['reformat'], io)).toBe(2);
    expect(await verb(['writeconf', '--force'], io)).toBe(2);
  });
});

it('a tool that claims success and wrote nothing is not believed, and the rest is named', async () => {
  const machine = createLustreMachine(both);
  machine.answer('tunefs.lustre --writeconf /dev/sdb', () => ({ stdout: 'Writing CONFIGS/mountdata\n' }));
  const { status, text } = await run(machine, { args: ['--confirm', 'lfs0'] });
  expect(status).toBe(1);
  expect(text).toContain('mount nothing before lfs0-MDT0000, lfs0-OST0003 are done, too');
  expect(written(machine)).toEqual(['tunefs.lustre --writeconf /dev/sdb']);
});

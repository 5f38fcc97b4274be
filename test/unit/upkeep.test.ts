// The timers of a node, what a look at it leaves for displays, and what of that is a problem.

import { describe, expect, it } from 'vitest';
import { applyUpkeep, checkUpkeep } from '../../src/actions/upkeep.ts';
import { runPlan } from '../../src/cli/plan.ts';
import { createProfileInForce } from '../../src/probes/profile-in-force.ts';
import { noCluster } from '../../src/state/cluster-status.ts';
import { driftPath, driftWords, parseDrift } from '../../src/state/drift.ts';
import { judgeStatus, type Readings } from '../../src/state/judge-status.ts';
import type { Profile } from '../../src/state/profile.ts';
import type { ProfileStatus } from '../../src/state/status.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const quiet = (): void => undefined;
const profile: Profile = { version: 1, role: 'client' };

/** systemd that starts and stops timers. */
const machine = (): FakeSystem => {
  const active = new Set<string>();
  const last = (command: readonly string[]): string => command.at(-1) ?? '';
  const system = createFakeSystem({
    commands: {
      'systemctl daemon-reload': '',
      'systemctl is-active': (command) =>
        active.has(last(command)) ? 'active\n' : { exitCode: 3, stdout: 'inactive\n' },
      'systemctl restart': (command) => {
        active.add(last(command));
        return '';
      },
      'systemctl stop': (command) => {
        active.delete(last(command));
        return '';
      },
    },
  });
  return system;
};

describe('timers', () => {
  it.each<[string, Profile, readonly string[]]>([
    ['looks every hour unless told', profile, ['mayfly-drift.timer every 1h']],
    [
      'asks the sources when told',
      { ...profile, pull: { every: '30min' }, drift: { every: 'never' } },
      ['mayfly-pull.timer every 30min'],
    ],
    ['does neither when told so', { ...profile, pull: { every: 'never' }, drift: { every: 'never' } }, []],
  ])('%s', async (_, wanted, changes) => {
    const system = machine();
    const planned = await checkUpkeep(wanted, system);
    expect(planned.map(({ subject, after }) => `${subject} ${after}`)).toEqual(changes);
    expect(await applyUpkeep(wanted, system, quiet)).toMatchObject({ ok: true });
    expect(await checkUpkeep(wanted, system)).toEqual([]);
    const commands = system.ran.length;
    await applyUpkeep(wanted, system, quiet);
    expect(system.ran.length).toBe(commands);
  });

  it('are changed and taken away', async () => {
    const system = machine();
    await applyUpkeep({ ...profile, pull: { every: '30min' } }, system, quiet);
    expect(system.text('/run/systemd/system/mayfly-pull.service')).toContain('ExecStart=-/usr/bin/mayfly pull\n');
    const other: Profile = { ...profile, pull: { every: '2h' }, drift: { every: 'never' } };
    expect(await checkUpkeep(other, system)).toMatchObject([
      { op: 'update', subject: 'mayfly-pull.timer', before: 'every 30min', after: 'every 2h' },
      { op: 'delete', subject: 'mayfly-drift.timer', before: 'every 1h', after: 'none' },
    ]);
    await applyUpkeep(other, system, quiet);
    expect(await checkUpkeep(other, system)).toEqual([]);
    expect(await system.stat('/run/systemd/system/mayfly-drift.timer')).toBe(undefined);
  });

  it('that do not start are a problem', async () => {
    const system = machine();
    system.answer('systemctl restart', { exitCode: 1, stderr: 'Unit is masked.\n' });
    expect(await applyUpkeep(profile, system, quiet)).toMatchObject({
      problem: { code: 'services/no-timer', summary: 'mayfly-drift.timer did not start: Unit is masked.' },
    });
  });
});

describe('mayfly plan --note', () => {
  const run = async (system: FakeSystem) => {
    let out = '';
    const say = (text: string): void => {
      out += text;
    };
    const io = { out: say, err: say, readStdin: async () => '', interactive: false, system };
    return { status: await runPlan(['--note'], io), out };
  };

  it('leaves what differs where displays find it, until something is applied', async () => {
    const system = createFakeSystem({
      files: {
        '/run/mayfly/profile.yaml': 'version: 1\nrole: client\nnode: { hostname: n1 }\n',
        '/etc/hostname': 'other\n',
      },
    });
    const { out } = await run(system);
    const drift = parseDrift(system.text(driftPath));
    expect(drift?.differs).toContain('hostname');
    expect(out).toBe(`${driftWords(drift ?? { differs: [], blocked: [] })}.\n`);
    const read = createProfileInForce(system);
    expect((await read())?.source.drift).toEqual(drift);
    system.put('/run/mayfly/journal.jsonl', '');
    expect((await read())?.source.drift).toBe(undefined);
  });

  it('says that there is nothing to compare with', async () => {
    const system = createFakeSystem({ files: { [driftPath]: '{}' } });
    expect(await run(system)).toEqual({ status: 1, out: 'No profile is in force: nothing to compare with.\n' });
    expect(await system.stat(driftPath)).toBe(undefined);
  });

  it('waits for no apply that is under way', async () => {
    const system = createFakeSystem({ files: { '/run/mayfly/profile.yaml': 'version: 1\nrole: client\n' } });
    const lock = await system.lock('/run/mayfly/apply.lock');
    expect((await run(system)).out).toBe('An apply is under way.\n');
    await lock?.release();
  });
});

it.each([
  [[], [], undefined],
  [['hostname'], [], '1 thing differs from the profile: hostname'],
  [['a', 'b'], ['c is gone'], '3 things differ from the profile: a, b, c is gone'],
  [['a', 'b', 'c', 'd'], [], '4 things differ from the profile: a, b, c, …'],
])('%j and %j in words', (differs, blocked, words) => {
  expect(driftWords({ differs, blocked })).toBe(words);
});

describe('what of it is a problem of the node', () => {
  const unknown = { kind: 'unavailable', why: 'x' } as const;
  const codes = (more: Partial<ProfileStatus>): readonly string[] => {
    const readings: Readings = {
      version: 1,
      atMs: 1,
      hostname: 'n1',
      role: 'client',
      uptime: unknown,
      load: unknown,
      memory: unknown,
      zram: unknown,
      root: unknown,
      guard: unknown,
      links: unknown,
      time: unknown,
      services: unknown,
      profile: {
        kind: 'live',
        atMs: 1,
        everyMs: 0,
        value: { transport: 'x', revision: undefined, persisted: true, ...more },
      },
      lastApply: unknown,
      network: unknown,
      cluster: { kind: 'unavailable', why: noCluster },
    };
    return judgeStatus(readings, profile).map(({ code }) => code);
  };
  const problem = (code: string) => ({ code, summary: 'x', remedy: 'x' });
  const checkout = { layer: 'node', from: 'x', outcome: 'not-pulled' } as const;

  it.each<[string, Partial<ProfileStatus>, readonly string[]]>([
    ['nothing', {}, []],
    ['something differs', { drift: { version: 1, atMs: 1, differs: ['x'], blocked: [] } }, ['profile/drift']],
    ['nothing differs', { drift: { version: 1, atMs: 1, differs: [], blocked: [] } }, []],
    [
      'a remote that does not answer',
      { pull: { version: 1, atMs: 1, checkouts: [{ ...checkout, problem: problem('sources/git') }] } },
      [],
    ],
    [
      'a commit that is not valid',
      {
        pull: {
          version: 1,
          atMs: 1,
          checkouts: [{ ...checkout, refused: 'a', problem: problem('sources/git-taken-back') }],
        },
      },
      ['sources/git-taken-back'],
    ],
    [
      'a server that is gone',
      { pull: { version: 1, atMs: 1, checkouts: [], problem: problem('sources/unreachable') } },
      [],
    ],
    [
      'a bad signature',
      { pull: { version: 1, atMs: 1, checkouts: [], problem: problem('sources/bad-signature') } },
      ['sources/bad-signature'],
    ],
  ])('%s', (_, more, expected) => {
    expect(codes(more)).toEqual(expected);
  });
});

// `mayfly pull`: what is new is applied, what is worse than what is in force is not, and what somebody applied by hand stays.
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { runConfigure } from '../../src/cli/configure.ts';
import { runPull } from '../../src/cli/pull.ts';
import { parsePullState, pullStatePath } from '../../src/state/pull-state.ts';
import { lsblk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const profileOf = (hostname: string): string => `version: 1\nrole: client\nnode: { hostname: ${hostname} }\n`;
const inForce = '/run/mayfly/profile.yaml';

const run = async (verb: typeof runPull, system: FakeSystem, args: readonly string[] = []) => {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const io: CliIo = { out: say, err: say, readStdin: async () => '', interactive: false, system };
  const status = await verb(args, io);
  return { status, said };
};

/** The fake has none of the programs that the steps need: an apply is begun and does not converge. */
const booted = async (cmdline = 'ro'): Promise<FakeSystem> => {
  const system = createFakeSystem({
    files: {
      '/proc/cmdline': `${cmdline}\n`,
      '/config/.mayfly-config': '',
      '/config/node/profile.yaml': profileOf('one'),
    },
    commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
  });
  system.answer('curl', () => profileOf('served'));
  system.answer('mount', '');
  await run(runConfigure, system);
  return system;
};

describe('mayfly pull', () => {
  it('does nothing when nothing is new', async () => {
    const system = await booted();
    const commands = system.ran.length;
    expect(await run(runPull, system)).toMatchObject({ status: 0, said: expect.stringContaining('Nothing new') });
    expect(system.ran.length).toBe(commands);
    expect(parsePullState(system.text(pullStatePath))).toMatchObject({ checkouts: [] });
  });

  it('leaves what somebody applied by hand until the source has something new', async () => {
    const system = await booted();
    system.put(inForce, profileOf('by-hand'));
    await run(runPull, system);
    expect(system.text(inForce)).toContain('by-hand');
    system.put('/config/node/profile.yaml', profileOf('two'));
    expect((await run(runPull, system)).said).toContain('Profile: config partition');
    expect(system.text(inForce)).toContain('hostname: two');
    expect((await run(runPull, system)).said).toContain('Nothing new');
  });

  it('keeps what is in force when the source has nothing valid, and says why', async () => {
    const system = await booted();
    system.put('/config/node/profile.yaml', 'version: 1\nrole: clint\n');
    const { status, said } = await run(runPull, system);
    expect({ status, said }).toEqual({ status: 1, said: expect.stringContaining('Nothing changes') });
    expect(said).toContain('did you mean `client`?');
    expect(system.text(inForce)).toContain('hostname: one');
    expect(await system.stat('/run/mayfly/maintenance')).toBe(undefined);
    expect(parsePullState(system.text(pullStatePath))?.problem?.code).toBe('profile/value');
  });

  it('takes no second choice: neither the next source nor the last good copy', async () => {
    const system = await booted('mayfly.profile=http://boot/n1.yaml');
    expect(system.text(inForce)).toContain('served');
    system.answer('curl', { exitCode: 7, stderr: 'curl: (7) refused' });
    const gone = await run(runPull, system);
    expect(gone).toMatchObject({ status: 1, said: expect.stringContaining('does not answer') });
    await system.remove('/config/node/profile.yaml');
    system.put('/config/last-good/profile.yaml', profileOf('old'));
    expect((await run(runPull, system)).said).toContain('STALE');
    expect(system.text(inForce)).toContain('served');
    expect(parsePullState(system.text(pullStatePath))?.problem?.code).toBe('sources/unreachable');
    system.answer('curl', () => profileOf('newer'));
    await run(runPull, system);
    expect(system.text(inForce)).toContain('newer');
    expect(parsePullState(system.text(pullStatePath))?.problem).toBe(undefined);
  });

  it('takes no arguments', async () => {
    expect((await run(runPull, createFakeSystem(), ['x'])).status).toBe(1);
    expect((await run(runPull, createFakeSystem(), ['--help'])).said).toContain('Usage: mayfly pull');
  });
});

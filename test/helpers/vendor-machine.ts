// A machine with the vendors' programs as doubles: they refuse unknown options, and leave on the disks what the real ones leave.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult, System } from '../../src/system/system.ts';
import { createFakeSystem, type FakeOptions, type FakeSystem } from './fake-system.ts';
import { refusalOf, refusalOfMkfsLustre } from './strict-programs.ts';

export type VendorMachine = {
  readonly system: System;
  readonly fake: FakeSystem;
  /** Units that run. */
  readonly active: Set<string>;
  /** Command lines that a program refused: none, in a test that went well. */
  readonly refused: string[];
  /** Every command line, reading or changing, in order. */
  readonly said: string[];
  /** What a command answers from now on, before any double is asked. */
  answer(start: string, answer: (command: readonly string[]) => Partial<CommandResult> | undefined): void;
  mount(where: string, type: string, source: string): void;
};

const done = (part: Partial<CommandResult> = {}): CommandResult => ({ exitCode: 0, stdout: '', stderr: '', ...part });

export const createVendorMachine = (options: FakeOptions = {}): VendorMachine => {
  const fake = createFakeSystem(options);
  const active = new Set<string>();
  const refused: string[] = [];
  const said: string[] = [];
  const mounts: string[] = [];
  const answers: [string, (command: readonly string[]) => Partial<CommandResult> | undefined][] = [];
  const mount: VendorMachine['mount'] = (where, type, source) => {
    mounts.push(`36 35 98:0 / ${where} rw shared:1 - ${type} ${source} rw`);
    fake.put('/proc/self/mountinfo', mounts.join('\n'));
  };

  const systemctl = ([, verb, ...rest]: readonly string[]): CommandResult => {
    const units = rest.filter((word) => !word.startsWith('-'));
    const [unit = ''] = units;
    switch (verb) {
      case 'is-active':
        return active.has(unit) ? done({ stdout: 'active\n' }) : done({ exitCode: 3, stdout: 'inactive\n' });
      case 'enable':
        if (rest.includes('--now')) active.add(unit);
        return done();
      case 'start':
      case 'restart': {
        active.add(unit);
        const path = join(fake.root, '/run/systemd/system', unit);
        if (unit.endsWith('.mount') && existsSync(path)) {
          const text = fake.text(`/run/systemd/system/${unit}`);
          const key = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
          mount(key('Where'), key('Type'), key('What'));
        }
        if (unit === 'beegfs-client.service')
          mount(fake.text('/etc/beegfs/beegfs-mounts.conf').split(' ')[0] ?? '', 'beegfs', 'beegfs_nodev');
        return done();
      }
      default:
        return done();
    }
  };

  /** The vendor's scripts: an empty directory becomes a server's, one with something in it is refused with 1. */
  const setup = (command: readonly string[]): CommandResult => {
    const after = (option: string) => command[command.indexOf(option) + 1];
    const directory = after('-p') ?? '';
    const held = existsSync(join(fake.root, directory)) ? readdirSync(join(fake.root, directory)) : [];
    if (held.some((name) => name !== 'lost+found'))
      return done({ exitCode: 1, stdout: ' * ERROR: Storage directory is not empty.\n' });
    fake.put(`${directory}/format.conf`, 'version=4\n');
    if (command.includes('-s')) fake.put(`${directory}/nodeNumID`, `${after('-s')}\n`);
    if (command.includes('-i')) fake.put(`${directory}/targetNumID`, `${after('-i')}\n`);
    return done({ stdout: 'All done.\n' });
  };

  const run = (command: readonly string[]): CommandResult => {
    said.push(command.join(' '));
    const refusal = command[0] === 'mkfs.lustre' ? refusalOfMkfsLustre(command) : refusalOf(command);
    if (refusal !== undefined) {
      refused.push(refusal);
      return done({ exitCode: 1, stderr: refusal });
    }
    const line = command.join(' ');
    for (const [start, answer] of answers.toReversed()) {
      const given = line.startsWith(start) ? answer(command) : undefined;
      if (given !== undefined) return done(given);
    }
    const [program = ''] = command;
    if (program === 'systemctl') return systemctl(command);
    if (program.startsWith('/opt/beegfs/sbin/beegfs-setup-')) return setup(command);
    if (program === '/opt/beegfs/sbin/beegfs-mgmtd') {
      const path = command[command.indexOf('--db-file') + 1] ?? '';
      if (existsSync(join(fake.root, path))) return done({ exitCode: 1, stderr: 'Database already exists' });
      fake.put(path, 'sqlite');
      return done();
    }
    return done({ exitCode: 127, stderr: `${program}: not in the machine's table` });
  };

  return {
    fake,
    active,
    refused,
    said,
    mount,
    system: { ...fake, query: async (command) => run(command), run: async (command) => run(command) },
    answer: (start, answer) => {
      answers.push([start, answer]);
    },
  };
};

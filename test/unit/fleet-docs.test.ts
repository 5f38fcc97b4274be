// The scripts of docs/fleet.md: what is printed there to be copied is at least free of slips.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readYaml } from '../../src/state/read-yaml.ts';
import { printedBlocks } from '../helpers/printed-blocks.ts';

const blocks = (language: string): readonly string[] => printedBlocks('fleet.md', language);

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('docs/fleet.md', () => {
  it('has scripts and a playbook', () => {
    expect(blocks('sh')).toHaveLength(2);
    expect(blocks('yaml')).toHaveLength(1);
  });

  it.each(blocks('sh'))('script %# is shell', (script) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.skipIf(!hasShellcheck).each(blocks('sh'))(
    `script %# passes shellcheck${hasShellcheck ? '' : ' (skipped: needs shellcheck)'}`,
    (script) => {
      const { stdout } = spawnSync('shellcheck', ['--shell=sh', '-'], { input: script, encoding: 'utf8' });
      expect(stdout).toBe('');
    },
  );

  it('the playbook is YAML, and keeps the profile out of arguments and logs', () => {
    const read = readYaml(blocks('yaml')[0] ?? '');
    if (!read.ok) throw new Error(read.problem[0].summary);
    const command = z.looseObject({ argv: z.array(z.string()), stdin: z.string() });
    const task = z.looseObject({ no_log: z.boolean().default(false), 'ansible.builtin.command': command.optional() });
    const [play] = z.array(z.looseObject({ tasks: z.array(task) })).parse(read.value.values);
    const commands = (play?.tasks ?? []).filter((one) => one['ansible.builtin.command'] !== undefined);
    expect(commands).toHaveLength(2);
    for (const { no_log, 'ansible.builtin.command': run } of commands) {
      expect(no_log).toBe(true);
      expect(run?.argv.join(' ')).toMatch(/^ssh -o BatchMode=yes \{\{ node \}\} .*\bmayfly /);
    }
  });
});

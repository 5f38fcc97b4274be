// `mayfly image boot` on a terminal: the terminal is the machine's serial line until Ctrl-], and then the operator's own again.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startPty } from '../helpers/pty.ts';
import { whyNoVm } from '../helpers/vm.ts';

const bootMs = 240_000;
const project = join(import.meta.dirname, '../..');
const name = 'terminal-test';

afterEach(() => rmSync(join(project, 'build/vm', name), { recursive: true, force: true }));

it.skipIf(whyNoVm() !== undefined)(
  'shows the serial line and the disks asked for, and Ctrl-] gives everything back',
  async () => {
    const disk = ['--disk', '64MiB,serial=DATA-7', '--disk', '1GiB'];
    const pty = await startPty(
      ['bin/mayfly', 'image', 'boot', '--name', name, '--memory', '768MiB', ...disk, '--append', 'mayfly.rescue'],
      { cwd: project, afterwards: 'stty -a; echo the operator is back' },
    );
    await pty.waitFor('mayfly-rescue#', bootMs);
    expect(pty.bytes()).toContain('Ctrl-] leaves the machine and switches it off.');
    pty.type('cd /sys/block; for d in vd?; do echo "$d $(cat $d/serial) $(cat $d/size)"; done\r');
    await pty.waitFor(/vda MAYFLY-IMAGE \d+[\s\S]*vdb DATA-7 131072[\s\S]*vdc DISK-1 2097152/, 30_000);
    const pid = Number(/process (\d+)\)/.exec(pty.bytes())?.[1]);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    pty.send('\u001D');
    await pty.waitFor('the operator is back', 30_000);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(pty.bytes().slice(pty.bytes().lastIndexOf('speed'))).toMatch(/[^-]icanon[\s\S]*[^-]echo /);
  },
);

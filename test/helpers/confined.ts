// The shipped unit of the console with something else to run: whatever confines the console confines that, line by line.
import { readFileSync } from 'node:fs';
import type { Host, Ran } from './hosts.ts';

export const consoleUnit = readFileSync(
  new URL('../../assets/systemd/mayfly-console@.service', import.meta.url),
  'utf8',
);

/** What makes it a program on a terminal, and nothing that confines it. */
const ofTerminal =
  /^(Type|ExecStart|Restart|RestartSec|StandardInput|StandardOutput|StandardError|TTYPath|TTYReset|TTYVHangup|UtmpIdentifier)=/;

const job = '/usr/lib/mayfly/confined-job';
const input = '/var/lib/confined-input';
const output = '/var/lib/confined-output';

const unit = [
  ...consoleUnit.split('\n').flatMap((line) => {
    if (line !== '[Service]') return ofTerminal.test(line) ? [] : [line];
    return [
      line,
      'Type=oneshot',
      `ExecStart=sh ${job}`,
      `StandardInput=file:${input}`,
      `StandardOutput=file:${output}`,
    ];
  }),
  '',
].join('\n');

/** For the host's files before its start. /dev/zero stands for the line. */
export const confinedUnit = { '/etc/systemd/system/confined@.service': unit } as const;

export const runConfined = async (host: Host, script: string, given = ''): Promise<Ran> => {
  host.write(job, `exec 2>&1\n${script}\n`);
  host.write(input, given);
  host.write(output, '');
  const { exitCode } = await host.run(['systemctl', 'start', 'confined@zero.service'], { timeoutMs: 120_000 });
  await host.run(['systemctl', 'reset-failed', 'confined@zero.service']);
  return { exitCode, stdout: host.read(output), stderr: '' };
};

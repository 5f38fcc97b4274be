// F12: a shell on this line, behind root's password. Where the console is confined the shell is a unit of its own, or it could repair nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { runPaths } from '../actions/run-paths.ts';
import { readTerminalLine } from '../probes/terminal-line.ts';
import { lockAfterMs } from '../state/console-lock.ts';
import { parseProfile } from '../state/parse-profile.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import { type Ended, runInteractive } from '../system/run-interactive.ts';
import type { Reader } from '../system/system.ts';

/** Gives the terminal away while `run` lasts. */
export type Suspend = <T>(run: () => Promise<T>) => Promise<T>;

type Command = readonly [string, ...string[]];

/** An empty second field of /etc/shadow lets anybody in; `*` and `!` let nobody in: neither is a password. */
const rootHasPassword = async (reader: Reader): Promise<boolean> => {
  const shadow = (await reader.readText('/etc/shadow')) ?? '';
  const hash = /^root:([^:]*):/m.exec(shadow)?.[1] ?? '';
  return hash.startsWith('$');
};

/** Whole seconds after which a shell that is left alone ends, as the console locks; undefined where that never does. */
const readPatience = async (reader: Reader): Promise<number | undefined> => {
  const parsed = parseProfile((await reader.readText(runPaths.profile)) ?? '');
  const afterMs = lockAfterMs(parsed.ok ? parsed.value : undefined);
  return afterMs === undefined ? undefined : Math.ceil(afterMs / 1000);
};

/** proc_pid_status(5): what is started from here could not gain a privilege, as mayfly-console@.service has it. */
const isConfined = async (reader: Reader): Promise<boolean> =>
  /^NoNewPrivs:\t1$/m.test((await reader.readText('/proc/self/status')) ?? '');

/** sulogin asks for root's password on this line. login would hang up the line first (vhangup), and the console with it. */
const planShell = (locked: boolean, patience: number | undefined): Command => {
  if (!locked) return ['bash', '--login'];
  // Of the question for the password; at bash's prompt it is TMOUT that counts.
  return patience === undefined ? ['sulogin'] : ['sulogin', '-t', `${patience}`];
};

/** systemd-run(1). The properties are what a shell has on a terminal and a service has not. */
const planUnit = (command: Command, environment: Readonly<Record<string, string>>): Command => [
  'systemd-run',
  ...['--pty', '--quiet', '--collect', '--wait', '--service-type=exec', '--working-directory=/root'],
  '--description=Shell of the Mayfly console',
  ...['IgnoreSIGPIPE=no', 'SendSIGHUP=yes', 'TimeoutStopSec=5'].map((property) => `--property=${property}`),
  ...Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`),
  ...command,
];

/** A VT220 would show these sequences as garbage. */
const plainLine = { SYSTEMD_TINT_BACKGROUND: '0', SYSTEMD_ADJUST_TERMINAL_TITLE: '0' } as const;

export const openShell = async (reader: Reader, suspend: Suspend, maintenance: boolean): Promise<Result<undefined>> => {
  const locked = await rootHasPassword(reader);
  if (!locked && !maintenance)
    return fail({
      code: 'shell/no-password',
      summary: 'root has no password, so no shell is opened',
      remedy: 'set one with F2, or log in by SSH with a key',
    });
  const [patience, confined] = await Promise.all([readPatience(reader), isConfined(reader)]);
  const command = planShell(locked, patience);
  const { status, said } = await suspend(() => {
    process.stdout.write(
      locked
        ? '\r\nA shell on this line. `exit` returns to the console.\r\n'
        : '\r\nRoot has no password yet and this node is in maintenance:\r\nthe shell asks for none. `exit` returns to the console.\r\n',
    );
    return confined ? runAsUnit(reader, command, patience) : runInteractive(command, timeoutOf(patience));
  });
  if (status !== 127 && said === '') return ok(undefined);
  return fail({
    code: 'shell/missing',
    summary: `${command[0]} cannot be started${said === '' ? '' : `: ${said}`}`,
    remedy: 'log in by SSH with a key, or on another terminal',
  });
};

const timeoutOf = (patience: number | undefined): Readonly<Record<string, string>> =>
  patience === undefined ? {} : { TMOUT: `${patience}` };

const runAsUnit = async (reader: Reader, command: Command, patience: number | undefined): Promise<Ended> => {
  const environment = { HOME: '/root', LANG: process.env.LANG ?? 'C.UTF-8', ...timeoutOf(patience) };
  const line = await readTerminalLine(reader);
  const ended = new AbortController();
  const unit = runInteractive(planUnit(command, environment), plainLine, 'keep-errors');
  if (line.flowControl && line.path !== undefined) void keepFlowControl(reader, line.path, ended.signal);
  return unit.finally(() => ended.abort());
};

/** systemd-run makes the line raw when it is ready, and with that takes XON and XOFF away: a slow terminal would lose what it has no room for. */
const keepFlowControl = async (reader: Reader, path: string, ended: AbortSignal): Promise<void> => {
  // It does not say when that is: looked for in the first 13 s, ever more seldom.
  for (let waitMs = 100; waitMs < 10_000; waitMs *= 2) {
    await pause(waitMs);
    if (ended.aborted) return;
    if (!(await readTerminalLine(reader)).flowControl)
      await reader.query(['stty', '-F', path, 'ixon'], { timeoutMs: 2_000 });
  }
};

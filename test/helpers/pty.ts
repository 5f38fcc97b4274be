// Runs a program in a real pseudo-terminal, with a terminal emulator as its screen. util-linux's script makes the pty, so
// nothing has to be compiled. The emulator answers the program's questions (size, cursor) like a terminal would.
//
//   const console = await startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse'], { columns: 80, rows: 24 });
//   await console.waitFor('Welcome'); await console.press('down', 'enter');
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { afterEach } from 'vitest';
import type { KeyName } from '../../src/terminal/key.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { bytesOfKey } from './keys.ts';
import { throttle } from './throttle.ts';
import { waitForScreen } from './wait.ts';

export type PtyOptions = {
  /** Size of the emulated terminal. Default 80×24. */
  readonly columns?: number;
  readonly rows?: number;
  /** What the kernel believes, where it is something else: a serial line reports 0×0. */
  readonly kernelSize?: { readonly columns: number; readonly rows: number };
  /** TERM, default `xterm`. */
  readonly term?: string;
  /** Answers none of the program's questions, as a terminal that cannot. */
  readonly mute?: boolean;
  /** How far away the terminal is: its answers come so many milliseconds late. At once unless told. */
  readonly answersAfterMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A shell command that runs in the same terminal when the program has ended. */
  readonly afterwards?: string;
  /** With the shell that an operator has, which can stop and continue programs. */
  readonly jobControl?: boolean;
  /** What the line between program and terminal carries; neither of them is told. */
  readonly bytesPerSecond?: number;
};

export type Pty = {
  press(...names: readonly KeyName[]): void;
  type(text: string): void;
  /** Bytes as a broken line would deliver them. */
  send(bytes: string | Uint8Array): void;
  waitFor(wanted: string | RegExp, deadlineMs?: number): Promise<void>;
  lines(): string[];
  text(): string;
  /** Everything that the program has written. */
  bytes(): string;
  /** How many of the program's questions the terminal has answered. */
  answers(): number;
  /** Of the program itself, not of script. */
  pid(): Promise<number>;
  /** To the program itself, not to script. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** The other end of the line goes away. */
  hangUp(): void;
  /** Resolves when the program itself has ended, also while the line is frozen. */
  waitForProgramEnd(deadlineMs: number): Promise<void>;
  /** Nobody reads the line any more, as with a terminal that sent XOFF, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Resolves with the exit status, or rejects at the deadline. */
  waitForExit(deadlineMs?: number): Promise<number>;
  readonly emulator: Emulator;
  close(): Promise<void>;
};

const open = new Set<() => Promise<void>>();

afterEach(async () => {
  for (const close of open) await close();
});

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });

/** A zombie has ended too: its parent may be stopped. */
const hasEnded = async (id: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
};

/** What runs below `script`, for a failure's message: each program's number, name, state and handling of signals (proc(5)). */
const programsOnTheLine = async (script: number | undefined): Promise<string> => {
  const shown = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    shown.map(async (id) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
      return { id: Number(id), parent: Number(field('PPid')), field };
    }),
  );
  const below = (parent: number | undefined): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.id)]);
  const rows = below(script).map(({ id, field }) =>
    [id, ...['Name', 'State', 'SigPnd', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt'].map((name) => field(name))].join(' '),
  );
  return rows.length === 0 ? 'No program runs on the line.' : `On the line:\n${rows.join('\n')}`;
};

export const startPty = async (command: readonly string[], options: PtyOptions = {}): Promise<Pty> => {
  const { columns = 80, rows = 24, term = 'xterm', cwd = process.cwd(), env = {}, afterwards } = options;
  const kernel = options.kernelSize ?? { columns, rows };
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-pty-'));
  const pidFile = join(folder, 'pid');
  const program = `echo $$ > ${quote(pidFile)}; exec ${command.map(quote).join(' ')}`;
  const size = `${options.jobControl ? 'set -m; ' : ''}stty rows ${kernel.rows} cols ${kernel.columns}`;
  const whole = afterwards === undefined ? `${size}; ${program}` : `${size}; sh -c ${quote(program)}; ${afterwards}`;
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited } = process.env;
  const child = spawn('script', ['-qfec', whole, '/dev/null'], {
    cwd,
    env: { ...inherited, TERM: term, LANG: 'C.UTF-8', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = exitOf(child);
  const emulator = createEmulator(columns, rows);
  const wakers = new Set<() => void>();
  let written = '';
  child.stdin.on('error', () => {});
  const decoder = new StringDecoder('utf8');
  const arrive = (bytes: Buffer) => {
    written += decoder.write(bytes);
    emulator.terminal.write(bytes, () => {
      for (const wake of [...wakers]) wake();
    });
  };
  const line = options.bytesPerSecond === undefined ? undefined : throttle(options.bytesPerSecond, arrive);
  child.stdout.on('data', line?.send ?? arrive);
  const { answersAfterMs = 0 } = options;
  let answers = 0;
  const reply = (answer: string): void => {
    answers += 1;
    child.stdin.write(answer);
  };
  if (options.mute !== true)
    emulator.terminal.onData((answer) =>
      answersAfterMs === 0 ? reply(answer) : void setTimeout(() => reply(answer), answersAfterMs),
    );

  const programId = async (): Promise<number | undefined> => {
    const id = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    return Number.isInteger(id) && id > 1 ? id : undefined;
  };
  const started = async (): Promise<number> => {
    const id = await programId();
    if (id === undefined) throw new Error('the program has not started');
    return id;
  };
  const killQuietly = (id: number) => {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const close = async () => {
    if (!open.delete(close)) return;
    if (child.exitCode === null && child.signalCode === null) {
      const id = await programId();
      if (id !== undefined) killQuietly(id);
      child.kill('SIGKILL');
    }
    line?.close();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  open.add(close);

  return {
    press: (...names) => {
      for (const name of names) child.stdin.write(bytesOfKey(name));
    },
    type: (text) => child.stdin.write(text),
    send: (bytes) => child.stdin.write(bytes),
    waitFor: async (wanted, deadlineMs = 10_000) => {
      try {
        await waitForScreen(wanted, emulator.lines, deadlineMs, (wake) => {
          wakers.add(wake);
          return () => wakers.delete(wake);
        });
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${await programsOnTheLine(child.pid)}`);
      }
    },
    lines: emulator.lines,
    text: () => emulator.lines().join('\n'),
    bytes: () => written,
    answers: () => answers,
    pid: started,
    signal: async (name) => {
      process.kill(await started(), name);
    },
    waitForProgramEnd: async (deadlineMs) => {
      const id = await programId();
      const end = performance.now() + deadlineMs;
      while (id !== undefined && !(await hasEnded(id))) {
        if (performance.now() > end) throw new Error(`the program still runs after ${deadlineMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    hangUp: () => child.kill('SIGKILL'),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    waitForExit: async (deadlineMs = 10_000) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`still running after ${deadlineMs} ms:\n${emulator.lines().join('\n')}`)),
          deadlineMs,
        );
      });
      try {
        return await Promise.race([exited, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    emulator,
    close,
  };
};

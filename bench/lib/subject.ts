// One program in a pseudo-terminal of its own, to be measured from outside: when its first frame stood, what it cost, what it holds.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createEmulator } from '../../test/helpers/emulator.ts';

export type Subject = {
  readonly name: string;
  /** Words of a shell command line. */
  readonly command: string;
  /** Whether these lines of the screen are a whole first frame. */
  readonly ready: (lines: readonly string[]) => boolean;
  /** Shell commands before the program, in its mount namespace; they are not measured. */
  readonly prepare?: string;
};

export type Cost = { readonly user: number; readonly system: number; readonly children: number };
export type Memory = { readonly rss: number; readonly pss: number };

export type Running = {
  /** From exec to the frame, milliseconds by the clock. */
  readonly firstFrameMs: number;
  /** Milliseconds of processor time of all live threads, as the scheduler counts. */
  scheduledMs(): number;
  /** Milliseconds of processor time since exec; `children` are those that ended and were waited for. */
  cost(): Cost;
  /** MiB. */
  memory(): Memory;
  /** Bytes that the program has written so far. */
  written(): number;
  lines(): readonly string[];
  stop(): Promise<void>;
};

const columns = 80;
const rows = 24;
const deadlineMs = 120_000;
// USER_HZ is 100 on every architecture that Node runs on.
const msPerTick = 10;

const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Undefined when it can be measured here. */
export const whyNot = (subject: Subject): string | undefined => {
  const [program = ''] = subject.command.split(' ');
  if (program.includes('/') ? !existsSync(program) : !isInstalled(program)) return `${program} is not installed`;
  if (subject.prepare !== undefined && spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' }).status !== 0)
    return 'needs a mount namespace: run it as root';
  return undefined;
};

const commandLine = ({ command, prepare }: Subject): string => {
  const measured = `printf '@%s@' $$; exec ${command}`;
  const whole =
    prepare === undefined
      ? measured
      : `exec unshare --mount -- sh -c "${prepare}; ${measured.replaceAll('$$', '\\$\\$')}"`;
  return `stty rows ${rows} cols ${columns}; ${whole}`;
};

const fieldsOf = (pid: number): readonly number[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
};

const costOf = (pid: number): Cost => {
  // proc_pid_stat(5): utime, stime, cutime, cstime are fields 14 to 17, of which the first two words are gone here.
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fieldsOf(pid).slice(11, 15);
  return { user: user * msPerTick, system: system * msPerTick, children: (childUser + childSystem) * msPerTick };
};

const scheduledOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);

const memoryOf = (pid: number): Memory => {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]) / 1024;
  return { rss: mib('Rss'), pss: mib('Pss') };
};

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));

const alive = new Set<number>();
// A bench that fails leaves nothing running behind.
process.on('exit', () => {
  for (const pid of alive) process.kill(pid, 'SIGKILL');
});

/** Resolves when the first frame stands; rejects with the screen when it never does. */
export const start = (subject: Subject, environment: Readonly<Record<string, string>> = {}): Promise<Running> =>
  new Promise((resolve, reject) => {
    const { CI: _ci, NO_COLOR: _noColour, FORCE_COLOR: _force, NODE_OPTIONS: _options, ...inherited } = process.env;
    const child = spawn('script', ['-qfec', commandLine(subject), '/dev/null'], {
      env: { ...inherited, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const emulator = createEmulator(columns, rows);
    emulator.terminal.onData((answer) => child.stdin.write(answer));
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8');
    let pid: number | undefined;
    let startedMs = 0;
    let before = '';
    let bytes = 0;
    let shown = false;
    const stop = async () => {
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = ended(child);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      else child.kill('SIGKILL');
      await gone;
    };
    const timer = setTimeout(() => {
      stop().then(() => reject(new Error(`${subject.name}: no first frame:\n${emulator.lines().join('\n')}`)), reject);
    }, deadlineMs);
    child.once('exit', () => {
      clearTimeout(timer);
      if (pid !== undefined) alive.delete(pid);
      if (!shown) reject(new Error(`${subject.name} ended before its first frame:\n${emulator.lines().join('\n')}`));
    });
    const look = (nowMs: number) => {
      if (shown || pid === undefined || !subject.ready(emulator.lines())) return;
      shown = true;
      clearTimeout(timer);
      const id = pid;
      resolve({
        firstFrameMs: nowMs - startedMs,
        scheduledMs: () => scheduledOf(id),
        cost: () => costOf(id),
        memory: () => memoryOf(id),
        written: () => bytes,
        lines: emulator.lines,
        stop,
      });
    };
    child.stdout.on('data', (chunk: string) => {
      const nowMs = performance.now();
      let text = chunk;
      if (pid === undefined) {
        before += chunk;
        const [mark, id] = /@(\d+)@/.exec(before) ?? [];
        if (mark === undefined) return;
        pid = Number(id);
        alive.add(pid);
        startedMs = nowMs;
        text = before.slice(before.indexOf(mark) + mark.length);
      }
      bytes += Buffer.byteLength(text);
      emulator.terminal.write(text, () => look(nowMs));
    });
  });

export const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

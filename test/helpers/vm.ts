// Boots the built image for a test and sits at its serial line like a person: reads the screen, presses keys, keeps the evidence when it fails.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { bootImage } from '../../src/image/boot-image.ts';
import { type BootValues, readBootOptions } from '../../src/image/boot-options.ts';
import { appendCpio, type CpioFile } from '../../src/image/cpio.ts';
import { bootRequirements, ensureInstalled } from '../../src/image/requirements.ts';
import { type Result, renderProblem } from '../../src/state/problem.ts';
import type { KeyName } from '../../src/terminal/key.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { toneRows } from './frame-layers.ts';
import { bytesOfKey } from './keys.ts';
import { screenPicture } from './screen-picture.ts';
import { waitForScreen } from './wait.ts';

const project = join(import.meta.dirname, '../..');
export const builtImage = join(project, 'build/image');
const machines = join(project, 'build/vm-test');
const artifacts = join(project, 'test/artifacts');

/** Where a machine of this name keeps its disks. */
export const machineFolder = (name: string): string => join(machines, 'vm', name);

const compressions = {
  lz4: ['mayfly.zram.algorithm=lz4', 'mayfly.zram.dictionary=no'],
  zstd: ['mayfly.zram.dictionary=no'],
  'as shipped': [],
} as const;

/** A console that is shown takes a third of an emulated processor: for machines at whose own screen nobody looks. */
export const noScreen = 'systemd.mask=mayfly-console@tty1.service';

export type VmOptions = Omit<BootValues, 'headless' | 'name'> & {
  /** Folder of another image than the built one. */
  readonly image?: string;
  /** Keep the disks and the config partition of an earlier machine of this name. */
  readonly keepDisks?: boolean;
  /**
   * What the root is filled with; zstd without the dictionary unless told. In software emulation lz4 saves a boot a minute, for tests that are
   * about something else, and as it is shipped, with its dictionary, it takes several more.
   */
  readonly compression?: keyof typeof compressions;
};

export type Vm = {
  /** The 24 lines that an 80×24 terminal on the serial line shows now. */
  screen(): string[];
  /** What colour adds to the screen: a letter for each cell, `b` where it is red (see frame-layers.ts). */
  tones(): string[];
  /** The screen as an SVG document. */
  picture(): string;
  /** Everything that came over the serial line since the start. */
  log(): string;
  /** One key after the other. */
  press(...keys: readonly KeyName[]): void;
  /** Letters as they are. */
  type(text: string): void;
  waitForScreen(wanted: string | RegExp, deadlineMs: number): Promise<void>;
  /** Waits until `wanted` has come over the line after the place `from` in the log (its start unless told); answers where in the log it ends. */
  waitForLog(wanted: string | RegExp, deadlineMs: number, from?: number): Promise<number>;
  /** Hangs up and comes back: a new terminal on the same line. */
  reconnect(): Promise<void>;
  /** Waits until the machine has switched itself off. */
  waitForPowerOff(deadlineMs: number): Promise<void>;
  /** Switches it off at once: what the emulator has under way for a disk is done before. */
  kill(): Promise<void>;
  /**
   * Cuts the power: the emulator dies between two instructions, with the machine's memory and whatever of it no disk had taken yet. What a disk had taken stays,
   * though the machine did not ask it to make sure: a disk that loses its own cache too is not shown by this.
   */
  cutPower(): Promise<void>;
  /** Puts the log and the last screen under test/artifacts/. */
  keepEvidence(): void;
};

/** The power switches of the machines that run: a test that is out of time leaves its steps where they are. */
const switches = new Set<() => Promise<void>>();

afterEach(async () => {
  for (const kill of switches) await kill();
});

let emulator: Promise<Result<undefined>> | undefined;

/** As every command that boots a machine sees to it. */
export const needEmulator = async (): Promise<void> => {
  emulator ??= ensureInstalled(bootRequirements, (line) => console.log(line));
  const there = await emulator;
  if (!there.ok) throw new Error(renderProblem(there.problem));
};

/** A machine of this name; names are unique among tests that run side by side. Resolves when its serial line is open. */
const startVm = async (
  name: string,
  { image = builtImage, keepDisks = false, compression = 'zstd', append = [], ...values }: VmOptions = {},
): Promise<Vm> => {
  await needEmulator();
  const folder = machineFolder(name);
  if (!keepDisks) rmSync(folder, { recursive: true, force: true });
  const options = readBootOptions(
    { ...values, name, headless: true, append: [...compressions[compression], ...append] },
    image,
  );
  if (!options.ok) throw new Error(renderProblem(options.problem));

  const power = new AbortController();
  const reports: string[] = [];
  let tellPath: (path: string) => void = () => {};
  const lineOpen = new Promise<string>((resolve) => {
    tellPath = resolve;
  });
  const report = (line: string): void => {
    reports.push(line);
    const path = /^Serial line: (.+)$/.exec(line)?.[1];
    if (path !== undefined) tellPath(path);
  };
  const off = bootImage(options.value, machines, report, power.signal).then((result) => {
    if (!result.ok) throw new Error(renderProblem(result.problem));
  });
  const socketPath = await Promise.race([
    lineOpen,
    off.then(() => {
      throw new Error(`the machine ended at once:\n${reports.join('\n')}`);
    }),
  ]);
  // Read where somebody waits for it.
  off.catch(() => {});

  let log = '';
  let terminal: Emulator;
  let line: Socket;
  const wakes = new Set<() => void>();
  const open = async (): Promise<void> => {
    terminal = createEmulator(80, 24);
    const mine = terminal;
    line = connect(socketPath);
    const opened = line;
    // A real terminal answers questions for its cursor and its name.
    mine.terminal.onData((reply) => opened.write(reply));
    const decoder = new TextDecoder();
    opened.on('data', (data: Buffer) => {
      const text = decoder.decode(data, { stream: true });
      log += text;
      void mine.write(text).then(() => {
        for (const wake of wakes) wake();
      });
    });
    opened.on('error', () => {});
    await new Promise<void>((resolve, reject) => {
      opened.once('connect', resolve);
      opened.once('error', reject);
    });
  };
  await open();

  const screen = (): string[] => terminal.lines();
  const keepEvidence = (): void => {
    mkdirSync(artifacts, { recursive: true });
    writeFileSync(join(artifacts, `${name}.screen.txt`), `${screen().join('\n')}\n`);
    writeFileSync(join(artifacts, `${name}.serial.log`), log);
    writeFileSync(join(artifacts, `${name}.vm.txt`), `${reports.join('\n')}\n`);
  };
  const listen = (wake: () => void): (() => void) => {
    wakes.add(wake);
    return () => wakes.delete(wake);
  };
  const cutPower = async (): Promise<void> => {
    const pid = /process (\d+)\)/.exec(reports.join('\n'))?.[1];
    if (pid === undefined) throw new Error(`nobody said which process the machine is:\n${reports.join('\n')}`);
    process.kill(Number(pid), 'SIGKILL');
    await off;
  };
  const kill = async (): Promise<void> => {
    power.abort();
    line.destroy();
    await off.catch(() => {});
    switches.delete(kill);
  };
  switches.add(kill);

  return {
    screen,
    tones: () => toneRows(terminal),
    picture: () => screenPicture(terminal.terminal),
    log: () => log,
    press: (...keys) => void line.write(keys.map(bytesOfKey).join('')),
    type: (text) => void line.write(text),
    waitForScreen: (wanted, deadlineMs) => waitForScreen(wanted, screen, deadlineMs, listen),
    waitForLog: async (wanted, deadlineMs, from = 0) => {
      const find = (): number => {
        const text = log.slice(from);
        if (typeof wanted === 'string') return text.includes(wanted) ? from + text.indexOf(wanted) + wanted.length : -1;
        const match = wanted.exec(text);
        return match === null ? -1 : from + match.index + match[0].length;
      };
      const deadline = Date.now() + deadlineMs;
      for (let at = find(); ; at = find()) {
        if (at !== -1) return at;
        const left = deadline - Date.now();
        if (left <= 0)
          throw new Error(
            `${String(wanted)} did not come over the line within ${deadlineMs / 1000} s. It ended with:\n${log.slice(-1500)}`,
          );
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, left);
          const stop = listen(done);
          function done(): void {
            clearTimeout(timer);
            stop();
            resolve();
          }
        });
      }
    },
    reconnect: async () => {
      line.destroy();
      await open();
    },
    waitForPowerOff: async (deadlineMs) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`the machine is not off within ${deadlineMs / 1000} s`)), deadlineMs);
      });
      await Promise.race([off, late]).finally(() => clearTimeout(timer));
    },
    kill,
    cutPower,
    keepEvidence,
  };
};

/** Runs a test's steps on a machine: evidence is kept when they fail, and the power is cut in any case. */
export const withVm = async (name: string, options: VmOptions, steps: (vm: Vm) => Promise<void>): Promise<void> => {
  const vm = await startVm(name, options);
  try {
    await steps(vm);
  } catch (error) {
    vm.keepEvidence();
    throw error;
  } finally {
    await vm.kill();
  }
};

/** A copy of the built image with its root changed, as a bad medium or a broken download would leave it. */
export const imageWith = (name: string, change: (root: Buffer) => Buffer): string => {
  const folder = join(machines, 'image', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'cache'), { recursive: true });
  for (const file of ['vmlinuz', 'initramfs.img', 'manifest.json', 'root.manifest'])
    copyFileSync(join(builtImage, file), join(folder, file));
  // The same kernel and emulator: proven once.
  const verdict = join(builtImage, 'cache/accelerator.json');
  if (existsSync(verdict)) copyFileSync(verdict, join(folder, 'cache/accelerator.json'));
  if (existsSync(join(builtImage, 'root.squashfs')))
    copyFileSync(join(builtImage, 'root.squashfs'), join(folder, 'root.squashfs'));
  writeFileSync(join(folder, 'root.ext4.zst'), change(readFileSync(join(builtImage, 'root.ext4.zst'))));
  return folder;
};

/** A copy of the built image whose initramfs finds these files in place of its own. */
export const imageWithFiles = (name: string, files: readonly CpioFile[]): string => {
  const folder = imageWith(name, (root) => root);
  const initramfs = readFileSync(join(builtImage, 'initramfs.img'));
  writeFileSync(join(folder, 'initramfs.img'), Buffer.concat(appendCpio(initramfs, files)));
  return folder;
};

/** Why VM tests cannot run here; undefined when they can. */
export const whyNoVm = (): string | undefined =>
  existsSync(join(builtImage, 'manifest.json')) ? undefined : 'there is no built image: mayfly image build';

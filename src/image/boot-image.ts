// Boots a built image in a virtual machine whose serial line is this terminal, or a unix socket.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import {
  exists,
  holdPid,
  makeFolder,
  readTextIfAny,
  removeAll,
  startProgram,
  textSha256,
} from '../system/workstation.ts';
import { attachTerminal } from '../system/workstation-line.ts';
import { chooseAccelerator } from './accelerator.ts';
import type { BootOptions } from './boot-options.ts';
import { type Machine, renderEmulatorCommand } from './emulator-command.ts';
import { readEmulatorVersion } from './emulator-version.ts';
import { joinLans, leaveLans } from './lan.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { copyKernel, makeConfigDisk, makeDisks, makeMedium } from './vm-files.ts';

export type BootReport = (line: string) => void;

/** Resolves when the machine has ended, with the emulator's exit code. `build` is the folder under which machines keep their files. */
export const bootImage = async (
  options: BootOptions,
  build: string,
  report: BootReport,
  signal: AbortSignal,
): Promise<Result<number>> => {
  const manifest = await readManifest(options.image);
  if (!manifest.ok) return manifest;
  const folder = join(build, 'vm', options.name);
  makeFolder(folder);
  const held = await holdPid(join(folder, 'pid'));
  if ('heldBy' in held) {
    return fail({
      code: 'image/machine-runs',
      summary: `The machine ${options.name} runs already (process ${held.heldBy})`,
      remedy: 'Give another --name',
    });
  }
  try {
    return await bootHeld(options, manifest.value, folder, report, signal);
  } finally {
    await held.release();
  }
};

const bootHeld = async (
  options: BootOptions,
  manifest: Manifest,
  folder: string,
  report: BootReport,
  signal: AbortSignal,
): Promise<Result<number>> => {
  const accelerator = await chooseAccelerator(options.accel, options.image, join(options.image, 'cache'), report);
  if (!accelerator.ok) return accelerator;
  const medium = await makeMedium(options.image, manifest);
  if (!medium.ok) return medium;
  const config =
    options.configDisk === undefined ? undefined : await makeConfigDisk(options.configDisk, folder, report);
  if (config !== undefined && !config.ok) return config;
  const disks = await makeDisks(options.disks, folder);
  if (!disks.ok) return disks;

  const lans = await joinLans(options.nics, (name, role) => {
    // Not across the screen of whoever sits at the line.
    if (options.headless)
      report(`Switch of lan ${name}: ${role === 'serves' ? 'in this process' : 'in another process of yours'}`);
  });
  if (!lans.ok) return lans;
  try {
    return await runMachine(
      {
        options,
        accelerator: accelerator.value,
        version: await readEmulatorVersion(),
        lans: lans.value,
        ...(await copyKernel(options.image, folder)),
        drives: [
          { path: medium.value, readOnly: true, serial: 'MAYFLY-IMAGE' },
          ...(config === undefined ? [] : [{ path: config.value, readOnly: false, serial: 'MAYFLY-CONFIG' }]),
          ...disks.value,
        ],
        serialSocket: socketPath(folder),
        serialLog: join(folder, 'serial.log'),
        waitForLine: !options.headless,
      },
      folder,
      report,
      signal,
    );
  } finally {
    await leaveLans(lans.value);
  }
};

const runMachine = async (
  machine: Machine,
  folder: string,
  report: BootReport,
  signal: AbortSignal,
): Promise<Result<number>> => {
  const { serialSocket: socket, serialLog, waitForLine, options } = machine;
  await removeAll(socket);
  const emulator = startProgram(renderEmulatorCommand(machine), folder);
  const stop = (): void => void emulator.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (!(await appears(socket, emulator.ended))) {
      return fail(emulatorProblem((await emulator.ended).stderr));
    }
    report(
      `Machine ${options.name} runs (${machine.accelerator === 'kvm' ? 'hardware virtualisation' : 'software emulation'}, process ${emulator.pid}). Serial log: ${serialLog}`,
    );
    if (waitForLine) {
      report('Ctrl-] leaves the machine and switches it off.');
      report('');
      await attachTerminal(socket, emulator.ended);
      await emulator.stop();
    } else {
      report(`Serial line: ${socket}`);
    }
    const { exitCode, stderr } = await emulator.ended;
    // SIGTERM from us is how a machine is left.
    return exitCode === 0 || exitCode >= 128 || signal.aborted ? ok(0) : fail(emulatorProblem(stderr));
  } finally {
    signal.removeEventListener('abort', stop);
    await emulator.stop();
    await removeAll(socket);
  }
};

export const readManifest = async (image: string): Promise<Result<Manifest>> => {
  const text = await readTextIfAny(join(image, 'manifest.json'));
  if (text === undefined)
    return fail({
      code: 'image/none',
      summary: `There is no image in ${image}`,
      remedy: 'Build one with: mayfly image build',
    });
  const parsed = manifestSchema.safeParse(parseJson(text));
  return parsed.success
    ? ok(parsed.data)
    : fail({
        code: 'image/manifest',
        summary: `The manifest in ${image} is not one of this version`,
        remedy: 'Build the image again: mayfly image build',
      });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** sun_path holds 108 bytes (unix(7)): a deep checkout gets its socket in the temporary folder. */
const socketPath = (folder: string): string => {
  const near = join(folder, 'serial.sock');
  return Buffer.byteLength(near) < 100 ? near : join(tmpdir(), `mayfly-${textSha256(folder).slice(0, 12)}.sock`);
};

const appears = async (path: string, ended: Promise<unknown>): Promise<boolean> => {
  let alive = true;
  void ended.then(() => {
    alive = false;
  });
  while (alive && !exists(path)) await new Promise((resolve) => setTimeout(resolve, 20));
  return alive;
};

const emulatorProblem = (stderr: string): Problem => ({
  code: 'image/emulator',
  summary: `The emulator ended: ${stderr.trim().split('\n').at(-1) ?? ''}`,
  remedy: 'Check --memory, --forward and --accel against this machine',
});

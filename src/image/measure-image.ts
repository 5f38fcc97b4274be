// Boots a freshly built image once, only to fill zram devices with it, and reads what it takes with each algorithm off the serial line.
import { join } from 'node:path';
import { type Bytes, bytes, mib } from '../state/bytes.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { runStreaming, writeTextWhole } from '../system/workstation.ts';
import { chooseAccelerator } from './accelerator.ts';
import { renderAccelerator, renderKernelArguments } from './emulator-command.ts';
import { type Manifest, parseMeasurement } from './manifest.ts';
import { makeMedium } from './vm-files.ts';

/** lz4hc takes minutes in software emulation, deflate more. `zstd-dict`: as the root is made, with dictionary and level. */
export const measuredAlgorithms = ['zstd', 'lz4', 'zstd-dict'] as const;

export const measureImage = async (
  image: string,
  manifest: Manifest,
  logPath: string,
): Promise<Result<Readonly<Record<string, number>>>> => {
  const attempt = async (log: string): Promise<Result<Readonly<Record<string, number>>>> => {
    const booted = await measuringBoot(image, manifest, {
      logPath: log,
      append: `mayfly.measure=${measuredAlgorithms.join(',')}`,
      // Room for every algorithm at once, at worst uncompressed.
      memory: bytes(mib(1024) + measuredAlgorithms.length * manifest.root.contentBytes),
      deadlineMs: 900_000,
    });
    if (!booted.ok) return booted;
    const measured = parseMeasurement(booted.value);
    return measured === undefined ? fail(notMeasured('the measuring boot did not come to its end', log)) : ok(measured);
  };
  // A machine in software emulation was seen to stop in its tracks once in some forty boots, cause unknown.
  const first = await attempt(`${logPath}.first`);
  return first.ok ? first : attempt(logPath);
};

/** The boot module reports where it is every few seconds: one that says nothing for so long hangs. */
const silenceMs = 120_000;

type MeasuringBoot = {
  readonly logPath: string;
  /** Kernel arguments: what to measure. */
  readonly append: string;
  readonly memory: Bytes;
  readonly deadlineMs: number;
};

/** What the boot module said on the serial line until the machine was off. */
export const measuringBoot = async (
  image: string,
  manifest: Manifest,
  { logPath, append, memory, deadlineMs }: MeasuringBoot,
): Promise<Result<string>> => {
  const medium = await makeMedium(image, manifest);
  if (!medium.ok) return medium;
  const accelerator = await chooseAccelerator('auto', image, join(image, 'cache'), () => {});
  if (!accelerator.ok) return accelerator;
  const result = await runStreaming(
    [
      'qemu-system-x86_64',
      ...[
        '-machine',
        'pc',
        '-nodefaults',
        '-no-user-config',
        '-display',
        'none',
        '-monitor',
        'none',
        '-serial',
        'stdio',
        '-no-reboot',
      ],
      ...renderAccelerator(accelerator.value),
      ...['-smp', '2', '-m', `${Math.ceil(memory / 1024 ** 2)}M`],
      ...['-kernel', join(image, 'vmlinuz'), '-initrd', join(image, 'initramfs.img')],
      ...['-append', renderKernelArguments(append)],
      ...['-drive', `if=virtio,format=raw,readonly=on,file=${medium.value.replaceAll(',', ',,')}`],
    ],
    { timeoutMs: deadlineMs, silenceMs },
  );
  await writeTextWhole(logPath, `${result.stdout}${result.stderr}`);
  return result.exitCode === 127 ? fail(notMeasured('there is no emulator', logPath)) : ok(result.stdout);
};

const notMeasured = (summary: string, logPath: string): Problem => ({
  code: 'image/not-measured',
  summary,
  remedy: `Read ${logPath}`,
});

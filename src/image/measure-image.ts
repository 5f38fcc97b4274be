// Boots a freshly built image once, only to fill zram devices with it, and reads what it takes with each algorithm off the serial line.
import { join } from 'node:path';
import { bytes, mib } from '../state/bytes.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import { runStreaming, writeTextWhole } from '../system/workstation.ts';
import { chooseAccelerator } from './accelerator.ts';
import { renderAccelerator, renderKernelArguments } from './emulator-command.ts';
import { type Manifest, parseMeasurement } from './manifest.ts';
import { makeMedium } from './vm-files.ts';

/** lz4hc takes minutes in software emulation, deflate more. */
export const measuredAlgorithms = ['zstd', 'lz4'] as const;

const deadlineMs = 300_000;

export const measureImage = async (
  image: string,
  manifest: Manifest,
  logPath: string,
): Promise<Result<Readonly<Record<string, number>>>> => {
  const medium = await makeMedium(image, manifest);
  if (!medium.ok) return medium;
  const accelerator = await chooseAccelerator('auto', image, join(image, 'cache'), () => {});
  if (!accelerator.ok) return accelerator;
  // Room for every algorithm at once, at worst uncompressed.
  const memory = bytes(mib(1024) + measuredAlgorithms.length * manifest.root.contentBytes);
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
      ...['-append', renderKernelArguments(`mayfly.measure=${measuredAlgorithms.join(',')}`)],
      ...['-drive', `if=virtio,format=raw,readonly=on,file=${medium.value.replaceAll(',', ',,')}`],
    ],
    { timeoutMs: deadlineMs },
  );
  await writeTextWhole(logPath, `${result.stdout}${result.stderr}`);
  const measured = parseMeasurement(result.stdout);
  return measured === undefined
    ? fail({
        code: 'image/not-measured',
        summary: result.exitCode === 127 ? 'there is no emulator' : 'the measuring boot did not come to its end',
        remedy: `Read ${logPath}`,
      })
    : ok(measured);
};

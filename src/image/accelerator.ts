// Decides what a virtual machine runs on. `/dev/kvm` that opens proves nothing: a kernel of ours has to come up on it.
import { join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '../state/problem.ts';
import {
  exists,
  fileSha256,
  makeFolder,
  readTextIfAny,
  runStreaming,
  textSha256,
  writeTextWhole,
} from '../system/workstation.ts';
import type { AccelWish } from './boot-options.ts';
import { type Accelerator, renderAccelerator } from './emulator-command.ts';

const verdictSchema = z.strictObject({ key: z.string(), sound: z.boolean() });

/** What runs is said by `note`, with the reason. The proof is kept in `cache` until emulator or kernel change. */
export const chooseAccelerator = async (
  wish: AccelWish,
  image: string,
  cache: string,
  note: (text: string) => void,
): Promise<Result<Accelerator>> => {
  if (wish === 'tcg') return ok('tcg');
  if (!exists('/dev/kvm')) {
    if (wish === 'kvm')
      return fail({
        code: 'image/no-kvm',
        summary: 'This machine has no /dev/kvm',
        remedy: 'Switch virtualisation on in its firmware, or use --accel auto',
      });
    note('software emulation: this machine has no /dev/kvm');
    return ok('tcg');
  }
  const sound = await proveKvm(image, cache, note);
  if (sound) return ok('kvm');
  if (wish === 'kvm')
    return fail({
      code: 'image/kvm-unsound',
      summary: 'Hardware virtualisation does not bring up a kernel here',
      remedy: 'Use --accel auto or --accel tcg',
    });
  note('software emulation: hardware virtualisation did not bring up a kernel here');
  return ok('tcg');
};

/** A sound accelerator is through in about 2 s. */
const deadlineMs = 20_000;

const proveKvm = async (image: string, cache: string, note: (text: string) => void): Promise<boolean> => {
  const version = await runStreaming(['qemu-system-x86_64', '--version']);
  const host = await runStreaming(['uname', '-srv']);
  const key = textSha256(`${version.stdout}${host.stdout}${await fileSha256(join(image, 'vmlinuz'))}`);
  const path = join(cache, 'accelerator.json');
  const stored = verdictSchema.safeParse(JSON.parse((await readTextIfAny(path)) ?? 'null'));
  if (stored.success && stored.data.key === key) return stored.data.sound;
  note(`Trying hardware virtualisation with a short boot (at most ${deadlineMs / 1000} s, once) …`);
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
        '-m',
        '768M',
      ],
      ...renderAccelerator('kvm'),
      ...[
        '-kernel',
        join(image, 'vmlinuz'),
        '-initrd',
        join(image, 'initramfs.img'),
        '-append',
        'console=ttyS0 quiet mayfly.probe panic=-1',
      ],
    ],
    { timeoutMs: deadlineMs },
  );
  const sound = result.stdout.includes('MAYFLY-PROBE ok');
  makeFolder(cache);
  await writeTextWhole(path, JSON.stringify({ key, sound }));
  return sound;
};

// Knows which emulator is installed, since its options are not the same in all versions.
import { runStreaming } from '../system/workstation.ts';

export type EmulatorVersion = { readonly major: number; readonly minor: number };

/** `QEMU emulator version 10.0.2 (Debian …)`; 0.0 when it says something else, or is not there. */
export const parseEmulatorVersion = (text: string): EmulatorVersion => {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(text) ?? [];
  return { major: Number(major ?? 0), minor: Number(minor ?? 0) };
};

export const readEmulatorVersion = async (): Promise<EmulatorVersion> =>
  parseEmulatorVersion((await runStreaming(['qemu-system-x86_64', '--version'])).stdout);

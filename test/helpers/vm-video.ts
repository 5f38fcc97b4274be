// The screen of a virtual machine itself: the picture that its graphics card would send, and the characters that its kernel put there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Picture, parsePpm, readTextScreen, steadyCells, type TextScreen } from './screen-glyphs.ts';
import { machineFolder } from './vm.ts';
import { withMonitor } from './vm-monitor.ts';
import type { Ssh } from './vm-ssh.ts';

const readScreen = async (ssh: Ssh): Promise<TextScreen> => {
  const { out } = await ssh.run('base64 -w0 /dev/vcsu1; echo; base64 -w0 /dev/vcsa1');
  const [vcsu = '', vcsa = ''] = out.split('\n');
  return readTextScreen(Buffer.from(vcsu, 'base64'), Buffer.from(vcsa, 'base64'));
};

/** The characters are those that stood there before the picture was taken and after it. */
export const dumpVideo = async (
  machine: string,
  ssh: Ssh,
): Promise<{ readonly picture: Picture; readonly screen: TextScreen }> => {
  const before = await readScreen(ssh);
  const path = join(machineFolder(machine), 'screen.ppm');
  await withMonitor(machine, (ask) => ask('screendump', { filename: path }));
  const screen = steadyCells(before, await readScreen(ssh));
  return { picture: parsePpm(readFileSync(path)), screen };
};

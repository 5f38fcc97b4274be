// The keyboard and the screen of the machine itself: the profile's layout is there after the boot, another one as soon as it is chosen at tty1,
// and what the console draws there is what can be seen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { glyphsOf } from '../helpers/screen-glyphs.ts';
import { type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { pressOnVideo } from '../helpers/vm-keyboard.ts';
import { createSsh } from '../helpers/vm-ssh.ts';
import { dumpVideo } from '../helpers/vm-video.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const name = 'keyboard';
const boot = 600_000;
const slow = 240_000;
const work = mkdtempSync(join(tmpdir(), 'mayfly-keyboard-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const profileWith = (sshKey: string): string => `version: 1
role: storage
node: { hostname: key-01, keyboard: de }
network: { links: [{ match: { name: ens3 }, dhcp4: true }] }
cluster: { filesystem: none }
access: { sshKeys: ["${sshKey}"] }
`;

test.skipIf(whyNoVm() !== undefined)(
  'has the layout of the profile after the boot, and the one that is chosen at once',
  { timeout: 1_200_000 },
  async () => {
    const ssh = await createSsh(work, slow);
    mkdirSync(join(work, 'config/node'), { recursive: true });
    writeFileSync(join(work, 'config/node/profile.yaml'), profileWith(ssh.publicKey));
    const options: VmOptions = {
      compression: 'lz4',
      'config-disk': join(work, 'config'),
      forward: [`${ssh.port}:22`],
    };
    await withVm(name, options, async (vm) => {
      // Its cells as the kernel has them (vcs(4)).
      let seen = '';
      const waitForVideo = (wanted: RegExp) =>
        waitUntil(
          async () => {
            seen = (await ssh.run('fold -w "$(stty -F /dev/tty1 size | cut -d " " -f 2)" /dev/vcs1')).out;
            return wanted.test(seen);
          },
          `${wanted} on the video console`,
          slow,
        ).catch((error: unknown) => {
          throw new Error(`${String(error)}; it shows:\n${seen}`);
        });
      const press = (...keys: readonly string[]) => pressOnVideo(name, ...keys);

      await vm.waitForLog('press Enter for the console', boot);
      await waitUntil(async () => (await ssh.run('cat /run/mayfly/keyboard')).out === 'de', 'the apply at boot', slow);
      expect((await ssh.run('grep KEYMAP /etc/vconsole.conf; mayfly plan >/dev/null; echo $?')).out).toMatch(
        /^KEYMAP=de\n0$/,
      );

      // The key that is Y on an American keyboard, and the one beside L.
      await waitForVideo(/Mayfly .{1,4} key-01[\s\S]*ratio/i);
      await press('f2');
      await waitForVideo(/What is this node for/);
      await press('ret');
      await waitForVideo(/Hostname +key-01/);
      await press('y', 'slash');
      await waitForVideo(/Hostname +key-01z-/);
      await press('backspace', 'backspace', 'ctrl-n');
      await waitForVideo(/Which cluster filesystem/);
      await press('ctrl-n');
      await waitForVideo(/Algorithm/);
      await press('ctrl-n');
      await waitForVideo(/Keyboard +de/);
      await press('ctrl-u', 'f', 'r', 'ret');
      await waitForVideo(/This keyboard has the layout fr from now on/);
      expect((await ssh.run('cat /run/mayfly/keyboard')).out).toBe('fr');
      // To the time servers: what is typed there can be read.
      await press('tab', 'tab', 'tab', 'tab', 'q', 'y');
      await waitForVideo(/NTP servers +ay/);

      // What the screen itself shows: many different characters, each of them drawn in one way and no two alike, and lines that meet.
      await press('f1');
      await waitForVideo(/Help: Access/);
      const { picture, screen } = await dumpVideo(name, ssh);
      const { glyphs, faults } = glyphsOf(picture, screen);
      expect(faults).toEqual([]);
      expect(glyphs.size).toBeGreaterThan(50);
      const rule = screen.cells.slice(screen.columns, 2 * screen.columns).map((cell) => cell?.character);
      expect(rule.filter((character) => character === '─').length).toBeGreaterThan(40);
      expect(glyphs.get('─')).toMatch(/^#+$/m);
      await press('esc');
      await waitForVideo(/NTP servers +ay/);

      // Tried, not applied: the plan puts the profile's own back.
      expect(await ssh.run('mayfly plan')).toMatchObject({
        code: 2,
        out: expect.stringMatching(/keyboard layout.*fr.*de/),
      });
      expect((await ssh.run('mayfly apply --yes >/dev/null; echo $?; cat /run/mayfly/keyboard')).out).toBe('0\nde');
    });
  },
);

// A node of 1.5 GiB whose image comes from a web server that stopped in the middle at first, with the settings of its boot.env. Then its keyboard and its
// screen: the profile's layout is there after the boot, another one as soon as it is chosen at tty1, and what the console draws there is what can be seen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseBootFacts } from '../../src/probes/boot-facts.ts';
import { awaitConfigured } from '../helpers/configured-node.ts';
import { glyphsOf } from '../helpers/screen-glyphs.ts';
import { type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { pressOnVideo } from '../helpers/vm-keyboard.ts';
import { serveImage } from '../helpers/vm-media.ts';
import { createSsh } from '../helpers/vm-ssh.ts';
import { dumpVideo } from '../helpers/vm-video.ts';

const name = 'web';
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
  'boots from a web server, with the layout of the profile, and the one that is chosen at once',
  { timeout: 1_200_000 },
  async () => {
    const ssh = await createSsh(work, slow);
    mkdirSync(join(work, 'config/node'), { recursive: true });
    writeFileSync(join(work, 'config/node/profile.yaml'), profileWith(ssh.publicKey));
    writeFileSync(join(work, 'config/boot.env'), 'ZRAM_DICTIONARY=yes\nZRAM_ALGORITHM=lz4\n');
    const server = await serveImage();
    const options: VmOptions = {
      compression: 'as shipped',
      memory: '1536MiB',
      append: [`mayfly.image=${server.url}/root.ext4.zst`],
      'config-disk': join(work, 'config'),
      forward: [`${ssh.port}:22`],
    };
    await withVm(name, options, async (vm) => {
      // Its cells as the kernel has them (vcs(4)).
      const waitForVideo = (wanted: RegExp) =>
        ssh.until('fold -w "$(stty -F /dev/tty1 size | cut -d " " -f 2)" /dev/vcs1', wanted, slow);
      const press = (...keys: readonly string[]) => pressOnVideo(name, ...keys);

      await vm.waitForLog(/M-122 .*Reading the image stopped.* Trying http:/, boot);
      await vm.waitForLog('press Enter for the console', boot);
      await awaitConfigured(ssh, boot);
      expect((await ssh.run('cat /run/mayfly/keyboard')).out).toBe('de');
      expect((await ssh.run('grep KEYMAP /etc/vconsole.conf; mayfly plan >/dev/null; echo $?')).out).toMatch(
        /^KEYMAP=de\n0$/,
      );

      // The algorithm is the one of boot.env, and has no use for the dictionary that is asked for there.
      const record = parseBootFacts((await ssh.run('cat /run/mayfly/boot.json')).out);
      expect(record?.zram).toMatchObject({ algorithm: 'lz4', dictionary: null });
      expect(record?.zram?.notes.join()).toContain('no dictionary: lz4 is in use');

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

      // Whoever comes to the serial line now looks on.
      vm.press('enter');
      await vm.waitForScreen(/Looking on at tty1: Access[\s\S]*NTP servers +ay/, slow);

      // Tried, not applied: the plan puts the profile's own back.
      expect(await ssh.run('mayfly plan')).toMatchObject({
        code: 2,
        out: expect.stringMatching(/keyboard layout.*fr.*de/),
      });
      expect((await ssh.run('mayfly apply --yes >/dev/null; echo $?; cat /run/mayfly/keyboard')).out).toBe('0\nde');
    }).finally(server.close);
  },
);

// The fallback root, by itself on a machine that is too small for zram (on request: test/vm/sources.test.ts). It says what it is, and filled up it still answers.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readManifest } from '../../src/image/boot-image.ts';
import { awaitConfigured } from '../helpers/configured-node.ts';
import { builtImage, noScreen, whyNoVm, withVm } from '../helpers/vm.ts';
import { createSsh } from '../helpers/vm-ssh.ts';

const image = await readManifest(builtImage);
const missing =
  whyNoVm() ?? (image.ok && image.value.squashfs !== undefined ? undefined : 'the image was built without a squashfs');
const bootMs = 600_000;
const work = mkdtempSync(join(tmpdir(), 'mayfly-vm-overlay-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const statusSchema = z.object({
  root: z.object({
    kind: z.literal('live'),
    value: z.object({
      kind: z.string(),
      overlay: z.object({ squashfs: z.number(), why: z.string() }),
      size: z.number(),
      free: z.number(),
      inodes: z.number(),
      writable: z.boolean(),
    }),
  }),
  zram: z.object({ kind: z.literal('unavailable') }),
  guard: z.object({ kind: z.literal('unavailable') }),
  problems: z.array(z.object({ code: z.string(), remedy: z.string() })),
});

describe.skipIf(missing !== undefined)(
  `the fallback root${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    it('comes up by itself with 1 GiB, says why, and answers when it is full', async () => {
      const ssh = await createSsh(work, 120_000);
      const configDisk = join(work, 'config');
      mkdirSync(join(configDisk, 'node'), { recursive: true });
      const profile = `version: 1
role: boot
node: { hostname: small-01 }
network: { links: [{ match: primary, dhcp4: true }] }
zram: { root: { algorithm: zstd } }
access: { sshKeys: ["${ssh.publicKey}"] }
`;
      writeFileSync(join(configDisk, 'node/profile.yaml'), profile);
      const options = { memory: '1GiB', 'config-disk': configDisk, forward: [`${ssh.port}:22`], append: [noScreen] };
      await withVm('overlay-small', options, async (vm) => {
        await vm.waitForLog(/Booting squashfs with an overlay: a zram root is \d+ MiB short: RAM \d+ MiB/, bootMs);
        await vm.waitForLog(/Root: squashfs of \d+ MiB with an overlay of \d+ MiB in \d+ MiB of memory/, bootMs);
        await vm.waitForScreen(/Mayfly \S+ - press Enter for the console/, bootMs);
        await awaitConfigured(ssh, bootMs);
        const status = async () => statusSchema.parse(JSON.parse((await ssh.run('mayfly status --json')).out));

        const booted = await status();
        const { value: root } = booted.root;
        expect(root.kind).toBe('overlay');
        expect(root.overlay.why).toMatch(/^a zram root is \d+ MiB short: RAM \d+ MiB, image \d+ MiB/);
        expect(root.overlay.squashfs).toBe(image.ok ? image.value.squashfs?.bytes : undefined);
        expect(booted.problems.filter(({ code }) => code.startsWith('root/'))).toEqual([]);
        const seen = await ssh.run(
          'cat /etc/fstab; systemctl --failed --no-legend; systemctl is-active mayfly-guard; findmnt -rno TARGET,SOURCE,OPTIONS -R /run/mayfly/root; grep " / " /proc/mounts; free -m; df -h /; chmod 700 /usr/bin/perl; df -k / | tail -1; cat /run/mayfly/boot.json | tr -d "\\n "',
        );
        process.stdout.write(`${seen.out}\n`);
        expect(seen.out).not.toContain('/dev/zram0');
        expect(seen.out).not.toMatch(/failed/);
        expect(seen.out).toMatch(/^inactive$/m);

        // What zram could do is refused with the reason and the way that there is.
        const grown = await ssh.run('mayfly zram grow');
        expect(grown.code).toBe(3);
        expect(grown.out).toContain('squashfs with an overlay');

        const filled = await ssh.run('dd if=/dev/urandom of=/filled bs=1M; sync -f /; false');
        expect(filled.out).toContain('No space left on device');
        expect(filled.out).not.toMatch(/Input\/output error|Read-only/);
        const full = await status();
        expect(full.root.value.free).toBeLessThan(1024 ** 2);
        expect(full.root.value.writable).toBe(true);
        const low = full.problems.find(({ code }) => code === 'root/low-space');
        const way = /`(mount -o remount,size=)SIZE( \S+)`/.exec(low?.remedy ?? '');
        if (way === null) throw new Error(`no way out is told: ${low?.remedy}`);
        vm.press('enter');
        await vm.waitForScreen(/squashfs with an overlay/, 240_000);
        await vm.waitForScreen(/written .* of /, 240_000);
        process.stdout.write(`${vm.screen().join('\n')}\n`);

        // The remedy that it names works, and so does deleting.
        await ssh.run(`${way[1]}${Math.ceil(root.size / 1024 ** 2) + 32}M${way[2]}`);
        expect((await status()).root.value.free).toBeGreaterThan(24 * 1024 ** 2);
        expect((await ssh.run('rm /filled && touch /one-more')).code).toBe(0);
        expect((await status()).root.value.free).toBeGreaterThan(root.free);
      });
    });
  },
);

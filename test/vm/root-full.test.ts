// A root that is filled in every way there is: programs meet ENOSPC and never EIO, and the node still answers. A quarter of an hour: only when asked for.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { whyNoVm, withVm } from '../helpers/vm.ts';
import { createSsh, type Ssh } from '../helpers/vm-ssh.ts';

const boot = 600_000;
const work = mkdtempSync(join(tmpdir(), 'mayfly-root-full-'));
const configDisk = join(work, 'config');
afterAll(() => rmSync(work, { recursive: true, force: true }));

const profileWith = (sshKey: string): string => `version: 1
role: boot
node: { hostname: full-01 }
network: { links: [{ match: primary, dhcp4: true }] }
cluster: { filesystem: none }
access: { sshKeys: ["${sshKey}"] }
`;

let ssh: Ssh;
beforeAll(async () => {
  ssh = await createSsh(work, boot);
  mkdirSync(join(configDisk, 'node'), { recursive: true });
  writeFileSync(join(configDisk, 'node/profile.yaml'), profileWith(ssh.publicKey));
});

/** Throws unless it exits with 0. */
const must = async (command: string): Promise<string> => {
  const { code, out } = await ssh.run(command);
  if (code !== 0) throw new Error(`\`${command}\` exited with ${code}: ${out}`);
  return out;
};

const statusSchema = z.object({
  zram: z.object({
    kind: z.literal('live'),
    value: z.object({ used: z.number(), limit: z.number(), failedWrites: z.number() }),
  }),
  root: z.object({
    kind: z.literal('live'),
    value: z.object({ free: z.number(), inodesFree: z.number(), errors: z.number(), writable: z.boolean() }),
  }),
  guard: z.object({
    kind: z.literal('live'),
    value: z.object({ level: z.string(), why: z.string(), heldBack: z.number() }),
  }),
  problems: z.array(z.object({ code: z.string(), summary: z.string() })),
});

/** What the node says of itself; that it says it at all is half of what is to be seen. */
const status = async () => {
  const { out } = await ssh.run('mayfly status --json');
  return statusSchema.parse(JSON.parse(out));
};

/** Whatever was done to it: no write was lost. */
const expectWhole = async (what: string) => {
  const now = await status();
  const { used, limit, failedWrites } = now.zram.value;
  const mib = (size: number) => `${Math.round(size / 1024 ** 2)} MiB`;
  console.log(
    `${what}: ${mib(used)} of ${mib(limit)} used, ${mib(now.root.value.free)} and ${now.root.value.inodesFree} inodes free, ${now.guard.value.level} ${now.guard.value.why}, ${mib(now.guard.value.heldBack)} held back`,
  );
  expect({ what, failedWrites, errors: now.root.value.errors, writable: now.root.value.writable }).toEqual({
    what,
    failedWrites: 0,
    errors: 0,
    writable: true,
  });
  return now;
};

const fill = 'dd if=/dev/urandom of=/filled bs=1M; sync -f /; stat -c %s /filled';
test.skipIf(whyNoVm() !== undefined || process.env.MAYFLY_LONG_TESTS === undefined)(
  'a full root answers, says so, and loses nothing',
  { timeout: 3_000_000 },
  async () => {
    const options = { 'config-disk': configDisk, forward: [`${ssh.port}:22`], append: ['mayfly.zram.limit=640MiB'] };
    await withVm('full', options, async (vm) => {
      await vm.waitForLog('press Enter for the console', boot);
      await expect.poll(async () => (await ssh.run('cat /run/mayfly/guard.json')).code, { timeout: boot }).toBe(0);
      await expect
        .poll(async () => (await ssh.run('systemctl is-active mayfly-configure mayfly-guard')).out, { timeout: boot })
        .toBe('active\nactive');
      console.log(
        await must(
          'cat /run/mayfly/boot.json | tr -d "\\n "; systemctl show -p MemoryCurrent,MemoryPeak,CPUUsageNSec mayfly-guard; df -h -t tmpfs',
        ),
      );
      const { out: mounts } = await ssh.run(
        'findmnt -rno TARGET,FSTYPE,OPTIONS /tmp; findmnt -rno TARGET,FSTYPE,OPTIONS /var/tmp; findmnt -rno TARGET,FSTYPE,OPTIONS /var/log',
      );
      for (const target of ['/tmp', '/var/tmp', '/var/log'])
        expect(mounts).toMatch(new RegExp(`^${target} tmpfs .*size=\\d+k,nr_inodes=\\d+`, 'm'));
      await expectWhole('booted');

      // Incompressible data to the last block.
      const filled = await ssh.run(`${fill}; touch /more/than/that /one-more`);
      expect(filled.out).toMatch(/No space left on device/);
      expect(filled.out).not.toMatch(/Input\/output error|Read-only/);
      const full = await expectWhole('filled');
      expect(full.problems.map(({ code }) => code)).toContain('root/critical');

      await must('rm /filled; sync -f /');
      await expectWhole('emptied');

      // A limit closer than the filesystem would need, while daemons need the rest of the memory.
      const { used } = (await status()).zram.value;
      await must('echo 1000000000000 >/run/mayfly/role-needs');
      await must(`mayfly zram limit ${Math.ceil((used * 1.1) / 1024 ** 2) + 96}MiB`);
      await expectWhole('limit lowered');
      const again = await ssh.run(`${fill}; touch /more/than/that /one-more`);
      expect(again.out).toMatch(/No space left on device/);
      expect(again.out).not.toMatch(/Input\/output error|Read-only/);
      const held = await expectWhole('filled under a lowered limit');
      expect(held.guard.value.heldBack).toBeGreaterThan(0);
      // They need it no more: the guard raises the limit by itself.
      await must('echo 0 >/run/mayfly/role-needs');
      await expect
        .poll(async () => (await ssh.run('tail -n 5 /run/mayfly/guard.jsonl')).out, { timeout: 120_000 })
        .toContain('raised the memory limit');
      await must('rm /filled; sync -f /');

      // Every inode.
      const many = await ssh.run(
        `mkdir /many; cd /many; /usr/lib/mayfly/node -e 'const fs = require("node:fs"); let n = 0; try { for (;;) { if (n % 10000 === 0) fs.mkdirSync("d" + n / 10000); fs.writeFileSync("d" + Math.floor(n / 10000) + "/" + n++, ""); } } catch (error) { console.log(error.code, n); }'; sync -f /`,
      );
      expect(many.out).toMatch(/^ENOSPC \d+$/m);
      const crowded = await expectWhole('no inode left');
      expect(crowded.root.value.inodesFree).toBe(0);
      await expect.poll(async () => (await status()).guard.value.level, { timeout: 120_000 }).toBe('critical');
      await must('rm -r /many');
      console.log(
        await must(
          'cat /run/mayfly/guard.jsonl; journalctl -u mayfly-guard --no-pager -o cat | tail -40; systemctl show -p MemoryCurrent,MemoryPeak,CPUUsageNSec mayfly-guard; cut -d " " -f 1 /proc/uptime',
        ),
      );
    });
  },
);

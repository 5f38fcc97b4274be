// A root that is filled in three ways: programs meet ENOSPC and never EIO, and the node still answers. In place overwriting: test/system/guard.test.ts.
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
  const { code, out } = await ssh.run(`set -eu; ${command}`);
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

const mib = 1024 ** 2;
const began = performance.now();

/** What the node says of itself; that it says it at all is half of what is to be seen. */
const status = async (what: string) => {
  const { out } = await ssh.run('mayfly status --json');
  const now = statusSchema.parse(JSON.parse(out));
  const { used, limit, failedWrites } = now.zram.value;
  const inMib = (size: number) => `${Math.round(size / mib)} MiB`;
  console.log(
    `${Math.round((performance.now() - began) / 1000)} s ${what}: ${inMib(used)} of ${inMib(limit)} used, ${inMib(now.root.value.free)} and ${now.root.value.inodesFree} inodes free, guard ${now.guard.value.level} ${now.guard.value.why}, ${inMib(now.guard.value.heldBack)} held back, ${failedWrites} failed writes, ${now.root.value.errors} errors`,
  );
  return now;
};

/** A program that nothing has started since boot comes from the device. */
const unread = [
  ['factor 91', '91: 7 13'],
  ['numfmt --to=iec 2048', '2.0K'],
  ['printf "a b" | tsort', 'a\nb'],
  ['echo node | ptx -A -w 60 | wc -l', '1'],
] as const;
const expectAnswer = async (turn: number) => {
  const [command, answer] = unread[turn] ?? ['false', ''];
  expect(await ssh.run(command)).toEqual({ code: 0, out: answer });
};

/** Whatever was done to it: no write was lost. */
const expectWhole = async (what: string, turn: number) => {
  await expectAnswer(turn);
  const now = await status(what);
  const { errors, writable } = now.root.value;
  expect({ what, failedWrites: now.zram.value.failedWrites, errors, writable }).toEqual({
    what,
    failedWrites: 0,
    errors: 0,
    writable: true,
  });
  return now;
};

const needs = (bytes: number): Promise<string> => must(`echo ${bytes} >/run/mayfly/role-needs`);
/** To the last block: ENOSPC, and everything is on the device. */
const fillUp = async (): Promise<void> => {
  const { out } = await ssh.run(
    'dd if=/dev/urandom of=/filled bs=1M 2>/tmp/dd; echo "dd: $?"; cat /tmp/dd; sync -f /; echo "sync: $?"',
  );
  expect(out).toMatch(/^dd: 1\n[\s\S]*No space left on device[\s\S]*^sync: 0$/m);
};

test.skipIf(whyNoVm() !== undefined)(
  'a full root answers, says so, and loses nothing',
  { timeout: 1_500_000 },
  async () => {
    // Little is free, so that little has to be written.
    const append = ['mayfly.zram.limit=330MiB'];
    const options = { 'config-disk': configDisk, forward: [`${ssh.port}:22`], append };
    await withVm('full', options, async (vm) => {
      await vm.waitForLog('press Enter for the console', boot);
      await expect.poll(async () => (await ssh.run('cat /run/mayfly/guard.json')).code, { timeout: boot }).toBe(0);
      await expect
        .poll(async () => (await ssh.run('systemctl is-active mayfly-configure mayfly-guard')).out, { timeout: boot })
        .toBe('active\nactive');
      vm.press('enter');
      await vm.waitForScreen(/ratio/, boot);
      expect(vm.screen().join('\n')).not.toContain('cannot be trusted');
      const { out: mounts } = await ssh.run('findmnt -rno TARGET,FSTYPE,OPTIONS');
      expect(mounts).toMatch(/^\/ ext4 rw/m);
      expect(mounts).not.toMatch(/^\/ ext4 .*errors=/m);
      for (const target of ['/tmp', '/var/tmp', '/var/log'])
        expect(mounts).toMatch(new RegExp(`^${target} tmpfs .*size=\\d+k,nr_inodes=\\d+`, 'm'));
      await expectWhole('booted', 0);

      // Incompressible data to the last block.
      await fillUp();
      await expectWhole('filled with random data', 1);
      const codes = async () => (await status('and then')).problems.map(({ code }) => code);
      await expect.poll(codes, { timeout: 120_000 }).toContain('root/critical');
      await must('rm /filled; sync -f /');

      // Every inode.
      const many = await ssh.run('mkdir /many && seq "$(($(stat -f -c %d /) + 3))" | xargs ln -s -t /many');
      expect(many.out).toMatch(/No space left on device/);
      const crowded = await expectWhole('no inode left', 2);
      expect(crowded.root.value.inodesFree).toBe(0);
      await must('rm -r /many; sync -f /');

      // A limit that a full filesystem would exceed, while daemons need the rest of the memory.
      await needs(1e12);
      const { used } = (await status('emptied')).zram.value;
      await must(`mayfly zram limit ${Math.ceil(used / mib) + 80}MiB`);
      await fillUp();
      const held = await expectWhole('filled under a lowered limit', 3);
      expect(held.guard.value.heldBack).toBeGreaterThan(0);
      expect(held.zram.value.limit).toBe((Math.ceil(used / mib) + 80) * mib);
      await must('rm /filled; sync -f /');
    });
  },
);

// A machine for tests that bring its root to its end: little is free on it, it is asked over ssh, and what it says of itself is checked each time.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import * as z from 'zod';
import { readManifest } from '../../src/image/boot-image.ts';
import { awaitConfigured } from './configured-node.ts';
import { builtImage, noScreen, type Vm, type VmOptions } from './vm.ts';
import { createSsh, type Ssh } from './vm-ssh.ts';

/** Milliseconds that a boot may take. */
const boot = 600_000;
export const mib = 1024 ** 2;

const profileWith = (host: string, sshKey: string): string => `version: 1
role: boot
node: { hostname: ${host} }
network: { links: [{ match: primary, dhcp4: true }] }
cluster: { filesystem: none }
access: { sshKeys: ["${sshKey}"] }
`;

const statusSchema = z.object({
  zram: z.object({
    kind: z.literal('live'),
    value: z.object({ used: z.number(), limit: z.number(), hugePages: z.number(), failedWrites: z.number() }),
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

/** A program that nothing has started since boot comes from the device. */
const unread = [
  ['factor 91', '91: 7 13'],
  ['numfmt --to=iec 2048', '2.0K'],
  ['printf "a b" | tsort', 'a\nb'],
  ['echo node | ptx -A -w 60 | wc -l', '1'],
  ['shuf -e one', 'one'],
] as const;
/** Call where hooks may be registered. `host` is the node's name. */
export const fullRoot = (host: string) => {
  const work = mkdtempSync(join(tmpdir(), `mayfly-${host}-`));
  const configDisk = join(work, 'config');
  let ssh: Ssh;
  beforeAll(async () => {
    ssh = await createSsh(work, boot);
    mkdirSync(join(configDisk, 'node'), { recursive: true });
    writeFileSync(join(configDisk, 'node/profile.yaml'), profileWith(host, ssh.publicKey));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const began = performance.now();

  /** What the boot module takes the image to fill of zram, and room for some 100 MiB of files. */
  const limit = async (): Promise<string> => {
    const manifest = await readManifest(builtImage);
    if (!manifest.ok) throw new Error(manifest.problem.summary);
    const { root, zramBytes } = manifest.value;
    return `${Math.ceil((zramBytes?.zstd ?? root.contentBytes / 1.4) / mib) + 150}MiB`;
  };

  /** Throws unless it exits with 0. */
  const must = async (command: string): Promise<string> => {
    const { code, out } = await ssh.run(`set -eu; ${command}`);
    if (code !== 0) throw new Error(`\`${command}\` exited with ${code}: ${out}`);
    return out;
  };

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

  const expectAnswer = async (turn: number) => {
    const [command, answer] = unread[turn] ?? ['false', ''];
    // Logged in anew, too.
    expect(await ssh.logIn(command)).toEqual({ code: 0, out: answer });
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

  /** Until its profile is applied and the guard watches; nobody looks at it. */
  const configure = async (vm: Vm): Promise<void> => {
    await vm.waitForLog('press Enter for the console', boot);
    await awaitConfigured(ssh, boot);
    await ssh.until('cat /run/mayfly/guard.json && systemctl is-active mayfly-guard', /^active$/m, boot);
  };
  /** Until the dashboard is shown. */
  const look = async (vm: Vm): Promise<void> => {
    vm.press('enter');
    await vm.waitForScreen(/ratio/, boot);
    expect(vm.screen().join('\n')).not.toContain('cannot be trusted');
  };

  return {
    run: (command: string) => ssh.run(command),
    must,
    status,
    expectAnswer,
    expectWhole,
    needs,
    fillUp,
    /** Little is free, so that little has to be written. */
    options: async (...append: readonly string[]): Promise<VmOptions> => ({
      'config-disk': configDisk,
      forward: [`${ssh.port}:22`],
      append: [`mayfly.zram.limit=${await limit()}`, noScreen, ...append],
    }),
    configure,
    look,
    /** Configured and looked at. */
    settle: async (vm: Vm): Promise<void> => {
      await configure(vm);
      await look(vm);
    },
  };
};

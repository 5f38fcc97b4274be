// The power goes at random moments of an apply, on the real image: what the disk kept says where it was cut off, the next boot tells so, and ends in the
// same state as one that was never interrupted.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedNode, createBootedNode, term } from '../helpers/booted-node.ts';
import { awaitConfigured, readBefore, readPlan, readSpan, readState, type Span } from '../helpers/configured-node.ts';
import { type KeptJournal, readKeptJournal } from '../helpers/kept-journal.ts';
import { createRandom } from '../helpers/random/random.ts';
import { otherOf, swapSerial, type Which, writeTwoProfiles } from '../helpers/two-profiles.ts';
import { noScreen, type Vm, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { createSsh, type Ssh } from '../helpers/vm-ssh.ts';

const machine = 'power-cut';
const boot = 600_000;
/** Eight minutes for the first and three for each more, on a quiet machine. */
const cuts = Number(process.env.MAYFLY_POWER_CUTS ?? 20);
const missing = whyNoVm();
const seed = Number(process.env.MAYFLY_SEED ?? Date.now() % 1_000_000);
const work = mkdtempSync(join(tmpdir(), 'mayfly-power-'));

let ssh: Ssh;
let node: BootedNode;
let texts: Readonly<Record<Which, string>>;
let options: VmOptions;

beforeAll(async () => {
  ssh = await createSsh(work, 120_000, 15);
  node = createBootedNode(ssh);
  const config = join(work, 'config');
  mkdirSync(config);
  texts = writeTwoProfiles(config, ssh.publicKey);
  options = {
    'config-disk': config,
    disk: [`64MiB,serial=${swapSerial}`],
    forward: [`${ssh.port}:22`],
    // No zram root to fill, and nobody at the screen: what it is about is the same.
    append: ['mayfly.root=overlay', noScreen, term],
  };
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What the disk says, as the status of the next uptime should have it. */
const wantedBefore = ({ apply, outcome, step, done, total }: KeptJournal) =>
  apply === undefined || outcome === 'converged'
    ? undefined
    : { outcome: outcome === undefined ? 'cut-off' : outcome, ...(step === undefined ? {} : { step }), done, total };

const clean = new Map<Which, string>();

/** Holds a boot against what the disk says of the uptime before, and against the first boot with this profile, which nothing interrupted. */
const holdBoot = async (which: Which, kept: KeptJournal | undefined, what: string): Promise<void> => {
  const planned = await readPlan(node);
  expect([what, planned.split('\n').at(-1)], planned).toEqual([what, 'exit 0']);
  const { before, wrong } = await readBefore(node);
  expect([what, before, wrong]).toEqual([what, kept === undefined ? undefined : wantedBefore(kept), []]);
  const state = await readState(node);
  const uncut = clean.get(which);
  if (uncut === undefined) clean.set(which, state);
  else expect(state, what).toBe(uncut);
};

const leadMs = 2_000;

/** Has that profile on the config partition, and the apply begin when the time is up: answers when that is, by the clock of this machine. */
const beginApply = async (which: Which): Promise<number> => {
  // Something on its disk that has to go, so that there is also a device to be cut in the middle of.
  if (which === 'one') await node.must(`mkfs.ext4 -q -F /dev/disk/by-id/virtio-${swapSerial}; sync`);
  await node.must(`mayfly profile commit <<'END'\n${texts[which]}\nEND\n`);
  await node.must(
    `systemd-run --quiet --collect sh -c 'sleep ${leadMs / 1000}; exec systemctl restart mayfly-configure'`,
  );
  return Date.now() + leadMs;
};

/** How long an apply of that profile takes that nobody cuts. */
const timeApply = async (which: Which): Promise<number> => {
  const begun = await beginApply(which);
  await pause(begun - Date.now() + 2_000);
  await awaitConfigured(ssh, boot);
  const { from, to } = await readSpan(node);
  const planned = await readPlan(node);
  expect(planned.split('\n').at(-1), planned).toBe('exit 0');
  return to - from;
};

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Every fourth cut hits the boot that comes after the one before it. */
const isAtBoot = (cut: number): boolean => cut % 4 === 0;

const run = async (): Promise<void> => {
  const random = createRandom(seed);
  const lengths = new Map<Which, number>();
  let bootSpan: Span = { from: 0, to: 0 };
  let which: Which = 'one';
  let cut = 0;
  let powerOn = 0;
  let what = 'the first boot';
  let kept: KeptJournal | undefined;

  const cutNow = async (vm: Vm, where: string): Promise<void> => {
    const before = kept?.apply;
    await vm.cutPower();
    kept = readKeptJournal(machine);
    const at =
      kept.apply === before
        ? 'before its first step'
        : kept.outcome !== undefined
          ? `after its end (${kept.outcome})`
          : `${kept.step === undefined ? 'between steps' : `in “${kept.step}”`}, ${kept.done} of ${kept.total} done`;
    what = `cut ${cut} of ${cuts} (MAYFLY_SEED=${seed}), ${where}: ${at}`;
    console.log(what);
  };

  while (powerOn === 0 || cut < cuts || kept !== undefined) {
    const begun = Date.now();
    const first = powerOn === 0;
    powerOn += 1;
    await withVm(machine, { ...options, keepDisks: !first }, async (vm) => {
      if (cut > 0 && cut < cuts && isAtBoot(cut + 1)) {
        cut += 1;
        const moment = bootSpan.from + random.below(bootSpan.to - bootSpan.from);
        await pause(begun + moment - Date.now());
        await cutNow(
          vm,
          `boot with ${which}, ${seconds(moment - bootSpan.from)} of ${seconds(bootSpan.to - bootSpan.from)} s`,
        );
        return;
      }
      await awaitConfigured(ssh, boot);
      console.log(`${what}; configured ${seconds(Date.now() - begun)} s after power-on`);
      await holdBoot(which, kept, what);
      // By this machine's clock since it was switched on, which is a little before the kernel's start. The last boot is the best guess for the next.
      const span = await readSpan(node);
      const lag = Date.now() - begun - Number((await node.must('cat /proc/uptime')).split(' ')[0]) * 1000;
      bootSpan = { from: span.from + lag, to: span.to + lag };
      if (first) {
        which = otherOf(which);
        lengths.set(which, await timeApply(which));
      }
      if (cut === cuts) {
        kept = undefined;
        return;
      }
      if (first && cuts > 1) {
        // At rest: the next boot is the other one to compare with.
        await cutNow(vm, 'at rest');
        return;
      }
      if (!lengths.has(otherOf(which)) && cuts > 1) {
        which = otherOf(which);
        lengths.set(which, await timeApply(which));
      }
      which = otherOf(which);
      cut += 1;
      const length = lengths.get(which) ?? lengths.get(otherOf(which)) ?? 0;
      const moment = random.below(length);
      const start = await beginApply(which);
      await pause(start + moment - Date.now());
      await cutNow(vm, `apply of ${which}, ${seconds(moment)} of ${seconds(length)} s`);
    });
  }
  expect([cut, clean.size]).toEqual([cuts, cuts > 1 ? 2 : 1]);
};

describe.skipIf(missing !== undefined)(
  `power cuts${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 900_000 + cuts * 450_000 },
  () => {
    it(`ends as if nothing had happened, after ${cuts} at random moments of an apply (MAYFLY_SEED=${seed})`, run);
  },
);

// Swap on a real zram device: the kernel swaps to it, it can be replaced, and nothing of it is left.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { applyZramSwap, checkZramSwap, undoZramSwap } from '../../src/actions/zram-swap.ts';
import { parseSwaps } from '../../src/probes/swaps.ts';
import { mib } from '../../src/state/bytes.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createHost } from '../../src/system/host.ts';
import type { System } from '../../src/system/system.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { whyNoZram } from '../helpers/spare-zram.ts';

const why = whyNoZram();
const quiet = () => undefined;
const asking = (size?: string, algorithm?: string): Profile => ({
  version: 1,
  role: 'storage',
  ...(size === undefined ? {} : { zram: { swap: { size, ...(algorithm === undefined ? {} : { algorithm }) } } }),
});
const swaps = () => parseSwaps(readFileSync('/proc/swaps', 'utf8'));

/** The kernel of this machine, with a /run of the test's own. */
const machine = (): System => {
  const host = createHost();
  const own = createFakeSystem();
  const of = (path: string) => (path.startsWith('/run/') ? own : host);
  return {
    ...host,
    readText: (path) => of(path).readText(path),
    writeText: (path, text, options) => of(path).writeText(path, text, options),
    remove: (path) => of(path).remove(path),
  };
};

describe.skipIf(why !== undefined)(`swap on zram${why === undefined ? '' : `: ${why}`}`, () => {
  const system = machine();
  afterEach(async () => {
    await applyZramSwap(asking(), system, quiet);
  });

  test('is made, replaced, taken back and taken away', async () => {
    const before = swaps();
    expect(await applyZramSwap(asking('64MiB', 'lz4'), system, quiet)).toMatchObject({ ok: true });
    const [device] = [...swaps().keys()].filter((name) => !before.has(name));
    expect(device).toMatch(/^\/dev\/zram\d+$/);
    const files = `/sys/block/${device?.slice('/dev/'.length)}`;
    expect(readFileSync(`${files}/disksize`, 'utf8').trim()).toBe(`${mib(64)}`);
    expect(readFileSync(`${files}/comp_algorithm`, 'utf8')).toContain('[lz4]');
    expect(readFileSync('/proc/swaps', 'utf8')).toMatch(new RegExp(`^${device} .*\\s100$`, 'm'));
    expect(await checkZramSwap(asking('64MiB', 'lz4'), system)).toEqual({ ok: true, value: [] });

    expect(await applyZramSwap(asking('32MiB'), system, quiet)).toMatchObject({ ok: true });
    expect(await checkZramSwap(asking('32MiB'), system)).toEqual({ ok: true, value: [] });
    expect(swaps().size).toBe(before.size + 1);
    expect(await undoZramSwap(system, quiet)).toMatchObject({ ok: true });
    expect(await checkZramSwap(asking('64MiB', 'lz4'), system)).toEqual({ ok: true, value: [] });

    expect(await applyZramSwap(asking(), system, quiet)).toMatchObject({ ok: true });
    expect(swaps()).toEqual(before);
    expect(existsSync(files)).toBe(false);
  });

  test('waits for somebody who looks into the device, as udev does when swapping to it ends', async () => {
    const before = swaps();
    expect(await applyZramSwap(asking('64MiB'), system, quiet)).toMatchObject({ ok: true });
    const [device] = [...swaps().keys()].filter((name) => !before.has(name));
    const looking = openSync(device ?? '', 'r');
    const until = Date.now() + 700;
    setTimeout(() => closeSync(looking), 700);
    expect(await applyZramSwap(asking('32MiB'), system, quiet)).toMatchObject({ ok: true });
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    expect(await checkZramSwap(asking('32MiB'), system)).toEqual({ ok: true, value: [] });
  });
});

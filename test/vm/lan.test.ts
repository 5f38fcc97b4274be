// Machines on one lan reach each other, and go on doing so when the one whose process held the switch is gone.
import { describe, it } from 'vitest';
import { type Vm, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';

const missing = whyNoVm();

/** Kernel and initramfs of two machines at once, on a busy machine in software emulation. */
const bootMs = 240_000;

// The boot module's shell has ip and busybox; the root is never filled.
const machine: VmOptions = {
  memory: '768MiB',
  cpus: '1',
  nic: [`lan:test-${process.pid}`],
  append: ['mayfly.rescue'],
};

const run = async (vm: Vm, command: string, deadlineMs: number): Promise<void> => {
  const from = vm.log().length;
  // The line echoes what is typed: only the answer has the number.
  vm.type(`${command} && echo $((40 + 2)) done\r`);
  await vm.waitForLog('42 done', deadlineMs, from);
};

const bootWith = async (vm: Vm, address: string): Promise<void> => {
  await vm.waitForScreen('mayfly-rescue#', bootMs);
  // Cards get the names that they have on a node only in the root.
  await run(vm, `ip address add ${address}/24 dev eth0 && ip link set eth0 up`, 30_000);
};

/** Until one is answered, since emulators come back to a new switch only after a moment; then three without loss. */
const ping = async (vm: Vm, address: string): Promise<void> => {
  await run(vm, `until busybox ping -c 1 -W 1 ${address} >/dev/null; do :; done`, 60_000);
  await run(vm, `busybox ping -c 3 -W 5 ${address} | grep ' 0% packet loss'`, 60_000);
};

describe.skipIf(missing !== undefined)(
  `machines on a lan${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 900_000 },
  () => {
    it('reach each other, also after the machine with the switch went and came back', () =>
      withVm('lan-a', machine, (a) =>
        withVm('lan-b', machine, async (b) => {
          await Promise.all([bootWith(a, '10.99.0.1'), bootWith(b, '10.99.0.2')]);
          await ping(a, '10.99.0.2');
          await ping(b, '10.99.0.1');
          await a.kill();
          await withVm('lan-a', machine, async (again) => {
            await bootWith(again, '10.99.0.1');
            await ping(again, '10.99.0.2');
            await ping(b, '10.99.0.1');
          });
        }),
      ));
  },
);

// Presses the keys of a virtual machine's own keyboard, through the emulator's monitor: what somebody at a crash cart does.
import { setTimeout as pause } from 'node:timers/promises';
import { withMonitor } from './vm-monitor.ts';

/** A hand's pace: what a busy machine has not fetched waits in the keyboard, which holds 16 bytes, about five keys. */
const betweenMs = 150;

/** Keys by their place on an American keyboard, as QEMU names them (QKeyCode): `y`, `ret`, `ctrl-n`. One after the other. */
export const pressOnVideo = (machine: string, ...keys: readonly string[]): Promise<void> =>
  withMonitor(machine, async (ask) => {
    for (const key of keys) {
      await ask('send-key', { keys: key.split('-').map((data) => ({ type: 'qcode', data })), 'hold-time': 20 });
      await pause(betweenMs);
    }
  });

// Presses the keys of a virtual machine's own keyboard, through the emulator's monitor: what somebody at a crash cart does.
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { monitorSocket } from '../../src/image/emulator-command.ts';
import { machineFolder } from './vm.ts';

const answerSchema = z.looseObject({ return: z.unknown().optional(), error: z.unknown().optional() });

/** A hand's pace: what a busy machine has not fetched waits in the keyboard, which holds 16 bytes, about five keys. */
const betweenMs = 150;

/** Keys by their place on an American keyboard, as QEMU names them (QKeyCode): `y`, `ret`, `ctrl-n`. One after the other. */
export const pressOnVideo = async (machine: string, ...keys: readonly string[]): Promise<void> => {
  // From here the path is short enough for a socket's address.
  const socket = connect(relative(process.cwd(), join(machineFolder(machine), monitorSocket)));
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => {
      const { done, value } = await lines.next();
      if (done === true) throw new Error('the monitor hung up');
      return JSON.parse(value);
    };
    const ask = async (execute: string, args: object = {}): Promise<void> => {
      socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
      for (;;) {
        const answer = answerSchema.parse(await next());
        if (answer.error !== undefined) throw new Error(`the monitor refused ${execute}: ${JSON.stringify(answer)}`);
        // Anything else is an event.
        if (answer.return !== undefined) return;
      }
    };
    await next();
    await ask('qmp_capabilities');
    for (const key of keys) {
      await ask('send-key', { keys: key.split('-').map((data) => ({ type: 'qcode', data })), 'hold-time': 20 });
      await pause(betweenMs);
    }
  } finally {
    socket.destroy();
  }
};

// The monitor of a virtual machine (QMP): what its keyboard and its screen are reached through.
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import { monitorSocket } from '../../src/image/emulator-command.ts';
import { machineFolder } from './vm.ts';

const answerSchema = z.looseObject({ return: z.unknown().optional(), error: z.unknown().optional() });

/** One command; rejects when the emulator refuses it. */
type Ask = (execute: string, args?: object) => Promise<void>;

export const withMonitor = async (machine: string, steps: (ask: Ask) => Promise<void>): Promise<void> => {
  // From here the path is short enough for a socket's address.
  const socket = connect(relative(process.cwd(), join(machineFolder(machine), monitorSocket)));
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => {
      const { done, value } = await lines.next();
      if (done === true) throw new Error('the monitor hung up');
      return JSON.parse(value);
    };
    const ask: Ask = async (execute, args = {}) => {
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
    await steps(ask);
  } finally {
    socket.destroy();
  }
};

// Reads the boot module's record in a machine that ended in a shell (init=/bin/bash).
import { type BootFacts, parseBootFacts } from '../../src/probes/boot-facts.ts';
import type { Vm } from './vm.ts';

/** Waits for the shell first; answers the record and where in the log it ends. */
export const readBootRecord = async (
  vm: Vm,
  deadlineMs: number,
): Promise<{ readonly facts: BootFacts | undefined; readonly end: number }> => {
  await vm.waitForLog(/Root is ready/, deadlineMs);
  let end = await vm.waitForLog(/root@\S+#|bash-[\d.]+#/, 60_000);
  let facts: BootFacts | undefined;
  // The emulated line was seen to send a character twice, once; a record that does not parse is asked for again.
  for (let attempt = 0; attempt < 3 && facts === undefined; attempt++) {
    const from = end;
    vm.type('cat /run/mayfly/boot.json; echo "end of"" record"\r');
    end = await vm.waitForLog('end of record', 30_000, from);
    const text = vm.log().slice(from, end);
    facts = parseBootFacts(text.slice(text.indexOf('\r{') + 1, text.lastIndexOf('}') + 1));
  }
  return { facts, end };
};

// Tries a layout before anything is applied: who types at the machine itself types the next password with it.
import { layoutInUsePath } from '../probes/keyboard.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';
import { keyboardNotLoaded, loadKeyboardCommand } from './load-keyboard.ts';

/** For a machine that is busy with its start; loading takes milliseconds. */
const patienceMs = 30_000;

/** `pid` is the console's. False on a serial line or over SSH: those bring a keyboard of their own. systemd is asked, since a console need not be allowed to. */
export const tryKeyboard = async (system: System, pid: number, layout: string): Promise<Result<boolean>> => {
  const terminal = (await system.readLink(`/proc/${pid}/fd/0`)) ?? '';
  if (!/^\/dev\/tty\d+$/.test(terminal)) return ok(false);
  const asked = await system.run(
    ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...loadKeyboardCommand(layout)],
    { timeoutMs: patienceMs },
  );
  if (asked.exitCode !== 0) return fail(keyboardNotLoaded(layout, asked.stderr));
  await system.writeText(layoutInUsePath, `${layout}\n`);
  return ok(true);
};

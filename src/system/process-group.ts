// Whether somebody could continue this process if it stopped.
import { readFileSync } from 'node:fs';

type Family = { readonly parent: number; readonly group: number; readonly session: number };

/** proc_pid_stat(5); the name of the program, in brackets, may hold anything. */
const familyOf = (pid: number): Family | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, group, session] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return parent === undefined || group === undefined || session === undefined
      ? undefined
      : { parent, group, session };
  } catch {
    return undefined;
  }
};

/** Whether a shell of our session, outside our own group, is there to continue us; the kernel's own rule for SIGTSTP. */
export const canBeContinued = (): boolean => {
  const own = familyOf(process.pid);
  let above = own;
  while (own !== undefined && above !== undefined && above.session === own.session) {
    if (above.group !== own.group) return true;
    above = familyOf(above.parent);
  }
  return false;
};

// One of the consoles of this node, named so that whoever reads it at another one knows where to look and whom to call.
import * as z from 'zod';

export const partySchema = z.strictObject({
  /** The terminal: `ttyS0`, `tty1`, `pts/0`. */
  console: z.string(),
  /** What that is to a person: `serial line`, `SSH from 10.0.0.5`. */
  place: z.string(),
  pid: z.int(),
  /** Field 22 of /proc/PID/stat: with it a number that was given out again is not taken for the old process. */
  started: z.string(),
});
export type Party = z.infer<typeof partySchema>;

export const sameParty = (one: Party | undefined, other: Party | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.pid === other.pid &&
  one.started === other.started &&
  one.console === other.console;

export const partyText = ({ console, place }: Party): string => `${console} (${place})`;

/** proc_pid_stat(5): the second field may hold blanks and parentheses, so it is counted from its end. */
export const startOf = (stat: string): string | undefined =>
  stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);

/** `terminal` is the path of standard input's terminal, `ssh` what sshd puts into SSH_CONNECTION. */
export const placeOf = (
  terminal: string | undefined,
  ssh: string | undefined,
): { readonly console: string; readonly place: string } => {
  const console = terminal?.replace(/^\/dev\//, '') ?? 'a terminal';
  const [from] = ssh?.split(' ') ?? [];
  if (console.startsWith('pts/')) return { console, place: from === undefined ? 'terminal' : `SSH from ${from}` };
  if (/^tty\d+$/.test(console)) return { console, place: 'video console' };
  return { console, place: /^(tty|hvc)/.test(console) ? 'serial line' : 'terminal' };
};

// Gives glusterd an order and believes only what it answers. What is refused because somebody else is at it is tried again.
import { setTimeout as pause } from 'node:timers/promises';
import { glusterCommand } from '../../probes/gluster/ask.ts';
import { parseDone } from '../../state/gluster-output.ts';
import { refused, waitedFor } from '../../state/gluster-problems.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';

/** The pool does one thing at a time, a host that was unplugged holds its lock until it is given up, and one that has just come up is not heard by all at once. */
const passing = /Another transaction is in progress|Locking failed|is locked|Transaction.*in progress|not connected/i;
const patienceMs = 120_000;

export const order = async (
  system: System,
  doing: string,
  words: readonly string[],
  note: Note,
  timeoutMs = 120_000,
): Promise<Result<undefined>> => {
  const end = Date.now() + patienceMs;
  for (let wait = 300; ; wait = Math.min(wait * 2, 5_000)) {
    const said = await system.run([...glusterCommand, ...words], { timeoutMs });
    const answer = parseDone(said.stdout);
    if (answer.kind === 'answer') return ok(undefined);
    const why = answer.kind === 'refused' ? answer.why : lastLine(said.stderr) || lastLine(said.stdout) || answer.why;
    if (!passing.test(why)) return fail(refused(doing, why));
    if (Date.now() + wait > end)
      return fail(
        waitedFor(
          'the pool',
          patienceMs / 1000,
          `${doing}: ${why}`,
          'See `gluster pool list` and `gluster volume status` for a host that does not answer, then apply again',
        ),
      );
    note(`${doing}: another change is under way, tried again`);
    await pause(wait);
  }
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

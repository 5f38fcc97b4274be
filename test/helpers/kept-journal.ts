// What the disk of a machine without power holds of its last apply: read beside the machine, by other programs than the node's.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { machineFolder } from './vm.ts';

const eventSchema = z.looseObject({
  event: z.string(),
  apply: z.string(),
  step: z.string().optional(),
  outcome: z.string().optional(),
  plan: z.object({ steps: z.array(z.object({ id: z.string(), title: z.string() })) }).optional(),
});

export type KeptJournal = {
  /** Of the last apply that changed something. */
  readonly apply: string | undefined;
  readonly outcome: string | undefined;
  /** Title of the step that was under way. */
  readonly step: string | undefined;
  readonly done: number;
  readonly total: number;
};

/** An ordinary user's PATH leaves them out. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Of a copy, whose filesystem is repaired as a boot would: the machine's own disk stays as the cut left it. */
export const readKeptJournal = (machine: string): KeptJournal => {
  const disk = join(machineFolder(machine), 'config.img');
  const copy = `${disk}.cut`;
  copyFileSync(disk, copy);
  // 1: something was repaired. A cut that leaves more to repair than the filesystem's journal does would be more (e2fsck(8)).
  execFileSync('sh', ['-c', 'e2fsck -p "$1" >/dev/null || test $? -eq 1', 'sh', copy], { env });
  const text = execFileSync('debugfs', ['-R', 'cat /journal.jsonl', copy], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const events = text
    .split('\n')
    .slice(0, -1)
    .map((line) => eventSchema.parse(JSON.parse(line)));
  const steps = events.find(({ plan }) => plan !== undefined)?.plan?.steps ?? [];
  const ended = events.filter(({ event }) => event === 'converged' || event === 'failed').map(({ step }) => step);
  const open = events.find(({ event, step }) => event === 'started' && !ended.includes(step));
  return {
    apply: events[0]?.apply,
    outcome: events.find(({ event }) => event === 'finished')?.outcome,
    step: steps.find(({ id }) => id === open?.step)?.title,
    done: events.filter(({ event }) => event === 'converged').length,
    total: steps.length,
  };
};

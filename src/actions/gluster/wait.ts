// Waits for what other nodes bring: whole racks are switched on at once, and nobody knows in which order they come up.
import { setTimeout as pause } from 'node:timers/promises';
import { daemonPath } from '../../state/gluster-node.ts';
import { waitedFor } from '../../state/gluster-problems.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Reader } from '../../system/system.ts';
import type { Note } from '../action.ts';

/** `waiting` says for what: it is noted once, and told when the time is over. */
export type Turn<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | {
      readonly kind: 'waiting';
      readonly what: string;
      readonly why: string;
      readonly remedy: string;
      /** What can be asked cheaply and often: once it is so, the next turn comes at once. */
      readonly until?: () => Promise<boolean>;
    };

const patienceMs = 300_000;

/** Most of what is waited for comes within half a minute: often until then, later as a small node bears it for long. */
const soonMs = 30_000;

type Waiting = {
  readonly limitMs?: number;
  /** What glusterd writes as things change: the next turn comes at once then. Asking it again and again would keep a small node busy. */
  readonly mark?: () => Promise<string>;
};

export const untilDone = async <T>(
  turn: () => Promise<Turn<T>>,
  note: Note,
  { limitMs = patienceMs, mark }: Waiting = {},
): Promise<Result<T>> => {
  const start = Date.now();
  let noted = '';
  const longest = (): number => (mark === undefined && Date.now() - start < soonMs ? 1_000 : 3_000);
  for (let wait = mark === undefined ? 100 : 500; ; wait = Math.min(wait * 1.5, longest())) {
    const before = await mark?.();
    const asked = Date.now();
    const now = await turn();
    const took = Date.now() - asked;
    if (now.kind === 'done') return ok(now.value);
    if (now.kind === 'failed') return fail(now.problem);
    const { what, why, remedy } = now;
    if (Date.now() - start > limitMs) return fail(waitedFor(what, Math.round(limitMs / 1000), why, remedy));
    if (noted !== what) note(`waiting for ${what}: ${why}`);
    noted = what;
    const goesOn = async (): Promise<boolean> => (await mark?.()) === before && (await now.until?.()) !== true;
    // No more than half of the time goes into asking where the node is slow.
    const end = Date.now() + Math.max(wait, Math.min(took, 3_000));
    while (Date.now() < end && (await goesOn())) await pause(now.until === undefined ? 50 : 150);
  }
};

/** The peers and volumes that this node's glusterd has written down. */
export const poolMark = (reader: Reader) => async (): Promise<string> => {
  const peers = await reader.list(`${daemonPath}/peers`);
  const files = [
    ...peers.map((peer) => `${daemonPath}/peers/${peer}`),
    ...(await reader.list(`${daemonPath}/vols`)).map((volume) => `${daemonPath}/vols/${volume}/info`),
  ];
  const times = await Promise.all(files.map(async (file) => `${file} ${(await reader.stat(file))?.modifiedMs}`));
  return times.join('\n');
};

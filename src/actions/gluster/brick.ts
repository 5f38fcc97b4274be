// The bricks of this node: served again after their daemon died, and filled anew after their disk was replaced.
import { setTimeout as pause } from 'node:timers/promises';
import { askHeal, askPool } from '../../probes/gluster/ask.ts';
import { readOwnBricks } from '../../probes/gluster/bricks.ts';
import type { Gluster } from '../../state/gluster-node.ts';
import { emptied, idleBricks } from '../../state/gluster-plan.ts';
import { type OwnBrick, othersIn, ownUuid, type Volume } from '../../state/gluster-reading.ts';
import { ok, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { order } from './command.ts';
import { startDaemon } from './daemon.ts';
import { type Turn, untilDone } from './wait.ts';

export const serveBricks = async (
  system: System,
  cluster: Gluster,
  volume: Volume,
  note: Note,
): Promise<Result<undefined>> => {
  const filled = await fillEmptied(system, cluster, volume, note);
  const started = await startIdle(system, cluster, volume, note);
  if (filled.ok && filled.value > 0 && started.ok) await wakeHealers(system, volume);
  return filled.ok ? started : filled;
};

/** A healer that had not met the new brick yet looks again after ten minutes only. What takes longer than this goes on by itself. */
const wakeHealers = async (system: System, { name }: Volume): Promise<void> => {
  for (const end = Date.now() + 45_000; Date.now() < end; await pause(5_000)) {
    const left = await askHeal(system, name, 20_000);
    if (left.kind === 'answer' && left.value.every(({ entries }) => entries === 0)) return;
    await system.run(['gluster', '--mode=script', 'volume', 'heal', name], { timeoutMs: 60_000 });
  }
};

/** The pool is asked only where a brick needs something. */
const look = async (system: System, cluster: Gluster, needs: (brick: OwnBrick) => boolean) => {
  const bricks = await readOwnBricks(system, cluster);
  const pool = bricks.some(needs) ? await askPool(system) : undefined;
  return { pool: pool?.kind === 'answer' ? pool.value : [], bricks };
};

/** `reset-brick` tells the other bricks that this one has nothing; the self-heal daemon then copies what belongs there. */
const fillEmptied = async (system: System, cluster: Gluster, volume: Volume, note: Note): Promise<Result<number>> => {
  const seen = await look(system, cluster, ({ empty }) => empty);
  let count = 0;
  for (const { path, serial } of emptied(seen, volume)) {
    const uuid = ownUuid(seen.pool);
    const name = volume.bricks.find((brick) => brick.peer === uuid && brick.path === path)?.name;
    if (name === undefined) continue;
    await system.makeDirectory(path);
    const reset = await resetBrick(system, volume.name, name, note);
    if (!reset.ok) return reset;
    note(`brick ${path} on ${serial} is empty: it is filled from the other bricks`);
    // The daemons start by themselves, too; where one did not notice, this wakes it.
    await system.run(['gluster', '--mode=script', 'volume', 'heal', volume.name, 'full'], { timeoutMs: 60_000 });
    count += 1;
  }
  return ok(count);
};

const resetBrick = (system: System, volume: string, brick: string, note: Note): Promise<Result<undefined>> => {
  const reset = async (): Promise<Result<undefined>> => {
    const begun = await order(system, 'reset-brick', ['volume', 'reset-brick', volume, brick, 'start'], note);
    const words = ['volume', 'reset-brick', volume, brick, brick, 'commit', 'force'];
    return begun.ok ? order(system, 'reset-brick', words, note) : begun;
  };
  let restarted = false;
  return untilDone(
    async (): Promise<Turn<undefined>> => {
      const done = await reset();
      if (done.ok) return { kind: 'done', value: undefined };
      const { summary, remedy } = done.problem;
      // Seen with 11.1: a daemon that has the volume from its peers takes its own brick for another one, until it has read it from its disk.
      if (!restarted && /destination brick is new/i.test(summary)) {
        restarted = true;
        await system.run(['systemctl', 'restart', 'glusterd.service'], { timeoutMs: 120_000 });
        const started = await startDaemon(system, note);
        if (!started.ok) return { kind: 'failed', problem: started.problem };
      } else if (!/must be stopped/i.test(summary)) return { kind: 'failed', problem: done.problem };
      // As it starts, glusterd tries the empty brick once more, which ends by itself.
      return { kind: 'waiting', what: `brick ${brick}`, why: summary, remedy };
    },
    note,
    { limitMs: 60_000 },
  );
};

const startIdle = async (system: System, cluster: Gluster, volume: Volume, note: Note): Promise<Result<undefined>> => {
  // glusterd starts them itself once it has heard a peer.
  const start = Date.now();
  let forced = false;
  return untilDone(
    async (): Promise<Turn<undefined>> => {
      const seen = await look(system, cluster, ({ served }) => !served);
      const [idle] = idleBricks(seen, volume);
      if (idle === undefined) return { kind: 'done', value: undefined };
      if (!forced && (Date.now() - start > 5_000 || othersIn(seen.pool).length === 0)) {
        forced = true;
        const done = await order(
          system,
          `volume start ${volume.name} force`,
          ['volume', 'start', volume.name, 'force'],
          note,
        );
        if (!done.ok) return { kind: 'failed', problem: done.problem };
        note(`bricks of ${volume.name} are started`);
      }
      return {
        kind: 'waiting',
        what: `brick ${idle.path}`,
        why: 'no daemon serves it',
        remedy: `See /var/log/glusterfs/bricks/ and \`gluster volume status ${volume.name}\``,
      };
    },
    note,
    { limitMs: 60_000 },
  );
};

// glusterd on its disk: what it remembers is bound to its place before it starts, since a daemon without its memory is another peer.
import { askPool, isListening } from '../../probes/gluster/ask.ts';
import { daemonPath, daemonState, type Gluster } from '../../state/gluster-node.ts';
import { ownUuid } from '../../state/gluster-reading.ts';
import { daemonDropIn, renderDaemonDropIn, stateMount } from '../../state/gluster-units.ts';
import { fail, type Problem, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { isMountedAt, mountedUnits, unitFolder } from '../mount-units.ts';
import { untilDone } from './wait.ts';

const remedy = 'See `journalctl -b -u glusterd` and /var/log/glusterfs/glusterd.log';

/** What the package brings. All else is the daemon's own: one that ran before its memory was bound must not leave its identity there. */
const packaged = ['groups', 'hooks'];

/** Answers with the UUID of this node. */
export const runDaemon = async (system: System, cluster: Gluster, note: Note): Promise<Result<string>> => {
  const dropIn = `${unitFolder}/${daemonDropIn}`;
  const text = renderDaemonDropIn(cluster);
  // `systemctl enable` reads the units anew, also those of an apply that was cut off just here.
  if ((await system.readText(dropIn)) !== text) await system.writeText(dropIn, text);
  const bound = await bindState(system, note);
  return bound.ok ? startDaemon(system, note) : bound;
};

export const startDaemon = async (system: System, note: Note): Promise<Result<string>> => {
  await system.run(['systemctl', 'reset-failed', 'glusterd.service']);
  const started = await system.run(['systemctl', 'enable', '--now', 'glusterd.service'], { timeoutMs: 120_000 });
  if (started.exitCode !== 0) return fail(notStarted(started.stderr));
  return untilDone(
    async () => {
      // Asked too early, `gluster` takes 3 s to try again.
      if (!(await isListening(system)))
        return { kind: 'waiting', what: 'glusterd', why: 'it does not listen yet', remedy };
      const pool = await askPool(system);
      const uuid = pool.kind === 'answer' ? ownUuid(pool.value) : undefined;
      if (uuid === undefined)
        return {
          kind: 'waiting',
          what: 'glusterd',
          why: pool.kind === 'answer' ? 'it has no identity yet' : pool.why,
          remedy,
        };
      return { kind: 'done', value: uuid };
    },
    note,
    { limitMs: 60_000 },
  );
};

const bindState = async (system: System, note: Note): Promise<Result<undefined>> => {
  if (await isMountedAt(system, daemonPath)) return mountedUnits(system, [stateMount]);
  // It may run already, from the image, with a memory that would be covered.
  const stopped = await system.run(['systemctl', 'stop', 'glusterd.service'], { timeoutMs: 120_000 });
  if (stopped.exitCode !== 0) return fail(notStarted(stopped.stderr));
  await system.makeDirectory(daemonState, { mode: 0o755 });
  // It follows the image; what the daemon made stays as it is on the disk.
  const paths = (await system.list(daemonPath))
    .filter((name) => packaged.includes(name))
    .map((name) => `${daemonPath}/${name}`);
  if (paths.length > 0) {
    const copied = await system.run(['cp', '--archive', '--', ...paths, `${daemonState}/`], { timeoutMs: 60_000 });
    if (copied.exitCode !== 0) return fail(notCopied(copied.stderr));
  }
  const mounted = await mountedUnits(system, [stateMount]);
  if (mounted.ok) note(`${daemonPath} is kept on its disk`);
  return mounted;
};

const notStarted = (stderr: string): Problem => ({
  code: 'gluster/not-started',
  summary: `glusterd.service: ${stderr.trim().split('\n').at(-1) || 'systemd gave no reason'}`,
  remedy: 'See `journalctl -b -u glusterd` and /var/log/glusterfs/glusterd.log, then apply again',
});

const notCopied = (stderr: string): Problem => ({
  code: 'gluster/state',
  summary: `the files of the package could not be copied to ${daemonState}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
  remedy: 'Look at the disk (`dmesg`, `df`), then apply again',
});

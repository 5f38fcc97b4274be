// The OSDs of this node: started from their disks alone, made where a disk is free, refused where it is not ours to take.

import { osdDaemonStatus, osdDump } from '../../probes/ceph/answers.ts';
import { askCeph, askDaemon } from '../../probes/ceph/ask-ceph.ts';
import { readOsdDisks } from '../../probes/ceph/osd-disks.ts';
import { type KnownOsds, type OsdStep, type PlannedOsds, planOsds } from '../../state/ceph-osd-plan.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { mustRun } from './command.ts';
import type { CephContext } from './context.ts';
import { makeOsd } from './make-osd.ts';
import { osdUnit, runningOsds, startUnit } from './units.ts';
import { waitFor } from './wait.ts';

const upSeconds = 180;

const planFor = async (context: CephContext, reader: Reader, known: KnownOsds): Promise<Result<PlannedOsds>> => {
  const { server, cluster, profile, partly } = context;
  if (server === undefined) throw new Error('a node with OSDs has a secret');
  const wanted = await readOsdDisks(reader, cluster.osds ?? [], server.fsid);
  if (wanted === undefined) return fail(noDisks);
  const planned = planOsds(wanted, { wipe: profile.wipe ?? [], running: await runningOsds(reader), known, partly });
  const [problem] = planned.problems;
  return problem === undefined || partly ? ok(planned) : fail(problem);
};

const readKnown = async (reader: Reader): Promise<KnownOsds> =>
  (await askCeph(reader, osdDump, ['osd', 'dump']))?.osds.map(({ osd, uuid, up }) => ({
    id: osd,
    uuid,
    isUp: up === 1,
  }));

export const checkOsds = async (context: CephContext, reader: Reader): Promise<Result<Omit<PlannedOsds, 'steps'>>> => {
  if (!context.roles.osds) return ok({ changes: [], problems: [] });
  // Before there is a configuration nobody can be asked, and asking would wait for its whole deadline.
  const isConfigured = (await reader.stat('/etc/ceph/ceph.conf')) !== undefined;
  return planFor(context, reader, isConfigured ? await readKnown(reader) : undefined);
};

/** Those that are on their disks: they need nobody to start, and others may wait for them. One that does not start keeps none of the others. */
export const startOsds = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  if (!context.roles.osds) return ok(undefined);
  const planned = await planFor(context, system, undefined);
  if (!planned.ok) return planned;
  const steps = planned.value.steps.flatMap((step) => (step.kind === 'start' ? [step] : []));
  const started = await Promise.all(steps.map((step) => startOsd(step, system, note)));
  return started.find((one) => !one.ok) ?? ok(undefined);
};

type Start = Extract<OsdStep, { kind: 'start' }>;

/** From the label of its disk. The tool takes one disk at a time. */
const startOsd = async ({ id, uuid, path, on }: Start, system: System, note: Note): Promise<Result<undefined>> => {
  const flags = ['--no-systemd', '--no-tmpfs'] as const;
  const activated = await mustRun(
    system,
    on === 'disk'
      ? ['ceph-volume', 'raw', 'activate', ...flags, '--device', path]
      : ['ceph-volume', 'lvm', 'activate', '--bluestore', ...flags, `${id}`, uuid],
    { remedy: 'See /var/log/ceph/ceph-volume.log', timeoutMs: 300_000 },
  );
  if (!activated.ok) return activated;
  note(`osd.${id} is on ${path}`);
  return startUnit(system, osdUnit(id), note);
};

/** New ones, and then all up. Needs a quorum. */
export const applyOsds = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  if (!context.roles.osds) return ok(undefined);
  const planned = await planFor(context, system, await readKnown(system));
  if (!planned.ok) return planned;
  const made = planned.value.steps.flatMap((step) => (step.kind === 'make' ? [step] : []));
  const problems = [...planned.value.problems];
  for (const step of made) {
    const done = await makeOsd(step, context, system, note);
    if (!done.ok && !context.partly) return done;
    if (!done.ok) problems.push(done.problem);
  }
  if (made.length > 0) {
    const started = await startOsds(context, system, note);
    if (!started.ok) return started;
  }
  const up = await awaitUp(context, system, note);
  const [first] = problems;
  return up.ok && first !== undefined ? fail(first) : up;
};

/** Asked themselves: after a power cut the map may show one as up that died, until it comes back and is taken out and in. */
const awaitUp = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const planned = await planFor(context, system, undefined);
  if (!planned.ok) return planned;
  let left = planned.value.steps.flatMap((step) => (step.kind === 'make' ? [] : [step.id]));
  const up = await waitFor({ for: 'the OSDs of this node', seconds: upSeconds, note }, async () => {
    const states = await Promise.all(
      left.map(async (id) => ({ id, ...(await askDaemon(system, osdDaemonStatus, `osd.${id}`, ['status'])) })),
    );
    left = states.filter(({ state }) => state !== 'active').map(({ id }) => id);
    return left.length === 0 ? true : undefined;
  });
  return up === true ? ok(undefined) : fail(notUp(left.map((id) => `osd.${id}`)));
};

const noDisks: Problem = {
  code: 'ceph/no-disks',
  summary: 'lsblk does not answer, so nobody knows which disks there are',
  remedy: 'Look at `dmesg` and `lsblk`, put right what they name, then apply again',
};

const notUp = (left: readonly string[]): Problem => ({
  code: 'ceph/osd-not-up',
  summary: `not up after ${upSeconds} s: ${left.join(', ')}`,
  remedy: 'See `journalctl -b -u "ceph-osd@*"`, and that the other hosts are reached on ports 6800 to 7300',
  path: 'cluster.osds',
});

// What mayfly-configure.service runs at every boot: finds the profile, puts its files in place and applies it, with nobody there.
import { applyProfile } from '../actions/apply-profile.ts';
import { parseJournal } from '../actions/journal.ts';
import { runPaths } from '../actions/run-paths.ts';
import { awaitNetwork, withBootNetwork } from '../sources/boot-network.ts';
import { keepSerial } from '../sources/check-signature.ts';
import { listCheckouts } from '../sources/checkout.ts';
import { mountConfigPartition } from '../sources/config-partition.ts';
import { copyOverlays } from '../sources/copy-overlays.ts';
import { createJournalKeeper, takeUptimeBefore } from '../sources/keep-journal.ts';
import { keepLastGood } from '../sources/last-good.ts';
import { pullCheckouts } from '../sources/pull-checkouts.ts';
import { resolveProfile } from '../sources/resolve-profile.ts';
import { kernelValue } from '../state/kernel-command-line.ts';
import { type Maintenance, maintenancePath } from '../state/maintenance.ts';
import type { Problem } from '../state/problem.ts';
import { type ProfileSource, profileSourcePath } from '../state/profile-source.ts';
import { describeCheckout, parsePullState, pullStatePath } from '../state/pull-state.ts';
import { renderEvent, renderProblemLines } from '../state/render-event.ts';
import { profileDigest, renderProfile } from '../state/render-profile.ts';
import { describeTransport, type Resolution } from '../state/resolved-profile.ts';
import { judgeUptimeBefore, uptimeBeforeWords } from '../state/uptime-before.ts';
import type { System } from '../system/system.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly configure

What every boot does: finds this node's profile (kernel command line, config
partition, last good copy), copies its etc/ files and applies it, asking nobody.
Git checkouts on the config partition are pulled first, within a minute or so.
Without a profile, or with one that is not valid, nothing is touched and the
console opens in maintenance.

Exit status: 0 converged, or maintenance; 1 the apply failed; 3 it was refused.
`;

export type Resolved = Extract<Resolution, { kind: 'resolved' }>;

const statusOf = { converged: 0, failed: 1, refused: 3 } as const;

export const runConfigure: Verb = async (args, io) => {
  const parsed = parseOptions(args, { help: { type: 'boolean', short: 'h' } });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    io.err(renderProblemLines(parsed.ok ? usageProblem('configure takes no arguments') : parsed.problem));
    return 1;
  }
  if (parsed.value.values.help === true) {
    io.out(help);
    return 0;
  }
  const resolution = await findProfile(io, 'boot');
  const before = judgeUptimeBefore(parseJournal(await takeUptimeBefore(io.system)));
  if (before !== undefined) io.out(`The uptime before: ${uptimeBeforeWords(before)}\n`);
  switch (resolution.kind) {
    case 'none':
      io.err('No profile was found: this node waits in maintenance for somebody at its console.\n');
      return maintain(io, {
        version: 1,
        reason: 'no-profile',
        problems: [...resolution.tried],
        missed: [...resolution.missed],
      });
    case 'invalid':
      io.err(`THE PROFILE IS NOT VALID (${describeTransport(resolution.transport)}): nothing was applied.\n`);
      return maintain(io, {
        version: 1,
        reason: 'invalid-profile',
        transport: describeTransport(resolution.transport),
        problems: [...resolution.problems],
      });
    case 'resolved':
      return applyResolved(io, resolution);
  }
};

/** Seconds for the network: a switch may take 30 of spanning tree before it forwards; checkouts are here also without it. */
const patience = { server: 40, checkouts: 15, later: 1 } as const;

/** Mounts the config partition, pulls its checkouts where they are what counts, and asks the sources. */
export const findProfile = async ({ system, out }: CliIo, moment: 'boot' | 'later'): Promise<Resolution> => {
  // Without one, or with two, it is the resolution that says so, together with whatever else was tried.
  await mountConfigPartition(system);
  const named = kernelValue((await system.readText('/proc/cmdline')) ?? '', 'mayfly.profile');
  const pulls = named === undefined && (await listCheckouts(system)).length > 0;
  const ask = async (): Promise<Resolution> => {
    if (pulls) for (const checkout of await pullCheckouts(system, Date.now())) out(`${describeCheckout(checkout)}\n`);
    return resolveProfile(system);
  };
  if (!pulls && named?.startsWith('http') !== true) return ask();
  if (moment === 'boot') return withBootNetwork(system, pulls ? patience.checkouts : patience.server, ask);
  await awaitNetwork(system, patience.later);
  return ask();
};

const maintain = async ({ system, err }: CliIo, maintenance: Maintenance): Promise<number> => {
  sayAll(err, maintenance.problems);
  await system.writeText(maintenancePath, `${JSON.stringify(maintenance, null, 2)}\n`);
  return 0;
};

/** Puts its files in place and brings the node to it, with nobody there. Answers the exit status. */
export const applyResolved = async (io: CliIo, resolved: Resolved): Promise<number> => {
  const { system } = io;
  const { profile, transport, overlays } = resolved;
  io.out(`Profile: ${describeTransport(transport)}, revision ${transport.revision ?? 'unknown'}\n`);
  sayAll(io.err, resolved.warnings);

  const copied = await copyOverlays(system, overlays);
  if (copied.count > 0) io.out(`Copied ${copied.count} file(s) to /etc\n`);
  sayAll(io.err, copied.problems);

  await putInForce(system, resolved);
  if (resolved.signed !== undefined) {
    const kept = await keepSerial(system, resolved.signed);
    if (!kept.ok) io.err(`Its serial number is kept for this uptime only: ${kept.problem.summary}\n`);
  }
  const { outcome } = await applyProfile(system, profile, {
    attended: false,
    goOn: true,
    resume: true,
    keep: createJournalKeeper(system),
    onEvent: (event) => io.out(renderEvent(event)),
  });
  if (outcome === 'converged') await keepCopy(io, resolved);
  // One that was refused, since another apply was under way, is not done with.
  if (outcome !== 'refused') await system.writeText(sourcedPath, `${await editionOf(system, resolved)}\n`);
  return statusOf[outcome];
};

/** Of what the sources last gave and was applied: what somebody applied by hand since is not undone by a pull that finds nothing new. */
export const sourcedPath = '/run/mayfly/sourced';

export const editionOf = async (system: System, { profile, transport, signed }: Resolved): Promise<string> => {
  const pulled = parsePullState(await system.readText(pullStatePath))?.checkouts ?? [];
  return [
    transport.kind,
    profileDigest(profile),
    transport.revision ?? 'n/a',
    signed?.serial ?? 'unsigned',
    ...pulled.map(({ layer, revision }) => `${layer}:${revision ?? 'n/a'}`),
  ].join(' ');
};

const putInForce = async (system: System, { profile, transport, stale, missed }: Resolved): Promise<void> => {
  const { ageMs } = stale ?? {};
  const source: ProfileSource = {
    version: 1,
    transport: describeTransport(transport),
    ...(transport.revision === undefined ? {} : { revision: transport.revision }),
    persisted: true,
    ...(stale === undefined ? {} : { stale: ageMs === undefined ? {} : { keptAtMs: Date.now() - ageMs } }),
    ...(missed.length === 0 ? {} : { missed: [...missed] }),
  };
  await system.remove(maintenancePath);
  await system.writeText(runPaths.profile, renderProfile(profile), { mode: 0o600 });
  await system.writeText(profileSourcePath, `${JSON.stringify(source)}\n`);
};

/** Only of what may be gone at the next boot, and only where there is a config partition that takes it. */
const keepCopy = async (io: CliIo, resolved: Resolved): Promise<void> => {
  const { transport } = resolved;
  if (transport.kind !== 'kernel-url' && transport.kind !== 'kernel-file') return;
  const kept = await keepLastGood(io.system, resolved, Date.now());
  if (!kept.ok) io.out(`No last good copy was kept: ${kept.problem.summary}\n`);
};

const sayAll = (say: CliIo['err'], problems: readonly Problem[]): void => {
  for (const problem of problems) say(renderProblemLines(problem));
};

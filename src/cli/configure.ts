// What mayfly-configure.service runs at every boot: finds the profile, puts its files in place and applies it, with nobody there.
import { applyProfile } from '../actions/apply-profile.ts';
import { runPaths } from '../actions/run-paths.ts';
import { mountConfigPartition } from '../sources/config-partition.ts';
import { copyOverlays } from '../sources/copy-overlays.ts';
import { keepLastGood } from '../sources/last-good.ts';
import { resolveProfile } from '../sources/resolve-profile.ts';
import { type Maintenance, maintenancePath } from '../state/maintenance.ts';
import type { Problem } from '../state/problem.ts';
import { type ProfileSource, profileSourcePath } from '../state/profile-source.ts';
import { renderEvent, renderProblemLines } from '../state/render-event.ts';
import { renderProfile } from '../state/render-profile.ts';
import { describeTransport, type Resolution } from '../state/resolved-profile.ts';
import type { System } from '../system/system.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly configure

What every boot does: finds this node's profile (kernel command line, config
partition, last good copy), copies its etc/ files and applies it, asking nobody.
Without a profile, or with one that is not valid, nothing is touched and the
console opens in maintenance.

Exit status: 0 converged, or maintenance; 1 the apply failed; 3 it was refused.
`;

type Resolved = Extract<Resolution, { kind: 'resolved' }>;

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
  // Without one, or with two, it is the resolution that says so, together with whatever else was tried.
  await mountConfigPartition(io.system);
  const resolution = await resolveProfile(io.system);
  switch (resolution.kind) {
    case 'none':
      io.err('No profile was found: this node waits in maintenance for somebody at its console.\n');
      return maintain(io, { version: 1, reason: 'no-profile', problems: [...resolution.tried] });
    case 'invalid':
      io.err(`THE PROFILE IS NOT VALID (${describeTransport(resolution.transport)}): nothing was applied.\n`);
      return maintain(io, {
        version: 1,
        reason: 'invalid-profile',
        transport: describeTransport(resolution.transport),
        problems: [...resolution.problems],
      });
    case 'resolved':
      return configure(io, resolution);
  }
};

const maintain = async ({ system, err }: CliIo, maintenance: Maintenance): Promise<number> => {
  sayAll(err, maintenance.problems);
  await system.writeText(maintenancePath, `${JSON.stringify(maintenance, null, 2)}\n`);
  return 0;
};

const configure = async (io: CliIo, resolved: Resolved): Promise<number> => {
  const { system } = io;
  const { profile, transport, overlays } = resolved;
  io.out(`Profile: ${describeTransport(transport)}, revision ${transport.revision ?? 'unknown'}\n`);
  sayAll(io.err, resolved.warnings);

  const copied = await copyOverlays(system, overlays);
  if (copied.count > 0) io.out(`Copied ${copied.count} file(s) to /etc\n`);
  sayAll(io.err, copied.problems);

  await putInForce(system, resolved);
  const { outcome } = await applyProfile(system, profile, {
    attended: false,
    resume: true,
    onEvent: (event) => io.out(renderEvent(event)),
  });
  if (outcome === 'converged') await keepCopy(io, resolved);
  return statusOf[outcome];
};

const putInForce = async (system: System, { profile, transport }: Resolved): Promise<void> => {
  const source: ProfileSource = {
    version: 1,
    transport: describeTransport(transport),
    ...(transport.revision === undefined ? {} : { revision: transport.revision }),
    persisted: true,
  };
  await system.remove(maintenancePath);
  await system.writeText(runPaths.profile, renderProfile(profile), { mode: 0o600 });
  await system.writeText(profileSourcePath, `${JSON.stringify(source)}\n`);
};

/** Only of what may be gone at the next boot, and only where there is a config partition that takes it. */
const keepCopy = async (io: CliIo, { profile, transport }: Resolved): Promise<void> => {
  if (transport.kind !== 'kernel-url' && transport.kind !== 'kernel-file') return;
  const kept = await keepLastGood(io.system, profile, transport, Date.now());
  if (!kept.ok) io.out(`No last good copy was kept: ${kept.problem.summary}\n`);
};

const sayAll = (say: CliIo['err'], problems: readonly Problem[]): void => {
  for (const problem of problems) say(renderProblemLines(problem));
};

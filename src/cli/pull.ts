// `mayfly pull`: asks the sources again, as its timer does, and applies what is new; what is in force stays when there is nothing better.
import type { Problem } from '../state/problem.ts';
import { type PullState, parsePullState, pullStatePath } from '../state/pull-state.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { describeTransport, type Resolution, transportKinds } from '../state/resolved-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { applyResolved, editionOf, findProfile, sourcedPath } from './configure.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly pull

Asks this node's sources again: pulls the git checkouts on the config partition,
or fetches the profile that the kernel command line names. What is new is applied,
asking nobody. A source that is gone, or has nothing valid, changes nothing.
\`pull.every\` in the profile has systemd do this on a timer.

Exit status: 0 nothing new, or converged; 1 the apply failed, or the sources have
nothing valid; 3 it was refused.
`;

export const runPull: Verb = async (args, io) => {
  const parsed = parseOptions(args, { help: { type: 'boolean', short: 'h' } });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    io.err(renderProblemLines(parsed.ok ? usageProblem('pull takes no arguments') : parsed.problem));
    return 1;
  }
  if (parsed.value.values.help === true) {
    io.out(help);
    return 0;
  }
  const resolution = await findProfile(io, 'later');
  const before = (await io.system.readText(sourcedPath))?.trim();
  const unfit = whyUnfit(resolution, before);
  await note(io, unfit === undefined ? undefined : (problemsIn(resolution)[0] ?? sourceGone));
  if (resolution.kind !== 'resolved' || unfit !== undefined) {
    io.err(`Nothing changes: ${unfit ?? 'there is no profile'}.\n`);
    for (const problem of problemsIn(resolution)) io.err(renderProblemLines(problem));
    return 1;
  }
  if (before === (await editionOf(io.system, resolution))) {
    for (const problem of resolution.warnings) io.err(renderProblemLines(problem));
    io.out(`Nothing new: ${describeTransport(resolution.transport)}.\n`);
    return 0;
  }
  return applyResolved(io, resolution);
};

/** What is second choice is for a boot with nothing in force, not for a node that works: a copy, or a source after the one that does not answer. */
const whyUnfit = (resolution: Resolution, before: string | undefined): string | undefined => {
  switch (resolution.kind) {
    case 'none':
      return 'no source has a profile';
    case 'invalid':
      return `the profile is not valid (${describeTransport(resolution.transport)})`;
    case 'resolved': {
      const was = transportKinds.find((kind) => kind === before?.split(' ')[0]);
      const isLater =
        was !== undefined && transportKinds.indexOf(resolution.transport.kind) > transportKinds.indexOf(was);
      return isLater || resolution.stale !== undefined
        ? `the source that this node has its profile from does not answer, and there is only ${describeTransport(resolution.transport)}`
        : undefined;
    }
  }
};

const problemsIn = (resolution: Resolution): readonly Problem[] => {
  switch (resolution.kind) {
    case 'resolved':
      return resolution.warnings;
    case 'none':
      return resolution.tried;
    case 'invalid':
      return resolution.problems;
  }
};

const sourceGone: Problem = {
  code: 'sources/gone',
  summary: 'the source that this node has its profile from offers none any more',
  remedy: 'Put it back, or restart mayfly-configure to take what the other sources have',
};

const note = async ({ system }: CliIo, problem: Problem | undefined): Promise<void> => {
  const before = parsePullState(await system.readText(pullStatePath));
  const { code, summary, remedy } = problem ?? {};
  const state: PullState = {
    version: 1,
    atMs: Date.now(),
    checkouts: before?.checkouts ?? [],
    ...(code === undefined || summary === undefined || remedy === undefined
      ? {}
      : { problem: { code, summary, remedy } }),
  };
  await system.writeText(pullStatePath, `${JSON.stringify(state)}\n`);
};

// `mayfly plan`: what an apply would change, without changing anything.
import { planApply } from '../actions/plan-apply.ts';
import { changesOf, problemsOf } from '../state/plan.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { renderPlan } from '../state/render-plan.ts';
import { chooseProfile } from './choose-profile.ts';
import type { Verb } from './cli-io.ts';
import { noteDrift } from './note-drift.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly plan [--profile F|-] [--json] [--note]

Shows what \`mayfly apply\` would change on this node, as existing -> new.

  --profile F   the profile to plan for; - reads it from standard input.
                Without it: the one in force, else what the sources offer.
  --json        the plan as JSON, version 1 (docs/apply.md)
  --note        of the profile in force, and nothing but a note of what differs,
                for \`mayfly status\` and the dashboard; what its timer runs

Exit status: 0 nothing to do, 2 changes, 1 error or a step that is blocked.
`;

export const runPlan: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    profile: { type: 'string' },
    json: { type: 'boolean' },
    note: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    io.err(renderProblemLines(parsed.ok ? usageProblem('plan takes no arguments of its own') : parsed.problem));
    return 1;
  }
  const { values } = parsed.value;
  if (values.help === true) {
    io.out(help);
    return 0;
  }
  if (values.note === true) return noteDrift(io);
  const profile = await chooseProfile(io, values.profile);
  if (!profile.ok) {
    for (const problem of profile.problem) io.err(renderProblemLines(problem));
    return 1;
  }
  const plan = await planApply(profile.value, io.system);
  io.out(values.json === true ? `${JSON.stringify(plan)}\n` : renderPlan(plan));
  if (problemsOf(plan).length > 0) return 1;
  return changesOf(plan).length > 0 ? 2 : 0;
};

// `mayfly apply`: brings this node to its profile; what a person, a script and mayfly-apply.service run alike.
import { applyProfile } from '../actions/apply-profile.ts';
import { confirmNetwork, isProvisional } from '../actions/network-provisional.ts';
import { planApply } from '../actions/plan-apply.ts';
import { runPaths } from '../actions/run-paths.ts';
import { undoApply } from '../actions/undo-apply.ts';
import { createJournalKeeper } from '../sources/keep-journal.ts';
import { type JournalEvent, planSchema } from '../state/journal-event.ts';
import { changesOf, type Plan, problemsOf } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderEvent, renderProblemLines } from '../state/render-event.ts';
import { renderPlan } from '../state/render-plan.ts';
import { profileDigest } from '../state/render-profile.ts';
import { askYes } from './ask.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';
import { untilAskedToStop } from './stop-signal.ts';

const help = `Usage: mayfly apply [--profile F|-] [--yes] [--json] [--resume]
       mayfly apply --undo [--json]

Brings this node to its profile, step by step. SIGTERM means: stop after this
step. On a terminal it shows the plan and asks once.

  --profile F   the profile to apply; - reads it from standard input.
                Without it: the one in force, else what the sources offer.
  --yes         do not ask; a network change then stands on its evidence alone,
                but for an apply that somebody reviewed at a console
  --resume      go on with the apply that was interrupted, with its profile
  --undo        take back what an apply did that stopped half-way, newest step
                first; what has no way back stays, and is named
  --json        one event a line as JSON (docs/apply.md)

Exit status: 0 converged or taken back, 1 failed, 3 refused.
`;

const statusOf = { converged: 0, failed: 1, refused: 3 } as const;

export const runApply: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    profile: { type: 'string' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
    resume: { type: 'boolean' },
    undo: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    io.err(renderProblemLines(parsed.ok ? usageProblem('apply takes no arguments of its own') : parsed.problem));
    return 1;
  }
  const { yes = false, json = false, resume = false, help: wantsHelp = false, profile: named } = parsed.value.values;
  if (wantsHelp) {
    io.out(help);
    return 0;
  }
  if (parsed.value.values.undo === true)
    return resume || yes || named !== undefined
      ? refuse(io, usageProblem('--undo stands alone, or with --json'))
      : takeBack(io, json);
  if (resume && named === undefined && (await io.system.stat(runPaths.applying)) === undefined)
    return refuse(io, nothingToResume);
  const chosen = await chooseProfile(io, named ?? (resume ? runPaths.applying : undefined));
  if (!chosen.ok) {
    for (const problem of chosen.problem) io.err(renderProblemLines(problem));
    return 1;
  }

  const asked = named === runPaths.pending ? await readPendingPlan(io) : undefined;
  let reviewed = asked;
  // Somebody said yes to an interrupted apply when it began.
  if (!yes && !resume) {
    const plan = await planApply(chosen.value, io.system);
    if (!json) io.out(renderPlan(plan));
    if (problemsOf(plan).length === 0 && changesOf(plan).length > 0) {
      if (!io.interactive || json) return refuse(io, needsYes(changesOf(plan).length));
      if (!(await askYes('Apply this? [y/N] '))) return refuse(io, declined);
    }
    reviewed = plan;
  }

  const onTerminal = io.interactive && !yes && !json;
  // Whoever reviewed the plan at a console is there to confirm: it shows what is provisional and the keys for it.
  const attended = onTerminal || asked !== undefined;
  const stop = untilAskedToStop();
  const confirmation = onTerminal ? confirmOnTerminal(io) : undefined;
  try {
    const { outcome } = await applyProfile(io.system, chosen.value, {
      attended,
      resume,
      keep: createJournalKeeper(io.system),
      stop: stop.signal,
      ...(reviewed === undefined ? {} : { reviewed }),
      consented: resume ? await consentOf(io, chosen.value) : (asked?.consented ?? []),
      onEvent: (event) => {
        io.out(json ? `${JSON.stringify(event)}\n` : renderEvent(event));
        confirmation?.afterEvent(event);
      },
    });
    return statusOf[outcome];
  } finally {
    confirmation?.end();
    stop.end();
  }
};

const takeBack = async (io: CliIo, json: boolean): Promise<number> => {
  const undone = await undoApply(io.system, {
    onEvent: (event) => io.out(json ? `${JSON.stringify(event)}\n` : renderEvent(event)),
  });
  if (undone.ok) return statusOf.converged;
  io.err(renderProblemLines(undone.problem));
  return /^apply\/(locked|nothing-to-undo|converged)$/.test(undone.problem.code) ? statusOf.refused : statusOf.failed;
};

/** Asks once, when the network has become provisional. Nobody answering is an answer: systemd's timer takes the change back. */
const confirmOnTerminal = (io: CliIo) => {
  const ended = new AbortController();
  let state: 'waiting' | 'asked' = 'waiting';
  const ask = async (): Promise<void> => {
    if (state === 'asked' || !(await isProvisional(io.system))) return;
    state = 'asked';
    if (!(await askYes('The network works. Keep the new settings? [y/N] ', ended.signal))) return;
    const kept = await confirmNetwork(io.system);
    if (!kept.ok) io.err(renderProblemLines(kept.problem));
  };
  return {
    afterEvent: (event: JournalEvent): void => {
      if (!('step' in event) || event.step !== 'network') return;
      if (event.event === 'output') ask().catch((error: unknown) => io.err(`${error}\n`));
      else if (event.event !== 'started') ended.abort();
    },
    end: (): void => ended.abort(),
  };
};

const readPendingPlan = async (io: CliIo): Promise<Plan | undefined> => {
  const text = await io.system.readText(runPaths.pendingPlan);
  // Ours, written whole or not at all: anything else is a bug and throws.
  return text === undefined ? undefined : planSchema.parse(JSON.parse(text));
};

/** Who agreed at the review of the apply that was interrupted agreed to all of it. */
const consentOf = async (io: CliIo, profile: Profile): Promise<readonly string[]> => {
  const plan = await readPendingPlan(io);
  return plan?.profileDigest === profileDigest(profile) ? (plan.consented ?? []) : [];
};

const refuse = (io: CliIo, problem: Problem): number => {
  io.err(renderProblemLines(problem));
  return statusOf.refused;
};

const needsYes = (changes: number): Problem => ({
  code: 'apply/needs-yes',
  summary: `${changes} ${changes === 1 ? 'change needs' : 'changes need'} somebody’s yes, and nobody is at a terminal here`,
  remedy: 'Review `mayfly plan`, then run `mayfly apply --yes`',
});

const declined: Problem = {
  code: 'apply/declined',
  summary: 'not applied, as answered; nothing was changed',
  remedy: 'Correct the profile, or apply again when it is right',
};

const nothingToResume: Problem = {
  code: 'apply/nothing-to-resume',
  summary: 'no apply was interrupted since this node started',
  remedy: 'Run `mayfly apply`',
};

// An attended network change stays only if somebody says so within 90 s. The timer is systemd's: it fires though the apply and every terminal are gone.
import { setTimeout as pause } from 'node:timers/promises';
import { readUptime } from '../probes/uptime.ts';
import { type Evidence, type Provisional, provisionalPath } from '../state/network-trial.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { isUnsettled, settleFiles } from './kept-files.ts';
import { missingIn } from './network-evidence.ts';
import { returnNetwork } from './network-return.ts';
import { readEvidence, readReturned, tellEvidence, tellReturning } from './network-trial.ts';
import { runPaths } from './run-paths.ts';

const confirmSeconds = 90;
const lookEveryMs = 2_000;
const unit = 'mayfly-network-revert';

export type Trial = {
  /** Link by link, in words. */
  readonly settings: readonly string[];
  /** Looks for all of the evidence, now. */
  readonly look: () => Promise<readonly Evidence[]>;
};

/** Resolves when somebody ran `mayfly network confirm`; a problem when nobody did in time, or somebody wanted the old settings back. */
export const awaitConfirmation = async (system: System, trial: Trial, note: Note): Promise<Result<undefined>> => {
  const untilMs = performance.now() + confirmSeconds * 1000;
  const untilUptime = ((await readUptime(system)) ?? 0) + confirmSeconds;
  const armed = await system.run([
    'systemd-run',
    `--unit=${unit}`,
    '--collect',
    `--on-active=${confirmSeconds}s`,
    '--timer-property=AccuracySec=1s',
    '/usr/bin/mayfly',
    'network',
    'revert',
    '--unconfirmed',
  ]);
  if (armed.exitCode !== 0)
    return fail({
      code: 'network/no-timer',
      summary: `systemd did not set the timer that would take the change back: ${armed.stderr.trim()}`,
      remedy: 'Apply with --yes to accept the evidence alone',
    });
  await tellEvidence(system, await trial.look());
  // After the timer: whoever sees that the change is provisional can rely on its end.
  const provisional: Provisional = { version: 1, untilUptime, settings: [...trial.settings] };
  await system.writeText(provisionalPath, `${JSON.stringify(provisional)}\n`);
  note(
    `provisional for ${confirmSeconds} s: keep it with \`mayfly network confirm\`, or with the key that the console shows`,
  );
  await awaitEnd(system, trial, untilMs);
  if (!(await isProvisional(system)) && !(await isUnsettled(system, 'network')))
    return (await wasReverted(system)) ? fail((await readReturned(system))?.why ?? notConfirmed) : ok(undefined);
  await disarmRevert(system);
  return fail(notConfirmed);
};

/** Tells the evidence again and again until the trial ends. A little longer than the timer: where systemd does its work, this only sees that it was done. */
const awaitEnd = async (system: System, { look }: Trial, untilMs: number): Promise<void> => {
  let lookAtMs = performance.now() + lookEveryMs;
  while (performance.now() < untilMs + 3_000 && (await isProvisional(system))) {
    if (performance.now() >= lookAtMs && performance.now() < untilMs) {
      const seen = await look();
      // One lost ping is no evidence of anything.
      await tellEvidence(system, missingIn(seen) === undefined ? seen : await look());
      lookAtMs = performance.now() + lookEveryMs;
    }
    await pause(200);
  }
};

/** True from the moment that the evidence holds until somebody confirms or the change is taken back. */
export const isProvisional = async (reader: Reader): Promise<boolean> =>
  (await reader.stat(provisionalPath)) !== undefined;

/** Keeps a provisional change; not while evidence is missing, for then it would not stay. */
export const confirmNetwork = async (system: System): Promise<Result<undefined>> => {
  if (!(await isProvisional(system))) return fail(nothingProvisional);
  const missing = missingIn(await readEvidence(system));
  if (missing !== undefined)
    return fail({
      code: 'network/evidence-missing',
      summary: `not kept yet: ${missing.summary}`,
      remedy: `${missing.remedy}; then confirm again while there is time`,
    });
  await settleFiles(system, 'network');
  await disarmRevert(system);
  return ok(undefined);
};

/** Takes the last network change back, provisional or not, and checks that the old settings are there. */
export const revertNetwork = async (system: System, by: 'somebody' | 'timer'): Promise<Result<undefined>> => {
  const kept = await system.list(`${runPaths.undo}/network`);
  if (!kept.includes('open.json') && !kept.includes('settled.json')) return fail(nothingProvisional);
  await tellReturning(system, by === 'timer' ? notConfirmed : takenBack);
  const returned = await returnNetwork(system);
  await disarmRevert(system);
  return returned;
};

const wasReverted = async (system: System): Promise<boolean> =>
  !(await system.list(`${runPaths.undo}/network`)).includes('settled.json');

/** Stops a timer, also one that an interrupted apply left: it must not take a later change back. */
export const disarmRevert = async (system: System): Promise<void> => {
  await system.remove(provisionalPath);
  // Fails where the timer has fired or never was: nothing is left to stop then.
  await system.run(['systemctl', 'stop', `${unit}.timer`]);
};

const notConfirmed: Problem = {
  code: 'network/not-confirmed',
  summary: `nobody confirmed the new network settings within ${confirmSeconds} s`,
  remedy: 'Apply again and run `mayfly network confirm`, or press the key that the console shows',
};

const takenBack: Problem = {
  code: 'network/taken-back',
  summary: 'somebody took the new network settings back',
  remedy: 'Correct the network in the profile and apply again',
};

const nothingProvisional: Problem = {
  code: 'network/nothing-provisional',
  summary: 'there is no network change to confirm or to revert',
  remedy: 'See `mayfly plan` for what differs from the profile',
};

// An attended network change stays only if somebody says so within 90 s. The timer is systemd's: it fires though the apply and every terminal are gone.
import { setTimeout as pause } from 'node:timers/promises';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { isUnsettled, settleFiles } from './kept-files.ts';
import { returnNetwork } from './network-return.ts';
import { runPaths } from './run-paths.ts';

const confirmSeconds = 90;
const unit = 'mayfly-network-revert';
const provisionalPath = `${runPaths.directory}/network-provisional`;

/** Resolves when somebody ran `mayfly network confirm`; a problem when nobody did in time. */
export const awaitConfirmation = async (system: System, note: Note): Promise<Result<undefined>> => {
  const until = Date.now() + confirmSeconds * 1000;
  const armed = await system.run([
    'systemd-run',
    `--unit=${unit}`,
    '--collect',
    `--on-active=${confirmSeconds}s`,
    '--timer-property=AccuracySec=1s',
    '/usr/bin/mayfly',
    'network',
    'revert',
  ]);
  if (armed.exitCode !== 0)
    return fail({
      code: 'network/no-timer',
      summary: `systemd did not set the timer that would take the change back: ${armed.stderr.trim()}`,
      remedy: 'Apply with --yes to accept the evidence alone',
    });
  // After the timer: whoever sees that the change is provisional can rely on its end.
  await system.writeText(provisionalPath, `${until}\n`);
  note(`provisional for ${confirmSeconds} s: keep it with \`mayfly network confirm\``);
  // A little longer than the timer: where systemd does its work, this only sees that it was done.
  while (Date.now() < until + 3_000) {
    if ((await system.stat(provisionalPath)) === undefined) break;
    await pause(200);
  }
  if ((await system.stat(provisionalPath)) === undefined && !(await isUnsettled(system, 'network')))
    return (await wasReverted(system)) ? fail(notConfirmed) : ok(undefined);
  await disarmRevert(system);
  return fail(notConfirmed);
};

/** True from the moment that the evidence holds until somebody confirms or the change is taken back. */
export const isProvisional = async (reader: Reader): Promise<boolean> =>
  (await reader.stat(provisionalPath)) !== undefined;

/** Keeps a provisional change. */
export const confirmNetwork = async (system: System): Promise<Result<undefined>> => {
  if ((await system.stat(provisionalPath)) === undefined) return fail(nothingProvisional);
  await settleFiles(system, 'network');
  await disarmRevert(system);
  return ok(undefined);
};

/** Takes the last network change back, provisional or not, and checks that the old settings are there. */
export const revertNetwork = async (system: System): Promise<Result<undefined>> => {
  const kept = await system.list(`${runPaths.undo}/network`);
  if (!kept.includes('open.json') && !kept.includes('settled.json')) return fail(nothingProvisional);
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

const nothingProvisional: Problem = {
  code: 'network/nothing-provisional',
  summary: 'there is no network change to confirm or to revert',
  remedy: 'See `mayfly plan` for what differs from the profile',
};

// Config packages that are containers: their image brought and checked, a unit of their own below /run, and both away again with the package.
import { setTimeout as pause } from 'node:timers/promises';
import { type Change, change } from '../state/change.ts';
import { containerOfUnit, containerUnit, digestIn, renderContainerUnit } from '../state/container-unit.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import { dropImage, lastWords } from './container-image.ts';
import { unitFolder } from './mount-units.ts';
import type { ConfigPackage } from './package-source.ts';

/** Long enough for a program that refuses its configuration to have ended. */
const settledMs = 2_000;

const unitPath = (name: string): string => `${unitFolder}/${containerUnit(name)}`;

/** What its image is known by in the profile. */
export const containerEdition = ({ source, sha256 }: ConfigPackage): string | undefined => sha256 ?? digestIn(source);

/** Before anything else is looked at: what is not there cannot be converged. */
export const withoutPodman = async (reader: Reader): Promise<Problem | undefined> =>
  (await reader.stat('/usr/bin/podman')) === undefined ? noPodman : undefined;

/** What is not as it should be of one whose image was brought in this uptime; podman itself is not asked, since it writes when it looks. */
export const containerDrift = async (
  reader: Reader,
  item: ConfigPackage,
  image: string,
): Promise<Change | undefined> => {
  const subject = `package ${item.name}`;
  const text = await reader.readText(unitPath(item.name));
  if (text !== renderContainerUnit(item, image))
    return change(
      'update',
      subject,
      text === undefined ? 'no unit' : 'unit with other settings',
      'unit as its settings say',
    );
  const state = await activeState(reader, item.name);
  return state === 'active' ? undefined : change('run', subject, state, 'running');
};

/** One that does not come up gives way to the unit that was there before. */
export const startContainer = async (
  system: System,
  item: ConfigPackage,
  image: string,
): Promise<Result<undefined>> => {
  const path = unitPath(item.name);
  const before = await system.readText(path);
  await system.writeText(path, renderContainerUnit(item, image));
  const problem = await restart(system, item);
  if (problem === undefined) return ok(undefined);
  await system.run(['systemctl', 'stop', containerUnit(item.name)], { timeoutMs: 90_000 });
  if (before === undefined) {
    await forgetUnit(system, item.name);
    return fail(problem);
  }
  await system.writeText(path, before);
  const worse = await restart(system, item);
  const back = worse === undefined ? 'the one before runs again' : 'nor does the one before';
  return fail({ ...problem, summary: `${problem.summary}; ${back}` });
};

/** Containers of ours that the profile does not have, or not as containers. */
export const leftContainers = async (reader: Reader, { packages = [] }: Profile): Promise<readonly string[]> =>
  (await reader.list(unitFolder))
    .flatMap((unit) => containerOfUnit(unit) ?? [])
    .filter((name) => !packages.some((item) => item.kind === 'container' && item.name === name));

export const removeContainer = async (system: System, name: string): Promise<Result<undefined>> => {
  const image = / ([0-9a-f]{64})$/m.exec((await system.readText(unitPath(name))) ?? '')?.[1];
  const stopped = await system.run(['systemctl', 'stop', containerUnit(name)], { timeoutMs: 90_000 });
  if (stopped.exitCode !== 0)
    return fail({
      code: 'packages/not-stopped',
      summary: `the container ${name} cannot be stopped: ${lastWords(stopped)}`,
      remedy: `Look at \`systemctl status ${containerUnit(name)}\`, then apply again`,
    });
  await forgetUnit(system, name);
  if (image !== undefined) await dropImage(system, image);
  return ok(undefined);
};

const forgetUnit = async (system: System, name: string): Promise<void> => {
  await system.remove(unitPath(name));
  await system.run(['systemctl', 'daemon-reload']);
  await system.run(['systemctl', 'reset-failed', containerUnit(name)]);
};

const restart = async (system: System, item: ConfigPackage): Promise<Problem | undefined> => {
  await system.run(['systemctl', 'daemon-reload']);
  const unit = containerUnit(item.name);
  const started = await system.run(['systemctl', 'restart', unit], { timeoutMs: 240_000 });
  // podman has reported that it runs; whether what is in it stays is seen a moment later.
  if (started.exitCode === 0) await pause(settledMs);
  if (started.exitCode === 0 && (await activeState(system, item.name)) === 'active') return undefined;
  const journal = await system.query(['journalctl', '--boot', '--unit', unit, '--lines', '30', '--output', 'cat'], {
    timeoutMs: 10_000,
  });
  const said = journal.stdout
    .split('\n')
    .filter((line) => /^Error|error|cannot|not found/i.test(line))
    .at(-1);
  return {
    code: 'packages/container',
    summary: `${item.name} does not stay up as a container${said === undefined ? '' : `: ${said.trim().slice(0, 300)}`}`,
    remedy: `What it said is in \`journalctl -u ${unit}\`; correct image or settings, then apply again`,
  };
};

const activeState = async (reader: Reader, name: string): Promise<string> =>
  (await reader.query(['systemctl', 'show', '--property=ActiveState', '--value', containerUnit(name)])).stdout.trim();

const noPodman: Problem = {
  code: 'packages/no-podman',
  summary: 'podman is not in this image, and containers need it',
  remedy: 'Build the image with `--with podman`, or take the container out of the profile',
};

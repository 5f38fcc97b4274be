// The image of a container: pulled by its digest or loaded from an archive that was checked, by podman, within deadlines.
import { loadedImage, pullSeconds } from '../state/container-unit.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { CommandResult, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { bringSource, type ConfigPackage } from './package-source.ts';

/** Answers the id of its image, which is on the node now. */
export const bringImage = async (system: System, item: ConfigPackage, note: Note): Promise<Result<string>> => {
  await useFittingStorage(system, note);
  const reference = item.sha256 === undefined ? await pull(system, item) : await load(system, item);
  if (!reference.ok) return reference;
  const asked = await system.run(['podman', 'image', 'inspect', '--format', '{{.Id}}', reference.value]);
  const id = /^[0-9a-f]{64}$/.exec(asked.stdout.trim())?.[0];
  return id === undefined ? fail(podmanFailed(item, 'its image cannot be read', asked)) : ok(id);
};

/** It takes memory; where another container runs from it, podman refuses, and it stays. */
export const dropImage = async (system: System, image: string): Promise<void> => {
  await system.run(['podman', 'rmi', image], { timeoutMs: 60_000 });
};

/** podman tries three times more by itself; the deadline is for all of it. */
const pull = async (system: System, item: ConfigPackage): Promise<Result<string>> => {
  const seconds = pullSeconds(item);
  const ran = await system.run(
    [
      'timeout',
      '--kill-after=10',
      `${seconds}`,
      'podman',
      'pull',
      '--quiet',
      '--retry=3',
      '--retry-delay=5s',
      item.source,
    ],
    { timeoutMs: (seconds + 30) * 1000 },
  );
  return ran.exitCode === 0 ? ok(item.source) : fail(podmanFailed(item, `${item.source} cannot be pulled`, ran));
};

const load = async (system: System, item: ConfigPackage): Promise<Result<string>> => {
  const brought = await bringSource(system, item);
  if (!brought.ok) return brought;
  const seconds = pullSeconds(item);
  const ran = await system.run(
    ['timeout', '--kill-after=10', `${seconds}`, 'podman', 'load', '--quiet', '--input', brought.value],
    { timeoutMs: (seconds + 30) * 1000 },
  );
  // In RAM twice otherwise.
  await system.remove(brought.value);
  if (ran.exitCode !== 0) return fail(podmanFailed(item, `${item.source} cannot be loaded`, ran));
  const image = loadedImage(ran.stdout);
  return image === undefined
    ? fail(podmanFailed(item, `${item.source} holds not exactly one image`, { ...ran, stderr: ran.stdout }))
    : ok(image);
};

/** An overlay cannot lie on another one: on the fallback root podman is told to copy, in the file that it reads itself, so that a shell sees the same. */
const useFittingStorage = async (system: System, note: Note): Promise<void> => {
  const path = '/etc/containers/storage.conf';
  if ((await system.stat(path)) !== undefined) return;
  await system.makeDirectory('/var/lib/containers');
  const { stdout } = await system.query(['stat', '--file-system', '--format=%T', '/var/lib/containers']);
  if (stdout.trim() !== 'overlayfs') return;
  note('podman copies its images here (vfs): its storage lies on an overlay');
  await system.writeText(
    path,
    '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n',
  );
};

export const lastWords = ({ stderr, exitCode }: CommandResult): string =>
  exitCode === 124 ? 'no end in time' : stderr.trim().split('\n').at(-1)?.slice(0, 300) || `exit status ${exitCode}`;

const podmanFailed = ({ name }: ConfigPackage, what: string, ran: CommandResult): Problem => ({
  code: 'packages/image',
  summary: `${name}: ${what}: ${lastWords(ran)}`,
  remedy:
    'Check that the registry answers and has this digest, or bring an archive made by `podman save`; then apply again',
});

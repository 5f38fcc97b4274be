// One git checkout on the config partition: what it is, what its remote has, and how it gets there so that a power cut leaves no half of it.
import { parseTip, parseUpstream, shownAddress, type Upstream } from '../state/git-checkout.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { CommandResult, Reader, System } from '../system/system.ts';
import { configMountpoint } from './find-config-partition.ts';
import { askGit, runGit } from './git.ts';

export type CheckoutLayer = 'global' | 'node';
export type Checkout = {
  readonly layer: CheckoutLayer;
  readonly folder: string;
  readonly upstream: Upstream;
  /** The commit that is checked out. */
  readonly head: string;
};

export const checkoutFolder = (layer: CheckoutLayer): string => `${configMountpoint}/${layer}`;

/** Only of what is mounted at /config. */
export const listCheckouts = async (reader: Reader): Promise<readonly CheckoutLayer[]> => {
  const found: CheckoutLayer[] = [];
  for (const layer of ['global', 'node'] as const)
    if ((await reader.stat(`${checkoutFolder(layer)}/.git`)) !== undefined) found.push(layer);
  return found;
};

/** Reads only. */
export const lookAtCheckout = async (reader: Reader, layer: CheckoutLayer): Promise<Result<Checkout>> => {
  const folder = checkoutFolder(layer);
  const isPlain =
    (await reader.stat(`${folder}/.git`))?.kind === 'directory' &&
    (await reader.stat(`${folder}/.git/commondir`)) === undefined &&
    (await reader.stat(`${folder}/.git/config`))?.kind === 'file';
  if (!isPlain) return fail(notPlain(folder));
  const config = await askGit(reader, '/', [
    ...['config', '--file', `${folder}/.git/config`],
    ...['--no-includes', '--null', '--list'],
  ]);
  if (config.exitCode === 127 || /No such file or directory/.test(config.stderr)) return fail(noGit(folder));
  if (config.exitCode !== 0) return fail(gitFailed(folder, 'cannot be read', config));
  const upstream = parseUpstream(folder, config.stdout, (await reader.readText(`${folder}/.git/HEAD`)) ?? '');
  if (!upstream.ok) return upstream;
  const head = await askGit(reader, folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (head.exitCode !== 0) return fail(gitFailed(folder, 'has no commit', head));
  return ok({ layer, folder, upstream: upstream.value, head: head.stdout.trim() });
};

/** The commit that the remote has; changes nothing, neither here nor there. */
export const askRemote = async (reader: Reader, { folder, upstream }: Checkout): Promise<Result<string>> => {
  const answer = await askGit(reader, folder, ['ls-remote', '--quiet', upstream.remote, upstream.branch]);
  if (answer.exitCode !== 0) return fail(gitFailed(folder, `cannot reach ${shownAddress(upstream.url)}`, answer));
  const tip = parseTip(answer.stdout, upstream.branch);
  return tip === undefined ? fail(noSuchBranch(folder, upstream)) : ok(tip);
};

/** What somebody wrote there that is nowhere else, and a pull would destroy. */
export const unsavedIn = async (reader: Reader, { folder, upstream, head }: Checkout): Promise<Problem | undefined> => {
  const status = await askGit(reader, folder, ['status', '--porcelain', '--untracked-files=no']);
  if (status.exitCode !== 0) return gitFailed(folder, 'cannot be read', status);
  const [changed] = status.stdout.split('\n').filter((line) => line !== '');
  if (changed !== undefined) return notCommitted(folder, changed.slice(3));
  const known = await askGit(reader, folder, ['rev-list', '--count', `${trackingRef(upstream)}..${head}`]);
  // A remote that was never fetched has nothing to compare with: what is here came from somewhere else.
  return known.exitCode === 0 && known.stdout.trim() !== '0' ? notPushed(folder) : undefined;
};

/** The config partition must be writable. Only objects and the name of the remote's branch change: what is checked out stays. */
export const fetchCheckout = async (system: System, { folder, upstream }: Checkout): Promise<Result<undefined>> => {
  const refs = `+${upstream.branch}:${trackingRef(upstream)}`;
  const got = await runGit(system, folder, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    upstream.remote,
    refs,
  ]);
  return got.exitCode === 0
    ? ok(undefined)
    : fail(gitFailed(folder, `cannot be pulled from ${shownAddress(upstream.url)}`, got));
};

const markPath = (folder: string): string => `${folder}/.git/mayfly-pull`;

/** The config partition must be writable. Noted first: what a power cut leaves is finished by `finishCheckout`. */
export const moveCheckout = async (
  system: System,
  { folder, upstream }: Pick<Checkout, 'folder' | 'upstream'>,
  commit: string,
): Promise<Result<undefined>> => {
  await system.writeText(markPath(folder), `${commit}\n`);
  const reset = await runGit(system, folder, ['reset', '--hard', '--quiet', commit]);
  if (reset.exitCode !== 0) return fail(gitFailed(folder, `cannot be moved to ${commit.slice(0, 12)}`, reset));
  // After going back, what the remote had is not taken for something that was never pushed.
  await runGit(system, folder, ['update-ref', trackingRef(upstream), commit]);
  await system.run(['sync', '--file-system', folder], { timeoutMs: 60_000 });
  await system.remove(markPath(folder));
  return ok(undefined);
};

/** The commit that a pull was on its way to when it was cut off. */
export const interruptedAt = async (reader: Reader, folder: string): Promise<string | undefined> =>
  (await reader.readText(markPath(folder)))?.match(/^[0-9a-f]{40,64}(?=\n)/)?.[0];

/** Locks that a killed git left: nobody can hold one on a filesystem that was read-only a moment ago. */
export const dropLocks = async (system: System, folder: string): Promise<void> => {
  await system.run(['find', `${folder}/.git`, '-type', 'f', '-name', '*.lock', '-delete']);
};

const trackingRef = ({ remote, branch }: Upstream): string =>
  `refs/remotes/${remote}/${branch.slice('refs/heads/'.length)}`;

const gitFailed = (folder: string, what: string, { exitCode, stderr }: CommandResult): Problem => ({
  code: 'sources/git',
  summary: `${folder} ${what}: ${
    exitCode === 124
      ? 'no answer in time'
      : shownAddress(
          stderr
            .split('\n')
            .map((line) => line.trim())
            .find((line) => /^(fatal|error|ssh|remote):/.test(line) || /denied|refused|timed out/i.test(line)) ??
            stderr.trim().split('\n').at(-1) ??
            '',
        ) || `git ended with ${exitCode}`
  }`,
  remedy: 'What was pulled last is used. Check network, address and key, then `mayfly pull`',
});

const noGit = (folder: string): Problem => ({
  code: 'sources/no-git',
  summary: `${folder} is a git checkout, and git is not in this image: it is used as it is`,
  remedy: 'Build the image with `--with git`',
});

const notPlain = (folder: string): Problem => ({
  code: 'sources/git-not-plain',
  summary: `${folder}/.git is no repository of its own (a link, a worktree or a submodule): it is not pulled`,
  remedy: `Clone it there: \`git clone ADDRESS ${folder}\``,
});

const noSuchBranch = (folder: string, { url, branch }: Upstream): Problem => ({
  code: 'sources/git-no-branch',
  summary: `${shownAddress(url)} has no ${branch.replace('refs/heads/', 'branch ')} (any more): ${folder} is used as it is`,
  remedy: 'Push the branch, or put the checkout on another',
});

const notCommitted = (folder: string, file: string): Problem => ({
  code: 'sources/git-changed',
  summary: `${folder}/${file} was changed here and not committed: a pull would undo it`,
  remedy: `Commit and push it, or give it up: \`git -C ${folder} checkout .\` (the partition is read-only at rest)`,
});

const notPushed = (folder: string): Problem => ({
  code: 'sources/git-not-pushed',
  summary: `${folder} has commits that its remote has not: a pull would undo them`,
  remedy: `Push them, or give them up: \`git -C ${folder} reset --hard @{upstream}\``,
});

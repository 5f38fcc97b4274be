// What a git checkout on the config partition may say of itself: from where it is pulled, and nothing that makes git run a program.
import { fail, ok, type Problem, type Result } from './problem.ts';

export type Upstream = {
  /** `origin` */
  readonly remote: string;
  readonly url: string;
  /** `refs/heads/main` there. */
  readonly branch: string;
};

/**
 * git reads its configuration from the checkout itself, and many of its keys are programs to run (filters, hooks, helpers): where a medium or a
 * signature is not to be more than text, only these may be there.
 */
const harmless: readonly RegExp[] = [
  /^core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)$/,
  /^remote\.[^\n]+\.(url|fetch|pushurl|tagopt)$/,
  /^branch\.[^\n]+\.(remote|merge|rebase|description)$/,
  /^(gc\.auto|(user|advice|pull|push)\.[a-z.]+)$/,
  /^extensions\.(objectformat|refstorage)$/,
];

/** `text`: what `git config --null --list` prints. `head`: the text of `.git/HEAD`. */
export const parseUpstream = (folder: string, text: string, head: string): Result<Upstream> => {
  const values = new Map(
    text
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry): readonly [string, string] => {
        const end = entry.indexOf('\n');
        return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
      }),
  );
  const foreign = [...values.keys()].find((key) => !harmless.some((pattern) => pattern.test(key)));
  if (foreign !== undefined) return fail(mayRunPrograms(folder, foreign));
  const local = /^ref: refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
  if (local === undefined) return fail(noBranch(folder));
  const remote = values.get(`branch.${local}.remote`) ?? 'origin';
  const url = values.get(`remote.${remote}.url`);
  const branch = values.get(`branch.${local}.merge`) ?? `refs/heads/${local}`;
  if (url === undefined || remote === '.' || !/^[A-Za-z0-9][\w.-]*$/.test(remote)) return fail(noRemote(folder, local));
  if (!/^refs\/heads\/[A-Za-z0-9][\w./-]*$/.test(branch)) return fail(noBranch(folder));
  if (/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(url)) return fail(passwordInAddress(folder));
  return ok({ remote, url, branch });
};

/** The commit that `git ls-remote URL refs/heads/main` names. */
export const parseTip = (text: string, branch: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([, name]) => name === branch)?.[0]
    ?.match(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)?.[0];

/** What somebody may read: a user's name in an address may be a token. */
export const shownAddress = (text: string): string => text.replaceAll(/([a-z+]+:\/\/)[^/@\s]+@/gi, '$1…@');

const mayRunPrograms = (folder: string, key: string): Problem => ({
  code: 'sources/git-config',
  summary: `${folder}/.git/config sets ${JSON.stringify(key.slice(0, 60))}, which may make git run a program: it is not pulled`,
  remedy: `Take it out: \`git -C ${folder} config --unset-all KEY\`; remotes and branches are all that is needed`,
});

const noBranch = (folder: string): Problem => ({
  code: 'sources/git-no-branch',
  summary: `${folder} is on no branch that can be pulled`,
  remedy: `Put it on one: \`git -C ${folder} checkout main\``,
});

const noRemote = (folder: string, branch: string): Problem => ({
  code: 'sources/git-no-remote',
  summary: `${folder} has no remote for its branch ${branch}: nobody knows from where to pull it`,
  remedy: `Name one: \`git -C ${folder} remote add origin ADDRESS\``,
});

const passwordInAddress = (folder: string): Problem => ({
  code: 'sources/git-password',
  summary: `${folder}/.git/config has a password in its address, which everybody on the node could read while git runs`,
  remedy: 'Pull over SSH with a key of its own (git/key on the config partition), or from a server that asks for none',
});

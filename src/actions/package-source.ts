// Where a config package comes from: found on the config partition or fetched, and worth nothing until its checksum is the profile's.
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

export type ConfigPackage = NonNullable<Profile['packages']>[number];

const longest = 512 * 1024 * 1024;
const fetchMs = 600_000;

export const packageFolder = ({ name }: Pick<ConfigPackage, 'name'>): string =>
  `${runPaths.directory}/packages/${name}`;

const isUrl = (source: string): boolean => /^https?:\/\//.test(source);

/** Of a package that lies on this node; `url` is fetched at its turn. */
export const findSource = async (
  reader: Reader,
  { source }: ConfigPackage,
): Promise<Result<{ readonly file: string } | 'url'>> => {
  if (isUrl(source)) return ok('url');
  const places = source.startsWith('/')
    ? [source]
    : ['node/', 'global/', ''].map((folder) => `/config/${folder}${source}`);
  for (const file of places) if ((await reader.stat(file))?.kind === 'file') return ok({ file });
  return fail({
    code: 'packages/no-source',
    summary: `${source} is not there (looked for ${places.join(', ')})`,
    remedy: 'Put it on the config partition, or correct `source`',
  });
};

/** The sha256 of a file, in hexadecimal digits. */
export const checksum = async (reader: Reader, file: string): Promise<string | undefined> => {
  const answer = await reader.query(['sha256sum', '--binary', file], { timeoutMs: 300_000 });
  return answer.exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(answer.stdout)?.[1] : undefined;
};

/** Brings it to the package's own folder in RAM and checks it there: what was checked is what is used. Answers its path. */
export const bringSource = async (system: System, item: ConfigPackage): Promise<Result<string>> => {
  const found = await findSource(system, item);
  if (!found.ok) return found;
  const target = `${packageFolder(item)}/source`;
  await system.makeDirectory(packageFolder(item), { mode: 0o700 });
  await system.remove(target);
  const brought =
    found.value === 'url'
      ? await system.run(fetchCommand(item.source, target), { timeoutMs: fetchMs + 60_000 })
      : await system.run(['cp', '--', found.value.file, target], { timeoutMs: fetchMs });
  if (brought.exitCode !== 0) return fail(notBrought(item, brought.stderr));
  const sum = await checksum(system, target);
  if (sum === item.sha256) return ok(target);
  await system.remove(target);
  return fail({
    code: 'packages/checksum',
    summary: `${item.name}: ${item.source} has the sha256 ${sum?.slice(0, 12) ?? 'n/a'}…, and the profile says ${item.sha256?.slice(0, 12) ?? 'none'}…`,
    remedy:
      'It was changed, damaged or exchanged: nothing of it was used. Compare with `sha256sum`, then correct the file or the profile',
  });
};

const fetchCommand = (url: string, target: string): readonly [string, ...string[]] => [
  'curl',
  '--fail',
  '--silent',
  '--show-error',
  '--globoff',
  '--location',
  '--proto',
  '=http,https',
  '--connect-timeout',
  '10',
  '--max-time',
  `${fetchMs / 1000}`,
  '--max-filesize',
  `${longest}`,
  '--retry',
  '3',
  '--retry-connrefused',
  '--retry-max-time',
  '120',
  '--output',
  target,
  '--url',
  url,
];

const notBrought = ({ name, source }: ConfigPackage, stderr: string): Problem => ({
  code: 'packages/not-fetched',
  summary: `${name}: ${source.replace(/\/\/[^/@]*@/, '//')} cannot be read: ${stderr.trim().split('\n').at(-1) || 'no reason given'}`,
  remedy: 'Check that the server or the medium is there, then apply again',
});

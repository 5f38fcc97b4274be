// Finds the Debian archive to build from and what state it is in.
import { join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '../state/problem.ts';
import {
  listFolder,
  makeFolder,
  readTextIfAny,
  removeAll,
  runStreaming,
  writeTextWhole,
} from '../system/workstation.ts';
import { type DebianArchive, findDebianArchive, parseAptSources } from './apt-sources.ts';
import { suitesOf } from './bootstrap-command.ts';
import { parseRelease } from './release-file.ts';

const aptFolder = '/etc/apt';

/** This machine's own Debian archive. */
export const readMachineArchive = async (): Promise<DebianArchive | undefined> => {
  const lists = (await listFolder(`${aptFolder}/sources.list.d`)).filter((name) => /\.(sources|list)$/.test(name));
  const paths = [`${aptFolder}/sources.list`, ...lists.map((name) => `${aptFolder}/sources.list.d/${name}`)];
  const texts = await Promise.all(paths.map(async (path) => parseAptSources(path, (await readTextIfAny(path)) ?? '')));
  return findDebianArchive(texts.flat(), await readCodename());
};

export const readCodename = async (): Promise<string> =>
  /^VERSION_CODENAME=(.*)$/m.exec((await readTextIfAny('/etc/os-release')) ?? '')?.[1] ?? '';

/** What of this machine's apt settings decides whether a mirror can be reached, as options for another apt. */
export const readAptOptions = async (): Promise<readonly string[]> => {
  const dump = await runStreaming(['apt-config', 'dump', '--format', '%F "%v";%n', 'Acquire::http', 'Acquire::https']);
  return dump.stdout.split('\n').filter((line) => /^Acquire::https?::[Pp]roxy(::\S+)? "[^"]+";$/.test(line));
};

const stateSchema = z.strictObject({
  /** Milliseconds since the epoch, when the archive was asked. */
  askedMs: z.number(),
  of: z.string(),
  /** Seconds since the epoch. */
  date: z.int(),
  packages: z.array(z.string()),
});

export type ArchiveState = z.infer<typeof stateSchema>;

const dayMs = 24 * 60 * 60 * 1000;

/** The archive's state, asked at most once a day unless `refresh`; without network the last one known. */
export const readArchiveState = async (
  suite: string,
  archive: DebianArchive,
  architecture: string,
  cache: string,
  refresh: boolean,
  note: (text: string) => void,
): Promise<Result<ArchiveState>> => {
  const suites = suitesOf(suite, archive.main, archive.security);
  const of = suites.map((pair) => pair.join(' ')).join(', ');
  const path = join(cache, 'archive.json');
  const stored = stateSchema.safeParse(JSON.parse((await readTextIfAny(path)) ?? 'null'));
  const known = stored.success && stored.data.of === of ? stored.data : undefined;
  if (known !== undefined && !refresh && Date.now() - known.askedMs < dayMs) return ok(known);

  const work = join(cache, 'release');
  makeFolder(work);
  const releases = await Promise.all(
    suites.map(async ([name, uri]) => {
      const target = join(work, name);
      await removeAll(target);
      await runStreaming(['/usr/lib/apt/apt-helper', 'download-file', `${uri}/dists/${name}/InRelease`, target], {
        timeoutMs: 60_000,
      });
      return parseRelease((await readTextIfAny(target)) ?? '', architecture);
    }),
  );
  const [first] = releases;
  if (first === undefined || releases.some((release) => release === undefined)) {
    if (known !== undefined) {
      note('the archive does not answer; building on with what is known of it');
      return ok(known);
    }
    return fail({
      code: 'image/archive-unreachable',
      summary: `The Debian archive does not answer for ${of}`,
      remedy: 'Check the network and that `apt-get update` works, or give another --mirror or --suite',
    });
  }
  const state = {
    askedMs: Date.now(),
    of,
    date: first.date,
    packages: releases.flatMap((release) => release?.packages ?? []),
  };
  await writeTextWhole(path, `${JSON.stringify(state, null, 2)}\n`);
  return ok(state);
};

// Reads the names of the time zones that this node really has.
import type { Reader } from '../system/system.ts';

const zoneinfo = '/usr/share/zoneinfo';

/** tzdata.zi (zic(8)): `Z NAME …` is a zone, `L TARGET NAME` another name for one. */
export const parseTzdata = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [kind, first, second] = line.split(' ');
    const name = kind === 'Z' ? first : kind === 'L' ? second : undefined;
    return name === undefined || name === 'Factory' ? [] : [name];
  });

/** Sorted; empty when nothing tells. Distributions leave old names out of the folder, not out of tzdata.zi. */
export const readTimezones = async (reader: Reader): Promise<readonly string[]> => {
  const names = parseTzdata((await reader.readText(`${zoneinfo}/tzdata.zi`)) ?? '');
  if (names.length === 0) {
    const answer = await reader.query(['timedatectl', 'list-timezones', '--no-pager'], { timeoutMs: 3_000 });
    return answer.exitCode === 0 ? answer.stdout.split('\n').filter(Boolean) : [];
  }
  const folderOf = (name: string) => name.split('/').slice(0, -1).join('/');
  const folders = [...new Set(names.map(folderOf))];
  const present = new Map(
    await Promise.all(
      folders.map(
        async (folder): Promise<[string, ReadonlySet<string>]> => [
          folder,
          new Set(await reader.list(folder === '' ? zoneinfo : `${zoneinfo}/${folder}`)),
        ],
      ),
    ),
  );
  return names.filter((name) => present.get(folderOf(name))?.has(name.split('/').at(-1) ?? '')).sort();
};

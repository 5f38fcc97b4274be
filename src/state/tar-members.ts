// What a tarball holds, from GNU tar's own listing, and what of it must not be unpacked over a running system.
import type { Problem } from './problem.ts';

export type TarMember = {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'other';
  /** As in the archive, e.g. `etc/motd`; never with a final `/`. */
  readonly name: string;
  /** Set-user-ID or set-group-ID. */
  readonly setuid: boolean;
};

const kinds: Readonly<Record<string, TarMember['kind']>> = {
  '-': 'file',
  d: 'directory',
  l: 'symlink',
  h: 'hardlink',
  c: 'device',
  b: 'device',
};

const line = /^(.)(.{9})[+.@]? \d+\/\d+ +(?:\d+|\d+,\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? (.+)$/;

/** `tar --list --verbose --numeric-owner --full-time --quoting-style=escape`; undefined when a line is something else. */
export const parseTarListing = (text: string): readonly TarMember[] | undefined => {
  const members: TarMember[] = [];
  for (const row of text.split('\n')) {
    if (row === '') continue;
    const [, type = '', mode = '', rest = ''] = line.exec(row) ?? [];
    if (rest === '') return undefined;
    const kind = kinds[type] ?? 'other';
    const [name = ''] =
      kind === 'symlink' ? rest.split(' -> ') : kind === 'hardlink' ? rest.split(' link to ') : [rest];
    members.push({ kind, name: name.replace(/\/+$/, ''), setuid: /[sS]/.test(mode) });
  }
  return members;
};

/** Why this archive is not unpacked; undefined when nothing speaks against it. `mayBeSetuid`: the profile says that it may hold such files. */
export const refuseMembers = (
  members: readonly TarMember[],
  mayBeSetuid: boolean,
): Omit<Problem, 'path'> | undefined => {
  const links = new Set(members.filter(({ kind }) => kind === 'symlink').map(({ name }) => plain(name)));
  for (const { kind, name, setuid } of members) {
    const parts = plain(name).split('/');
    if (name.startsWith('/'))
      return refused(`${name} has an absolute path`, 'pack it with paths below /, e.g. `tar -C tree -c .`');
    if (parts.includes('..')) return refused(`${name} leads out of its folder`, 'pack it without `..`');
    if (kind === 'device' || kind === 'other')
      return refused(`${name} is a device or pipe`, 'leave it out: udev makes those');
    if (setuid && kind !== 'directory' && !mayBeSetuid)
      return refused(
        `${name} runs with its owner's rights (setuid or setgid)`,
        'leave it out, or write `setuid: true` for this package',
      );
    const above = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
    if (above.some((folder) => links.has(folder)))
      return refused(`${name} lies behind a symbolic link of the same archive`, 'pack folders as folders');
  }
  return undefined;
};

/** `./etc//motd` is `etc/motd`. */
const plain = (name: string): string =>
  name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** What it writes, as absolute paths: folders are made where they are not there, and nothing of one is replaced. */
export const writtenPaths = (members: readonly TarMember[]): readonly string[] =>
  members.filter(({ kind }) => kind !== 'directory').map(({ name }) => `/${plain(name)}`);

const refused = (what: string, remedy: string): Omit<Problem, 'path'> => ({
  code: 'packages/refused',
  summary: `the tarball is not unpacked: ${what}`,
  remedy,
});

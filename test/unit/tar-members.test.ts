// Tarballs: what GNU tar lists of real ones, and what is not unpacked over a running system.
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTarListing, refuseMembers, type TarMember, writtenPaths } from '../../src/state/tar-members.ts';

const list = ['--list', '--verbose', '--numeric-owner', '--full-time', '--quoting-style=escape', '--file'];

describe('a tarball as GNU tar lists it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mayfly-tar-'));
    mkdirSync(join(folder, 'tree/etc/with space'), { recursive: true });
    writeFileSync(join(folder, 'tree/etc/motd'), 'hello\n');
    writeFileSync(join(folder, 'tree/etc/with space/new\nline'), '');
    writeFileSync(join(folder, 'tree/etc/root-tool'), '');
    chmodSync(join(folder, 'tree/etc/root-tool'), 0o4755);
    symlinkSync('/etc/motd', join(folder, 'tree/etc/link'));
    linkSync(join(folder, 'tree/etc/motd'), join(folder, 'tree/etc/other'));
    execFileSync('tar', ['-C', join(folder, 'tree'), '--sort=name', '-czf', join(folder, 'a.tgz'), '.']);
    execFileSync('tar', ['-P', '-C', '/', '-cf', join(folder, 'absolute.tar'), '/etc/hostname', '/dev/null']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const listed = (name: string) =>
    parseTarListing(execFileSync('tar', [...list, join(folder, name)], { encoding: 'utf8', stdio: 'pipe' }));

  it('gives kind, name and rights of every member', () => {
    expect(listed('a.tgz')).toEqual([
      { kind: 'directory', name: '.', setuid: false },
      { kind: 'directory', name: './etc', setuid: false },
      { kind: 'symlink', name: './etc/link', setuid: false },
      { kind: 'file', name: './etc/motd', setuid: false },
      { kind: 'hardlink', name: './etc/other', setuid: false },
      { kind: 'file', name: './etc/root-tool', setuid: true },
      { kind: 'directory', name: './etc/with space', setuid: false },
      { kind: 'file', name: './etc/with space/new\\nline', setuid: false },
    ]);
  });

  it('shows absolute paths and devices as they are', () => {
    const members = listed('absolute.tar');
    expect(members?.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['file /etc/hostname', 'device /dev/null']);
    expect(members && refuseMembers(members, false)?.summary).toContain('/etc/hostname has an absolute path');
  });

  it('is not understood where it is something else', () => {
    expect(parseTarListing('total 12\n')).toBeUndefined();
    expect(parseTarListing('')).toEqual([]);
  });
});

describe('what is refused', () => {
  const file = (name: string, more: Partial<TarMember> = {}): TarMember => ({
    kind: 'file',
    name,
    setuid: false,
    ...more,
  });
  it.each<[string, readonly TarMember[], boolean, RegExp | undefined]>([
    ['plain files', [file('./etc/motd'), file('usr/local/bin/x')], false, undefined],
    ['an absolute path', [file('/etc/motd')], false, /absolute/],
    ['a path upwards', [file('etc/../../x')], false, /leads out/],
    ['a name with two dots in it', [file('etc/a..b')], false, undefined],
    ['a device', [file('dev/x', { kind: 'device' })], false, /device or pipe/],
    ['a pipe', [file('run/x', { kind: 'other' })], false, /device or pipe/],
    ['setuid', [file('bin/x', { setuid: true })], false, /owner's rights/],
    ['setuid that the profile allows', [file('bin/x', { setuid: true })], true, undefined],
    ['a folder with setgid', [file('srv/shared', { kind: 'directory', setuid: true })], false, undefined],
    ['a file behind a link of the archive', [file('./a', { kind: 'symlink' }), file('a/b/c')], false, /symbolic link/],
    ['a link beside a file', [file('a', { kind: 'symlink' }), file('ab/c')], false, undefined],
  ])('%s', (_, members, mayBeSetuid, expected) => {
    const refusal = refuseMembers(members, mayBeSetuid);
    if (expected === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatchObject({ code: 'packages/refused', summary: expect.stringMatching(expected) });
  });

  it('what is written is told as absolute paths, without folders', () => {
    expect(writtenPaths([file('./etc', { kind: 'directory' }), file('./etc//motd')])).toEqual(['/etc/motd']);
  });
});

// What a checkout may say of itself, and what is shown of it.
import { describe, expect, it } from 'vitest';
import { parseTip, parseUpstream, shownAddress } from '../../src/state/git-checkout.ts';
import { describeCheckout, parsePullState } from '../../src/state/pull-state.ts';

const config = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([key, value]) => `${key}\n${value}\0`)
    .join('');
const plain = {
  'core.repositoryformatversion': '0',
  'core.bare': 'false',
  'remote.origin.url': 'ssh://git@server/fleet.git',
  'remote.origin.fetch': '+refs/heads/*:refs/remotes/origin/*',
  'branch.main.remote': 'origin',
  'branch.main.merge': 'refs/heads/main',
};
const head = 'ref: refs/heads/main\n';
const parse = (entries: Readonly<Record<string, string>>, at = head) =>
  parseUpstream('/config/node', config(entries), at);

describe('the upstream of a checkout', () => {
  it('is that of its branch', () => {
    expect(parse(plain)).toEqual({
      ok: true,
      value: { remote: 'origin', url: 'ssh://git@server/fleet.git', branch: 'refs/heads/main' },
    });
  });

  it('is origin, and the branch of the same name, where none is set', () => {
    expect(parse({ 'remote.origin.url': '/srv/x.git' }, 'ref: refs/heads/racks/r7\n')).toMatchObject({
      value: { remote: 'origin', branch: 'refs/heads/racks/r7' },
    });
  });

  it.each([
    ['filter.x.smudge', 'sh'],
    ['core.fsmonitor', 'sh'],
    ['core.sshcommand', 'sh'],
    ['core.hookspath', '/config'],
    ['core.worktree', '/etc'],
    ['include.path', 'other'],
    ['includeif.gitdir:/.path', 'other'],
    ['credential.helper', '!sh'],
    ['remote.origin.uploadpack', 'sh'],
    ['remote.origin.vcs', 'sh'],
    ['remote.origin.proxy', 'http://x'],
    ['url.ext::sh.insteadof', 'ssh://'],
    ['uploadpack.packobjectshook', 'sh'],
    ['diff.external', 'sh'],
    ['extensions.worktreeconfig', 'true'],
    ['http.sslverify', 'false'],
    ['alias.fetch', '!sh'],
  ])('is not taken where %s is set', (key, value) => {
    expect(parse({ ...plain, [key]: value })).toMatchObject({ ok: false, problem: { code: 'sources/git-config' } });
  });

  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['no branch is checked out', plain, '0123456789012345678901234567890123456789\n', 'sources/git-no-branch'],
    ['there is no remote', {}, head, 'sources/git-no-remote'],
    ['the remote is another branch here', { ...plain, 'branch.main.remote': '.' }, head, 'sources/git-no-remote'],
    ['the remote looks like an option', { ...plain, 'branch.main.remote': '--x' }, head, 'sources/git-no-remote'],
    ['it follows a tag', { ...plain, 'branch.main.merge': 'refs/tags/v1' }, head, 'sources/git-no-branch'],
    [
      'a password is in the address',
      { ...plain, 'remote.origin.url': 'https://a:s3cret@x/y' },
      head,
      'sources/git-password',
    ],
  ])('is none where %s', (_, entries, at, code) => {
    const parsed = parse(entries, at);
    expect(parsed).toMatchObject({ ok: false, problem: { code } });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  });
});

it('a tip is the commit of that very branch', () => {
  const one = 'a'.repeat(40);
  const two = 'b'.repeat(40);
  const text = `${one}\trefs/heads/main-old\n${two}\trefs/heads/main\n`;
  expect(parseTip(text, 'refs/heads/main')).toBe(two);
  expect(parseTip('', 'refs/heads/main')).toBe(undefined);
  expect(parseTip('warning: x\trefs/heads/main\n', 'refs/heads/main')).toBe(undefined);
});

it('shows an address without who logs in there', () => {
  expect(shownAddress("fatal: unable to access 'https://u:p@h/x/': gone")).toBe(
    "fatal: unable to access 'https://…@h/x/': gone",
  );
});

it('says in one line what is used and why it is not the newest', () => {
  const problem = { code: 'sources/git', summary: 'no answer in time', remedy: 'x' };
  const checkout = { layer: 'node', from: '', outcome: 'not-pulled', revision: 'c'.repeat(40), problem } as const;
  expect(describeCheckout(checkout)).toBe('node: git cccccccccccc; NOT PULLED: no answer in time');
  expect(parsePullState(JSON.stringify({ version: 1, atMs: 1, checkouts: [checkout] }))?.checkouts).toEqual([checkout]);
  expect(parsePullState('{"version":1')).toBe(undefined);
});

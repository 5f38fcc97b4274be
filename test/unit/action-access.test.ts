// Step access: password, keys and sshd on a machine of files; nothing secret is ever said.
import { describe, expect, it } from 'vitest';
import { accessAction } from '../../src/actions/access.ts';
import { hashPassword } from '../../src/actions/hash-password.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const hash = '$y$j9T$salt$newhash';
const [one, two] = ['ssh-ed25519 AAAAone a@desk', 'ssh-ed25519 AAAAtwo b@desk'];
const profile: Profile = { version: 1, role: 'storage', access: { rootPasswordHash: hash, sshKeys: [one] } };
const effective = (passwords: string, root: string): string =>
  `port 22\npermitrootlogin ${root}\npubkeyauthentication yes\npasswordauthentication ${passwords}\nkbdinteractiveauthentication no\n`;

const machine = (): FakeSystem => {
  const system = createFakeSystem({
    files: {
      '/usr/sbin/sshd': '',
      '/etc/shadow': 'root:*:20000::::::\ndaemon:*:20000::::::\n',
      '/root/.ssh/authorized_keys': `${two}\n`,
      '/etc/ssh/ssh_host_ed25519_key': 'k',
    },
    commands: {
      '/usr/sbin/sshd -t': '',
      '/usr/sbin/sshd -T': effective('yes', 'without-password'),
      'systemctl is-active': 'active\n',
      'systemctl reload': () => {
        system.answer('/usr/sbin/sshd -T', effective('no', 'without-password'));
        return '';
      },
      'ssh-keygen -lf -': (_, { input }) =>
        `256 SHA256:${input?.split(' ')[1]} ${input?.split(' ')[2]?.trim()} (ED25519)\n`,
      'chpasswd -e': (_, { input }) => {
        system.put('/etc/shadow', `root:${input?.trim().slice(5)}:20000::::::\n`);
        return '';
      },
    },
  });
  return system;
};
const quiet = (): void => undefined;

describe('step access', () => {
  it('shows fingerprints and never a hash', async () => {
    const system = machine();
    const verdict = await accessAction.check(profile, system);
    expect(verdict).toMatchObject({
      kind: 'drifted',
      changes: [
        { subject: 'root password', before: 'locked', after: 'set' },
        { op: 'delete', before: 'SHA256:AAAAtwo b@desk (ED25519)' },
        { op: 'create', after: 'SHA256:AAAAone a@desk (ED25519)' },
        { subject: 'SSH logins', before: 'passwords and keys', after: 'keys only' },
      ],
    });
    expect(JSON.stringify(verdict)).not.toContain('newhash');
  });

  it('does it once, the hash by standard input alone', async () => {
    const system = machine();
    const notes: string[] = [];
    expect(await accessAction.apply(profile, system, (text) => notes.push(text))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await accessAction.check(profile, system)).toEqual({ kind: 'converged' });
    expect(JSON.stringify([system.ran, notes])).not.toContain('newhash');
    expect(system.text('/root/.ssh/authorized_keys')).toBe(`${one}\n`);
    expect((await system.stat('/root/.ssh/authorized_keys'))?.mode).toBe(0o600);
    const before = system.inputs.filter((input) => input !== undefined).length;
    await accessAction.apply(profile, system, quiet);
    expect(system.inputs.filter((input) => input !== undefined)).toHaveLength(before);
  });

  it('takes everything back', async () => {
    const system = machine();
    await accessAction.apply(profile, system, quiet);
    await accessAction.undo?.(system, quiet);
    expect(system.text('/etc/shadow')).toContain('root:*:');
    expect(system.text('/root/.ssh/authorized_keys')).toBe(`${two}\n`);
    expect(await system.list('/etc/ssh/sshd_config.d')).toEqual([]);
  });

  it('does not reload a configuration that sshd refuses', async () => {
    const system = machine();
    system.answer('/usr/sbin/sshd -t', { exitCode: 255, stderr: '/etc/ssh/sshd_config line 3: Bad option\n' });
    expect(await accessAction.apply(profile, system, quiet)).toMatchObject({
      ok: false,
      problem: { code: 'access/sshd-config', summary: expect.stringContaining('line 3: Bad option') },
    });
    expect(system.ran.map(String)).not.toContain('systemctl,reload,ssh.service');
  });

  it('sees that another file overrules ours', async () => {
    const system = machine();
    await accessAction.apply(profile, system, quiet);
    system.answer('/usr/sbin/sshd -T', effective('yes', 'without-password'));
    expect(await accessAction.check(profile, system)).toMatchObject({
      changes: [{ subject: 'sshd PasswordAuthentication', before: 'yes', after: 'no' }],
    });
  });

  it('is blocked without sshd', async () => {
    expect(await accessAction.check(profile, createFakeSystem())).toMatchObject({
      problem: { code: 'access/no-sshd' },
    });
  });
});

describe('hashPassword', () => {
  it('gives the password by standard input alone', async () => {
    const system = createFakeSystem({
      commands: { 'mkpasswd -m yescrypt -s': (_, { input }) => `$y$j9T$${input?.length}\n` },
    });
    expect(await hashPassword(system, 'secret')).toEqual({ ok: true, value: '$y$j9T$7' });
    expect(system.queried).toEqual([['mkpasswd', '-m', 'yescrypt', '-s']]);
  });

  it.each([
    ['', 'access/password'],
    ['two\nlines', 'access/password'],
    ['fine', 'access/no-mkpasswd'],
  ])('refuses %j with %s where mkpasswd is missing', async (password, code) => {
    expect(await hashPassword(createFakeSystem(), password)).toMatchObject({ problem: { code } });
  });
});

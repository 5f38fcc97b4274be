// Step access: who may log in, and how. sshd never ends with a configuration that it refuses to start from.
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { effectiveSshd, renderSshd, sshdSettings } from '../state/render-sshd.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action } from './action.ts';
import { isUnsettled, keepFiles, putBackFiles, settleFiles } from './kept-files.ts';
import { describeHash, keepRootHash, putBackRootHash, readRootHash, setRootHash } from './root-password.ts';
import { fingerprints, parseAuthorizedKeys } from './ssh-keys.ts';
import { blocked, verdictOf } from './verdict.ts';

const keysDirectory = '/root/.ssh';
const keysPath = '/root/.ssh/authorized_keys';
const sshdPath = '/etc/ssh/sshd_config.d/10-mayfly.conf';
const sshd = '/usr/sbin/sshd';

export const accessAction: Action = {
  id: 'access',
  title: 'Set root password, SSH keys and sshd',

  check: async (profile, reader) => {
    if ((await reader.stat(sshd)) === undefined)
      return blocked({
        code: 'access/no-sshd',
        summary: 'sshd is not installed on this node',
        remedy: 'Build the image with openssh-server',
      });
    return verdictOf([
      ...(await passwordChanges(profile, reader)),
      ...(await keyChanges(profile, reader)),
      ...(await hostKeyChanges(reader)),
      ...(await sshdChanges(profile, reader)),
    ]);
  },

  apply: async (profile, system, note) => {
    const interrupted = await isUnsettled(system, 'access');
    await keepFiles(system, 'access', [keysPath, sshdPath]);
    if (!interrupted) await keepRootHash(system);
    const hash = profile.access?.rootPasswordHash;
    if (hash !== undefined && hash !== (await readRootHash(system))) {
      const set = await setRootHash(system, hash);
      if (!set.ok) return set;
      note('root password set');
    }
    const keys = profile.access?.sshKeys;
    if (keys !== undefined && (await keyChanges(profile, system)).length > 0) {
      await system.makeDirectory(keysDirectory, { mode: 0o700 });
      await system.writeText(keysPath, renderKeys(keys), { mode: 0o600 });
      note(`${keys.length} SSH keys in ${keysPath}`);
    }
    if ((await hostKeyChanges(system)).length > 0) {
      const made = await system.run(['ssh-keygen', '-A'], { timeoutMs: 120_000 });
      if (made.exitCode !== 0) return fail(sshdProblem('no host keys could be made', made.stderr));
    }
    const logins = renderSshd(profile.access?.sshPasswords === true);
    if ((await system.readText(sshdPath)) !== logins) await system.writeText(sshdPath, logins);
    const reloaded = await reloadSshd(system);
    if (!reloaded.ok) return reloaded;
    await settleFiles(system, 'access');
    return ok(undefined);
  },

  undo: async (system) => {
    const password = await putBackRootHash(system);
    await putBackFiles(system, 'access');
    const reloaded = await reloadSshd(system);
    return password.ok ? reloaded : password;
  },
};

const passwordChanges = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const wanted = profile.access?.rootPasswordHash;
  const now = await readRootHash(reader);
  if (wanted === undefined || wanted === now) return [];
  return [change('update', 'root password', describeHash(now), now?.startsWith('$') === true ? 'replaced' : 'set')];
};

const keyChanges = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const wanted = profile.access?.sshKeys;
  if (wanted === undefined) return [];
  const text = (await reader.readText(keysPath)) ?? '';
  const mode = (await reader.stat(keysPath))?.mode;
  if (text === renderKeys(wanted) && (mode === 0o600 || (mode === undefined && wanted.length === 0))) return [];
  const now = parseAuthorizedKeys(text);
  const added = await fingerprints(
    reader,
    wanted.filter((key) => !now.includes(key)),
  );
  const removed = await fingerprints(
    reader,
    now.filter((key) => !wanted.includes(key)),
  );
  if (added.length + removed.length === 0)
    return [change('update', keysPath, `mode ${(mode ?? 0).toString(8)}`, `mode 600, ${wanted.length} keys`)];
  return [
    ...removed.map((key) => change('delete', 'SSH key of root', key, 'removed')),
    ...added.map((key) => change('create', 'SSH key of root', undefined, key)),
  ];
};

const renderKeys = (keys: readonly string[]): string => keys.map((key) => `${key}\n`).join('');

/** An image carries none: they would be the same on every node. */
const hostKeyChanges = async (reader: Reader): Promise<readonly Change[]> =>
  (await reader.list('/etc/ssh')).some((name) => /^ssh_host_.*_key$/.test(name))
    ? []
    : [change('create', 'SSH host keys', undefined, 'made on this node')];

const sshdChanges = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const passwords = profile.access?.sshPasswords === true;
  const text = await reader.readText(sshdPath);
  const after = passwords ? 'passwords and keys' : 'keys only';
  if (text !== renderSshd(passwords))
    return [change(text === undefined ? 'create' : 'update', 'SSH logins', await describeSshd(reader), after)];
  const effective = await reader.query([sshd, '-T']);
  // It cannot tell before its run-time directory is there; the file alone counts then.
  if (effective.exitCode !== 0) return [];
  return sshdSettings(passwords)
    .map(([key, value]) => ({ key, value, now: effectiveSshd(effective.stdout, key) }))
    .filter(({ value, now }) => now !== value)
    .map(({ key, value, now }) => change('update', `sshd ${key}`, now, value));
};

const describeSshd = async (reader: Reader): Promise<string | undefined> => {
  const effective = await reader.query([sshd, '-T']);
  const passwords = effectiveSshd(effective.stdout, 'PasswordAuthentication');
  return passwords === undefined ? undefined : passwords === 'no' ? 'keys only' : 'passwords and keys';
};

/** sshd is asked whether it would start from these files before it is told to read them. */
const reloadSshd = async (system: System): Promise<Result<undefined>> => {
  await system.makeDirectory('/run/sshd', { mode: 0o755 });
  const tested = await system.run([sshd, '-t']);
  if (tested.exitCode !== 0) return fail(sshdProblem('sshd refuses its configuration', tested.stderr));
  // A stopped sshd is the services step's.
  const active = await system.query(['systemctl', 'is-active', 'ssh.service']);
  if (active.exitCode !== 0) return ok(undefined);
  const reloaded = await system.run(['systemctl', 'reload', 'ssh.service']);
  return reloaded.exitCode === 0 ? ok(undefined) : fail(sshdProblem('sshd did not reload', reloaded.stderr));
};

const sshdProblem = (what: string, stderr: string): Problem => ({
  code: 'access/sshd-config',
  summary: `${what}: ${stderr.trim().split('\n').at(-1) || 'no reason given'}`,
  remedy: 'Run `sshd -t` to see the line at fault; settings of your own belong in sshd_config.d/50-*.conf',
});

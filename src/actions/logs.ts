// Step logs: the journal goes to the log servers of the profile, by an rsyslogd of its own that writes no files.
// A server that does not answer is no failure: what it misses waits in memory, and the step says so.
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { logPaths, logUnit, logUnitText, renderLogConf } from '../state/render-rsyslog.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action } from './action.ts';
import { keepFiles, putBackFiles, settleFiles } from './kept-files.ts';
import { blocked, verdictOf } from './verdict.ts';

const modules = '/usr/lib/*/rsyslog';
const daemon = '/usr/sbin/rsyslogd';

export const logsAction: Action = {
  id: 'logs',
  title: 'Forward logs',

  check: async (profile, reader) => {
    const wanted = wantedFiles(profile);
    if (wanted.size > 0 && (await reader.stat(daemon)) === undefined) return blocked(notInstalled);
    return verdictOf(await changesOf(profile, reader));
  },

  apply: async (profile, system, note) => {
    if ((await changesOf(profile, system)).length === 0) return ok(undefined);
    const wanted = wantedFiles(profile);
    const paths = [...new Set([...(await ownFiles(system)), ...wanted.keys()])];
    await keepFiles(system, 'logs', paths);
    for (const path of paths) {
      const text = wanted.get(path);
      if (text === undefined) await system.remove(path);
      else await system.writeText(path, text);
    }
    const problem = wanted.size === 0 ? await stop(system) : await start(system);
    if (problem !== undefined) return fail(problem);
    for (const { host, port, protocol } of profile.logs?.forward ?? [])
      note(`logs go to ${host} port ${port} by ${protocol}; what it misses while it is away waits in memory`);
    await settleFiles(system, 'logs');
    return ok(undefined);
  },

  undo: async (system) => {
    const back = await putBackFiles(system, 'logs');
    if (back.length === 0) return ok(undefined);
    const problem = (await system.stat(logPaths.conf)) === undefined ? await stop(system) : await start(system);
    return problem === undefined ? ok(undefined) : fail(problem);
  },
};

/** Path to text; empty where nothing is forwarded. */
const wantedFiles = (profile: Profile): ReadonlyMap<string, string> => {
  const forwards = profile.logs?.forward ?? [];
  if (forwards.length === 0) return new Map();
  const certificates = forwards.flatMap(({ ca }, index) =>
    ca === undefined ? [] : [[logPaths.certificate(index), ca] as const],
  );
  return new Map([[logPaths.conf, renderLogConf(forwards)], [logPaths.unit, logUnitText], ...certificates]);
};

const ownFiles = async (reader: Reader): Promise<readonly string[]> => {
  const certificates = (await reader.list('/run')).filter((name) => /^mayfly-logs-ca-\d+\.pem$/.test(name));
  const paths = [logPaths.conf, logPaths.unit, ...certificates.map((name) => `/run/${name}`)];
  const there = await Promise.all(paths.map(async (path) => (await reader.stat(path)) !== undefined));
  return paths.filter((_, index) => there[index]);
};

const changesOf = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const wanted = wantedFiles(profile);
  const own = await ownFiles(reader);
  const texts = await Promise.all([...wanted.keys()].map((path) => reader.readText(path)));
  const isSame = own.length === wanted.size && [...wanted.values()].every((text, index) => texts[index] === text);
  const active = (await reader.query(['systemctl', 'is-active', logUnit])).stdout.trim() === 'active';
  if (!isSame) {
    const names = (profile.logs?.forward ?? []).map(({ host, port, protocol }) => `${host}:${port} (${protocol})`);
    return [change('update', 'log servers', own.length === 0 ? 'none' : 'others', names.join(', ') || 'none')];
  }
  return wanted.size > 0 && !active ? [change('run', logUnit, 'not running', 'active')] : [];
};

const start = async (system: System): Promise<Problem | undefined> => {
  await system.makeDirectory(logPaths.state, { mode: 0o700 });
  // What rsyslogd would not understand never replaces one that runs.
  const checked = await system.run([daemon, '-N1', '-iNONE', '-f', logPaths.conf], { timeoutMs: 30_000 });
  if (checked.exitCode !== 0)
    return {
      code: 'logs/refused',
      summary: `rsyslogd does not take its configuration: ${lastError(checked.stderr)}`,
      remedy: `See \`rsyslogd -N1 -f ${logPaths.conf}\`; forwarding by tls needs the package rsyslog-gnutls (${modules}/lmnsd_gtls.so)`,
      path: 'logs.forward',
    };
  await system.run(['systemctl', 'daemon-reload'], { timeoutMs: 60_000 });
  await system.run(['systemctl', 'reset-failed', logUnit]);
  const started = await system.run(['systemctl', 'restart', logUnit], { timeoutMs: 60_000 });
  return started.exitCode === 0
    ? undefined
    : {
        code: 'logs/not-started',
        summary: `${logUnit} did not start: ${started.stderr.trim().split('\n').at(-1) ?? ''}`,
        remedy: `See \`journalctl -b -u ${logUnit}\` for the cause, then apply again`,
        path: 'logs.forward',
      };
};

const stop = async (system: System): Promise<undefined> => {
  await system.run(['systemctl', 'stop', logUnit], { timeoutMs: 60_000 });
  await system.run(['systemctl', 'daemon-reload'], { timeoutMs: 60_000 });
};

const lastError = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/config validation run/.test(line))
    .map((line) => line.trim())
    .at(0) ?? 'it gave no reason';

const notInstalled: Problem = {
  code: 'logs/not-installed',
  summary: 'rsyslog is not installed on this node, so no log can be sent on',
  remedy: 'Build the image with rsyslog, or take logs.forward out of the profile',
  path: 'logs.forward',
};

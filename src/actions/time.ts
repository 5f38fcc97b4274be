// Step time: the time zone, and chrony asking the servers that the profile names.
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { parseChronySources, renderChronyConf, renderChronySources } from '../state/render-chrony.ts';
import type { CommandResult, Reader, System } from '../system/system.ts';
import type { Action } from './action.ts';
import { keepFiles, putBackFiles, settleFiles } from './kept-files.ts';
import { blocked, verdictOf } from './verdict.ts';

const zonePath = '/etc/localtime';
const zoneNamePath = '/etc/timezone';
const zones = '/usr/share/zoneinfo';
const confPath = '/etc/chrony/chrony.conf';
const sourcesPath = '/etc/chrony/sources.d/mayfly.sources';

export const timeAction: Action = {
  id: 'time',
  title: 'Set time zone and time servers',

  check: async (profile, reader) => {
    const problem = await whyNot(profile, reader);
    if (problem !== undefined) return blocked(problem);
    const now = await readTime(reader);
    const wanted = wantedTime(profile, now);
    const changes: Change[] = [];
    if (now.zone !== wanted.zone)
      changes.push(change('update', 'time zone', now.zone ?? 'UTC, by default', wanted.zone));
    if (now.zoneName !== undefined && now.zoneName !== wanted.zone)
      changes.push(change('update', zoneNamePath, now.zoneName, wanted.zone));
    if (now.sources !== wanted.sources || now.conf !== wanted.conf || missingLive(now, wanted).length > 0)
      changes.push(
        change('update', 'time servers', describeServers(now), wanted.servers.join(', ') || 'the image’s own'),
      );
    return verdictOf(changes);
  },

  apply: async (profile, system, note) => {
    const now = await readTime(system);
    const wanted = wantedTime(profile, now);
    await keepFiles(system, 'time', [zonePath, zoneNamePath, confPath, sourcesPath]);
    if (now.zone !== wanted.zone) await system.link(`${zones}/${wanted.zone}`, zonePath);
    if (now.zoneName !== undefined && now.zoneName !== wanted.zone)
      await system.writeText(zoneNamePath, `${wanted.zone}\n`);
    const filesChanged = now.sources !== wanted.sources || now.conf !== wanted.conf;
    if (now.conf !== wanted.conf && wanted.conf !== undefined) await system.writeText(confPath, wanted.conf);
    if (now.sources !== wanted.sources) {
      if (wanted.sources === undefined) await system.remove(sourcesPath);
      else await system.writeText(sourcesPath, wanted.sources);
    }
    if (filesChanged || missingLive(now, wanted).length > 0) {
      // chrony.conf itself is only read at the start.
      const restarted = await restartChrony(system);
      if (restarted.exitCode !== 0) return fail(notRestarted(restarted.stderr));
      note(`time servers: ${wanted.servers.join(', ') || 'the image’s own'}`);
    }
    await settleFiles(system, 'time');
    return ok(undefined);
  },

  undo: async (system) => {
    const back = await putBackFiles(system, 'time');
    if (back.length === 0) return ok(undefined);
    const restarted = await restartChrony(system);
    return restarted.exitCode === 0 ? ok(undefined) : fail(notRestarted(restarted.stderr));
  },
};

type TimeNow = {
  readonly zone: string | undefined;
  /** Undefined where the distribution has given the file up. */
  readonly zoneName: string | undefined;
  readonly conf: string | undefined;
  readonly sources: string | undefined;
  /** Undefined when no chronyd answers. */
  readonly live: readonly string[] | undefined;
};

const readTime = async (reader: Reader): Promise<TimeNow> => {
  const asked = await reader.query(['chronyc', '-c', '-N', 'sources', '-a'], { timeoutMs: 5_000 });
  return {
    zone: (await reader.readLink(zonePath))?.replace(/^.*zoneinfo\//, ''),
    zoneName: (await reader.readText(zoneNamePath))?.trim(),
    conf: await reader.readText(confPath),
    sources: await reader.readText(sourcesPath),
    live: asked.exitCode === 0 ? parseChronySources(asked.stdout) : undefined,
  };
};

type TimeWanted = {
  readonly zone: string;
  readonly servers: readonly string[];
  readonly conf: string | undefined;
  readonly sources: string | undefined;
};

const wantedTime = (profile: Profile, now: TimeNow): TimeWanted => {
  const servers = profile.node?.ntp ?? [];
  return {
    zone: profile.node?.timezone ?? now.zone ?? 'Etc/UTC',
    servers,
    conf: now.conf === undefined ? undefined : renderChronyConf(now.conf, servers.length > 0),
    sources: servers.length === 0 ? undefined : renderChronySources(servers),
  };
};

const missingLive = (now: TimeNow, wanted: TimeWanted): readonly string[] =>
  wanted.servers.filter((server) => now.live !== undefined && !now.live.includes(server));

const describeServers = (now: TimeNow): string =>
  now.live === undefined ? 'unknown, chronyd does not answer' : [...new Set(now.live)].join(', ') || 'none';

const whyNot = async (profile: Profile, reader: Reader): Promise<Problem | undefined> => {
  const zone = profile.node?.timezone;
  if (zone !== undefined && (await reader.stat(`${zones}/${zone}`)) === undefined)
    return {
      code: 'time/unknown-zone',
      summary: `this image knows no time zone ${zone}`,
      remedy: 'Choose one that `timedatectl list-timezones` prints, e.g. Etc/UTC',
      path: 'node.timezone',
    };
  if ((profile.node?.ntp ?? []).length > 0 && (await reader.stat(confPath)) === undefined)
    return {
      code: 'time/no-chrony',
      summary: 'chrony is not installed on this node, so no time server can be asked',
      remedy: 'Build the image with chrony, or take node.ntp out of the profile',
      path: 'node.ntp',
    };
  return undefined;
};

/** `try-restart` leaves a stopped chronyd to the services step. Restarts that somebody asks for must not use up systemd's limit for crashes. */
const restartChrony = async (system: System): Promise<CommandResult> => {
  await system.run(['systemctl', 'reset-failed', 'chrony.service']);
  return system.run(['systemctl', 'try-restart', 'chrony.service']);
};

const notRestarted = (stderr: string): Problem => ({
  code: 'time/chrony-failed',
  summary: `chrony did not restart: ${stderr.trim().split('\n').at(-1) ?? ''}`,
  remedy: 'See `journalctl -b -u chrony` for the cause, then apply again',
});

// Reads everything that the dashboard shows: the kernel's files at every call, commands at their own slower pace and never in the way.

import type { LinkFact } from '../state/facts.ts';
import { judgeStatus } from '../state/judge-status.ts';
import { type Reading, unavailable } from '../state/reading.ts';
import type { ServiceStatus, Status } from '../state/status.ts';
import { wantedServices } from '../state/wanted-services.ts';
import type { Reader } from '../system/system.ts';
import { readGuard } from './guard.ts';
import { createLastApply } from './last-apply.ts';
import {
  createLinkActivity,
  joinLinks,
  type LinkActivity,
  type LinkDetails,
  readAddressMark,
  readLinkDetails,
} from './links.ts';
import { readLoad } from './load.ts';
import { createMaintenance } from './maintenance.ts';
import { readMemory } from './memory.ts';
import { readNetworkTrial } from './network-trial.ts';
import { createProfileInForce } from './profile-in-force.ts';
import { readRootDevice, readRootStatus } from './root.ts';
import { createSampler, type Sampler, type SamplerOptions } from './sampler.ts';
import { readServices, readServicesMark } from './services.ts';
import { readTimeSync } from './time-sync.ts';
import { readUptime } from './uptime.ts';
import { readZram } from './zram.ts';

export type StatusReader = {
  /** Cheap enough for every second. What has its own pace is `pending` until its first answer. */
  read(): Promise<Status>;
  /** Resolves when everything has answered or is late: before a single reading that shall be complete. */
  settled(): Promise<void>;
};

/** How long one reading may wait for files of the kernel. */
const filesMs = 300;

export const createStatusReader = (reader: Reader, clock: () => number = Date.now): StatusReader => {
  const all: Pick<Sampler<unknown>, 'settled'>[] = [];
  const sampler = <T>(options: Omit<SamplerOptions<T>, 'clock'>): Sampler<T> => {
    const made = createSampler({ ...options, clock });
    all.push(made);
    return made;
  };
  const files = <T>(probe: () => Promise<T | undefined>, silence: string): Sampler<T> =>
    sampler({ probe, silence, everyMs: 0, deadlineMs: 2_000, waitMs: filesMs });
  const command = <T>(seconds: number, probe: () => Promise<T | undefined>, silence: string): Sampler<T> =>
    sampler({ probe, silence, everyMs: seconds * 1_000, deadlineMs: 8_000, waitMs: 0 });

  // What `/` is does not change while the system runs.
  let rootDevice: ReturnType<typeof readRootDevice> | undefined;
  const root = () => {
    rootDevice ??= readRootDevice(reader);
    return rootDevice;
  };

  const hostname = files(() => reader.readText('/proc/sys/kernel/hostname'), 'the kernel does not say');
  const uptime = files(() => readUptime(reader), 'no /proc/uptime');
  const load = files(() => readLoad(reader), 'no /proc/loadavg');
  const memory = files(() => readMemory(reader), 'no /proc/meminfo');
  const rootStatus = files(async () => readRootStatus(reader, await root()), 'the kernel does not say');
  const zram = files(async () => {
    const { device } = await root();
    return device?.startsWith('/dev/zram') ? readZram(reader, device) : undefined;
  }, 'the root filesystem is not on zram');
  const guard = files(() => readGuard(reader), 'the guard does not run here');
  const lastApply = files(createLastApply(reader), 'nothing was applied since boot');
  const trial = files(() => readNetworkTrial(reader), '/run/mayfly does not answer');
  const readProfileInForce = createProfileInForce(reader);
  const profile = files(readProfileInForce, 'no profile is in force');
  const maintenance = files(createMaintenance(reader), 'this boot found a profile');
  const activity = files(createLinkActivity(reader), 'no /proc/net/dev');
  const addresses = files(() => readAddressMark(reader), 'the kernel does not say');
  const details = command(60, () => readLinkDetails(reader, 3_000), '`ip address` does not answer');
  const time = command(60, () => readTimeSync(reader), 'neither chrony nor systemd tells');
  const groups = files(() => readServicesMark(reader), 'the kernel does not say');
  const services = command(
    30,
    async () => {
      const inForce = await profile.read();
      const wanted = inForce.kind === 'live' ? inForce.value.profile : undefined;
      return readServices(reader, wanted === undefined ? [] : wantedServices(wanted));
    },
    'systemd does not answer',
  );

  const linksChanged = changes();
  const readLinks = async (): Promise<Reading<readonly LinkFact[]>> => {
    const [now, mark] = await Promise.all([activity.read(), addresses.read()]);
    if (now.kind === 'live') {
      const shape = [...now.value].map(([name, link]) => `${name} ${link.up} ${link.carrier}`).join();
      // A link that came, went or changed its carrier has other addresses too.
      if (linksChanged(`${shape}${mark.kind === 'live' ? mark.value : ''}`)) details.expire();
    }
    return joinReadings(await details.read(), now);
  };

  const groupsChanged = changes();
  const readServicesNow = async (): Promise<Reading<readonly ServiceStatus[]>> => {
    const mark = await groups.read();
    if (mark.kind === 'live' && groupsChanged(mark.value)) services.expire();
    return services.read();
  };

  return {
    read: async () => {
      // First, so that the services are asked for by the profile of this very reading.
      const inForce = await profile.read();
      const [name, ...others] = await Promise.all([
        hostname.read(),
        uptime.read(),
        load.read(),
        memory.read(),
        zram.read(),
        rootStatus.read(),
        guard.read(),
        readLinks(),
        time.read(),
        readServicesNow(),
        lastApply.read(),
        trial.read(),
        maintenance.read(),
      ]);
      const [
        uptimeNow,
        loadNow,
        memoryNow,
        zramNow,
        rootNow,
        guardNow,
        linksNow,
        timeNow,
        servicesNow,
        applyNow,
        trialNow,
        note,
      ] = others;
      const known = inForce.kind === 'live' || inForce.kind === 'stale' ? inForce.value : undefined;
      const readings: Omit<Status, 'problems'> = {
        version: 1,
        atMs: clock(),
        hostname: name.kind === 'live' || name.kind === 'stale' ? name.value.trim() : 'unknown',
        role: known?.profile?.role,
        uptime: uptimeNow,
        load: loadNow,
        memory: memoryNow,
        zram: zramNow,
        root: rootNow,
        guard: guardNow,
        links: linksNow,
        time: timeNow,
        services: servicesNow,
        profile:
          inForce.kind === 'live' || inForce.kind === 'stale' ? { ...inForce, value: inForce.value.source } : inForce,
        lastApply: applyNow,
        network: trialNow,
      };
      return {
        ...readings,
        problems: judgeStatus(readings, known?.profile, note.kind === 'live' ? note.value : undefined),
      };
    },
    settled: async () => {
      await Promise.all(all.map((each) => each.settled()));
    },
  };
};

/** Whether what it is given is another text than last time. */
const changes = (): ((text: string) => boolean) => {
  let seen: string | undefined;
  return (text) => {
    const changed = text !== seen;
    seen = text;
    return changed;
  };
};

/** Counters of now with addresses of a moment ago: as old as the older of the two, and unknown while either is. */
const joinReadings = (
  details: Reading<LinkDetails>,
  activity: Reading<ReadonlyMap<string, LinkActivity>>,
): Reading<readonly LinkFact[]> => {
  if (details.kind === 'pending' || activity.kind === 'pending') return { kind: 'pending' };
  if (details.kind === 'unavailable') return unavailable(details.why);
  if (activity.kind === 'unavailable') return unavailable(activity.why);
  const value = joinLinks(details.value, activity.value);
  if (details.kind === 'stale') return { ...details, value };
  return { ...activity, value };
};

// Reads everything that the dashboard shows: the kernel's files at every call, commands at their own slower pace and never in the way.

import { type ClusterStatus, noCluster } from '../state/cluster-status.ts';
import type { LinkFact } from '../state/facts.ts';
import { judgeStatus } from '../state/judge-status.ts';
import { pending, type Reading, unavailable } from '../state/reading.ts';
import type { ServiceStatus, Status } from '../state/status.ts';
import { wantedServices } from '../state/wanted-services.ts';
import type { Reader } from '../system/system.ts';
import { createClusterReader } from './cluster.ts';
import { readGuard } from './guard.ts';
import { createLastApply, createUptimeBefore } from './last-apply.ts';
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

/** How long one reading of many may wait for files of the kernel: the next one comes in a second. */
const filesMs = 300;
/** How long the only one may: a node that is busy is not unknown. */
export const patientMs = 2_000;

export const createStatusReader = (reader: Reader, clock: () => number = Date.now, waitMs = filesMs): StatusReader => {
  const all: Pick<Sampler<unknown>, 'settled'>[] = [];
  const sampler = <T>(options: Omit<SamplerOptions<T>, 'clock'>): Sampler<T> => {
    const made = createSampler({ ...options, clock });
    all.push(made);
    return made;
  };
  const files = <T>(probe: () => Promise<T | undefined>, silence: string): Sampler<T> =>
    sampler({ probe, silence, everyMs: 0, deadlineMs: 2_000, waitMs });
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
  const readUptimeBefore = createUptimeBefore(reader);
  const trial = files(() => readNetworkTrial(reader), '/run/mayfly does not answer');
  const readProfileInForce = createProfileInForce(reader);
  const profile = files(readProfileInForce, 'no profile is in force');
  const maintenance = files(createMaintenance(reader), 'this boot found a profile');
  const activity = files(createLinkActivity(reader), 'no /proc/net/dev');
  const addresses = files(() => readAddressMark(reader), 'the kernel does not say');
  const details = command(60, () => readLinkDetails(reader, 3_000), '`ip address` does not answer');
  const time = command(60, () => readTimeSync(reader), 'neither chrony nor systemd tells');
  const wantedProfile = async () => {
    const inForce = await profile.read();
    return inForce.kind === 'live' ? inForce.value.profile : undefined;
  };
  const groups = files(() => readServicesMark(reader), 'the kernel does not say');
  const services = command(
    30,
    async () => {
      const wanted = await wantedProfile();
      return readServices(reader, wanted === undefined ? [] : wantedServices(wanted));
    },
    'systemd does not answer',
  );

  const readCluster = createClusterReader(reader, clock);
  const cluster = command(10, async () => readCluster(await wantedProfile()), 'its daemons do not answer');

  const clusterChanged = changes();
  const readClusterNow = async (): Promise<Reading<ClusterStatus>> => {
    const wanted = (await wantedProfile())?.cluster;
    if (wanted === undefined || wanted.filesystem === 'none') return unavailable(noCluster);
    if (clusterChanged(JSON.stringify(wanted))) cluster.expire();
    const now = await cluster.read();
    // Of another cluster than a moment ago nothing is known yet.
    const isOther = (now.kind === 'live' || now.kind === 'stale') && now.value.filesystem !== wanted.filesystem;
    return isOther ? pending : now;
  };

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
        readClusterNow(),
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
        clusterNow,
        applyNow,
        trialNow,
        note,
      ] = others;
      const known = inForce.kind === 'live' || inForce.kind === 'stale' ? inForce.value : undefined;
      const before = await readUptimeBefore();
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
        cluster: clusterNow,
        profile:
          inForce.kind === 'live' || inForce.kind === 'stale' ? { ...inForce, value: inForce.value.source } : inForce,
        lastApply: applyNow,
        ...(before === undefined ? {} : { uptimeBefore: before }),
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

// What is to be done with the disks that a profile gives to OSDs: kept and started, made new, or refused with the reason.
import type { WantedOsd } from './ceph-disk.ts';
import { type Change, change } from './change.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';

/** What the cluster knows of its OSDs; undefined where it does not answer. */
export type KnownOsds = readonly { readonly id: number; readonly uuid: string; readonly isUp: boolean }[] | undefined;

export type OsdStep =
  | { readonly kind: 'keep'; readonly id: number }
  /** It is on the disk, and its daemon does not run or is not up. */
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly uuid: string;
      readonly path: string;
      readonly on: 'disk' | 'volume';
    }
  | {
      readonly kind: 'make';
      readonly path: string;
      readonly serial: string;
      /** What is there is cleared first: with consent, or since nothing of worth can be in it. */
      readonly clear: boolean;
      /** Of ours that the cluster has removed: asked once more whether it can do without. */
      readonly removed: { readonly id: number; readonly uuid: string } | undefined;
    };

export type PlannedOsds = {
  readonly steps: readonly OsdStep[];
  readonly changes: readonly Change[];
  /** Of each disk that cannot be used as it is. */
  readonly problems: readonly Problem[];
};
type Situation = {
  readonly wipe: readonly string[];
  /** OSDs whose daemon runs on this node. */
  readonly running: ReadonlySet<number>;
  readonly known: KnownOsds;
  /** Nobody is there who could agree: a disk that holds something is a problem, and no obstacle for the others. */
  readonly partly: boolean;
};

export const planOsds = (wanted: readonly WantedOsd[], situation: Situation): PlannedOsds => {
  const planned = wanted.map((osd) => planOsd(osd, situation));
  const possible = planned.flatMap((one) => (one.ok ? [one.value] : []));
  return {
    steps: possible.map(({ step }) => step),
    changes: possible.flatMap(({ difference }) => difference ?? []),
    problems: planned.flatMap((one) => (one.ok ? [] : [one.problem])),
  };
};

type One = { readonly step: OsdStep; readonly difference: Change | undefined };

const planOsd = (osd: WantedOsd, { wipe, running, known, partly }: Situation): Result<One> => {
  if (osd.disk === undefined) return fail(notOne(osd));
  const { fact, is } = osd.disk;
  const { path } = fact;
  const consented = wipe.includes(osd.serial);
  const make = (
    before: string | undefined,
    clear: boolean,
    destroysData: boolean,
    removed?: { readonly id: number; readonly uuid: string },
  ): Result<One> => ({
    ok: true,
    value: {
      step: { kind: 'make', path, serial: osd.serial, clear, removed },
      difference: { ...change('create', `disk ${osd.serial}`, before, `OSD (${path})`), destroysData },
    },
  });
  if (is.kind === 'ours') {
    const inMap = known?.find(({ id, uuid }) => id === is.id && uuid === is.uuid);
    // Naming it under wipe is not enough: what is in the profile stays there, and the disk would be lost at every boot.
    if (known !== undefined && inMap === undefined)
      return consented
        ? make(`osd.${is.id}, removed from this cluster`, true, true, { id: is.id, uuid: is.uuid })
        : fail(removed(osd, is.id));
    const isUp = running.has(is.id) && inMap?.isUp !== false;
    return ok({
      step: isUp ? { kind: 'keep', id: is.id } : { kind: 'start', id: is.id, uuid: is.uuid, path, on: is.on },
      difference: isUp ? undefined : change('run', `osd.${is.id}`, running.has(is.id) ? 'not up' : 'not running', 'up'),
    });
  }
  if (fact.mountedAt.length > 0) return fail(inUse(osd, fact.mountedAt));
  switch (is.kind) {
    case 'empty':
      return make(undefined, false, false);
    case 'unfinished':
      return make('an OSD whose making was interrupted', true, false);
    case 'foreign':
      return consented ? make(`an OSD of the Ceph cluster ${is.fsid}`, true, true) : fail(foreign(osd, is.fsid));
    case 'other': {
      const held = is.contents.join(', ');
      return partly && !consented ? fail(notEmpty(osd, held)) : make(held, true, true);
    }
  }
};

const notOne = ({ at, serial, found }: WantedOsd): Problem =>
  found.length === 0
    ? {
        code: 'storage/no-such-disk',
        summary: `No disk has the serial number ${serial}, which an OSD is to use`,
        remedy: 'Check the cable, or name another disk (`lsblk -o NAME,SIZE,SERIAL`)',
        path: `${at}.device.serial`,
      }
    : {
        code: 'storage/two-disks',
        summary: `${found.map(({ path }) => path).join(' and ')} both have the serial number ${serial}`,
        remedy: 'Nobody knows which of them is meant: take one out, or name another disk',
        path: `${at}.device.serial`,
      };

const inUse = ({ at, serial }: WantedOsd, mountedAt: readonly string[]): Problem => ({
  code: 'storage/disk-in-use',
  summary: `Disk ${serial} is in use: ${mountedAt.join(', ')}`,
  remedy: 'Name another disk for the OSD, or stop what uses this one',
  path: `${at}.device.serial`,
});

const notEmpty = ({ at, serial }: WantedOsd, held: string): Problem => ({
  code: 'storage/not-empty',
  summary: `Disk ${serial}, which an OSD is to use, holds ${held}`,
  remedy: `Name another disk, or write ${serial} under wipe if its data may go`,
  path: `${at}.device.serial`,
});

const foreign = ({ at, serial }: WantedOsd, fsid: string): Problem => ({
  code: 'ceph/foreign-osd',
  summary: `Disk ${serial} holds an OSD of another Ceph cluster: ${fsid}`,
  remedy: `Write that fsid in the profile if this node belongs there, or write ${serial} under wipe if its data may go`,
  path: `${at}.device.serial`,
});

const removed = ({ at, serial }: WantedOsd, id: number): Problem => ({
  code: 'ceph/removed-osd',
  summary: `Disk ${serial} holds osd.${id}, which was removed from this cluster`,
  remedy: `Write ${serial} under wipe to make a new OSD of it, or leave it out of the profile`,
  path: `${at}.device.serial`,
});

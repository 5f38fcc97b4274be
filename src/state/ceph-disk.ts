// What a disk is to a Ceph cluster, and so what may be done with it.
import type { DiskFact } from './facts.ts';

/** BlueStore's own label, as far as it decides. */
export type OsdLabel = {
  readonly uuid: string;
  /** Undefined until the OSD was made whole. */
  readonly fsid: string | undefined;
  readonly id: number | undefined;
  readonly ready: boolean;
};

/** Of an OSD on a logical volume, from its tags. */
export type OsdVolume = { readonly uuid: string; readonly fsid: string; readonly id: number };

export type OsdDisk =
  /** An OSD of this cluster: kept, whatever else is said of the disk. */
  | { readonly kind: 'ours'; readonly id: number; readonly uuid: string; readonly on: 'disk' | 'volume' }
  /** Making an OSD of it was interrupted before it could hold anything. */
  | { readonly kind: 'unfinished'; readonly uuid: string }
  /** An OSD of another cluster. */
  | { readonly kind: 'foreign'; readonly fsid: string; readonly id: number | undefined }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other'; readonly contents: readonly string[] };

export const classifyOsdDisk = (
  /** In words, where there is no label. */
  contents: readonly string[],
  fsid: string,
  label: OsdLabel | undefined,
  volumes: readonly OsdVolume[] = [],
): OsdDisk => {
  if (label !== undefined) {
    if (label.fsid !== undefined && label.fsid !== fsid) return { kind: 'foreign', fsid: label.fsid, id: label.id };
    return label.ready && label.fsid !== undefined && label.id !== undefined
      ? { kind: 'ours', id: label.id, uuid: label.uuid, on: 'disk' }
      : { kind: 'unfinished', uuid: label.uuid };
  }
  const [volume] = volumes;
  if (volume !== undefined && volumes.length === 1)
    return volume.fsid === fsid
      ? { kind: 'ours', id: volume.id, uuid: volume.uuid, on: 'volume' }
      : { kind: 'foreign', fsid: volume.fsid, id: volume.id };
  return contents.length === 0 ? { kind: 'empty' } : { kind: 'other', contents };
};

/** One entry of `cluster.osds`. */
export type WantedOsd = {
  /** Where in the profile: `cluster.osds[0]`. */
  readonly at: string;
  readonly serial: string;
  /** All disks with that serial number. */
  readonly found: readonly DiskFact[];
  /** The only one. */
  readonly disk: { readonly fact: DiskFact; readonly is: OsdDisk } | undefined;
};

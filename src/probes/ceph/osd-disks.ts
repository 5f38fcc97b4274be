// Looks at the disks that the profile gives to OSDs: which are there, and what each is to this cluster.
import { classifyOsdDisk, type OsdDisk, type OsdLabel, type OsdVolume, type WantedOsd } from '../../state/ceph-disk.ts';
import type { DiskFact } from '../../state/facts.ts';
import type { Reader } from '../../system/system.ts';
import { readContents } from '../disk-contents.ts';
import { readDisks } from '../disks.ts';
import { parseJsonAs } from '../json.ts';
import { bluestoreLabels, osdVolumes } from './answers.ts';

/** Undefined when the disks could not be listed. */
export const readOsdDisks = async (
  reader: Reader,
  osds: readonly { readonly device: { readonly serial: string } }[],
  fsid: string,
): Promise<readonly WantedOsd[] | undefined> => {
  if (osds.length === 0) return [];
  const disks = await readDisks(reader);
  if (disks === undefined) return undefined;
  return Promise.all(
    osds.map(async ({ device: { serial } }, index): Promise<WantedOsd> => {
      const found = disks.filter((disk) => disk.serial === serial);
      const [fact] = found;
      const only = found.length === 1 ? fact : undefined;
      const disk = only === undefined ? undefined : { fact: only, is: await lookAt(reader, only, fsid) };
      return { at: `cluster.osds[${index}]`, serial, found, disk };
    }),
  );
};

const lookAt = async (reader: Reader, disk: DiskFact, fsid: string): Promise<OsdDisk> => {
  const label = await readLabel(reader, disk.path);
  if (label !== undefined) return classifyOsdDisk([], fsid, label);
  const contents = await contentsOf(reader, disk);
  const isVolume = contents.some((content) => content.startsWith('LVM'));
  return classifyOsdDisk(contents, fsid, undefined, isVolume ? await readVolumes(reader, disk.path) : []);
};

/** The disk itself is asked, also one that sleeps: what it holds decides whether it is written to. */
const contentsOf = async (reader: Reader, disk: DiskFact): Promise<readonly string[]> => {
  const found = await readContents(reader, disk.path);
  if (found.kind === 'unknown') return [`unknown: ${found.why}`];
  return found.kind === 'empty' ? disk.contents.filter((content) => !content.startsWith('asleep')) : found.words;
};

/** It stands in the first block of a disk that BlueStore has taken; anything else has none, and the tool fails. */
const readLabel = async (reader: Reader, path: string): Promise<OsdLabel | undefined> => {
  const answer = await reader.query(['ceph-bluestore-tool', 'show-label', '--no-mon-config', '--dev', path], {
    timeoutMs: 20_000,
  });
  const label = answer.exitCode === 0 ? parseJsonAs(bluestoreLabels, answer.stdout)?.[path] : undefined;
  if (label === undefined) return undefined;
  return {
    uuid: label.osd_uuid,
    fsid: label.ceph_fsid,
    id: label.whoami === undefined ? undefined : Number(label.whoami),
    ready: label.ready === 'ready',
  };
};

const readVolumes = async (reader: Reader, path: string): Promise<readonly OsdVolume[]> => {
  const answer = await reader.query(['ceph-volume', 'lvm', 'list', '--format', 'json', path], { timeoutMs: 30_000 });
  const found = answer.exitCode === 0 ? parseJsonAs(osdVolumes, answer.stdout) : undefined;
  return Object.values(found ?? {}).flatMap((volumes) =>
    volumes
      .filter(({ type }) => type === 'block')
      .map(({ tags }) => ({
        uuid: tags['ceph.osd_fsid'],
        fsid: tags['ceph.cluster_fsid'],
        id: Number(tags['ceph.osd_id']),
      })),
  );
};

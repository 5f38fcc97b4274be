// What becomes of a disk that a profile gives to an OSD: nothing that holds data is ever made anew without consent.
import { describe, expect, test } from 'vitest';
import { bytes } from '../../src/state/bytes.ts';
import { classifyOsdDisk, type OsdDisk, type OsdLabel } from '../../src/state/ceph-disk.ts';
import { type KnownOsds, planOsds } from '../../src/state/ceph-osd-plan.ts';

const fsid = '9f321143-6965-44fb-95f7-babdb7ae4e01';
const foreign = '11111111-2222-4333-8444-555555555555';
const label = (over: Partial<OsdLabel> = {}): OsdLabel => ({ uuid: 'u-0', fsid, id: 0, ready: true, ...over });

describe('what a disk is', () => {
  test.each<[string, readonly string[], OsdLabel | undefined, OsdDisk]>([
    ['nothing on it', [], undefined, { kind: 'empty' }],
    ['a table', ['GPT with 1 partition'], undefined, { kind: 'other', contents: ['GPT with 1 partition'] }],
    ['of ours', [], label(), { kind: 'ours', id: 0, uuid: 'u-0', on: 'disk' }],
    ['of another', [], label({ fsid: foreign, id: 7 }), { kind: 'foreign', fsid: foreign, id: 7 }],
    ['half of another', [], label({ fsid: foreign, ready: false }), { kind: 'foreign', fsid: foreign, id: 0 }],
    [
      'no cluster in its label yet',
      [],
      label({ fsid: undefined, id: undefined, ready: false }),
      { kind: 'unfinished', uuid: 'u-0' },
    ],
    ['not ready', [], label({ ready: false }), { kind: 'unfinished', uuid: 'u-0' }],
  ])('%s', (_, contents, found, expected) => {
    expect(classifyOsdDisk(contents, fsid, found)).toEqual(expected);
  });

  test('an OSD on a logical volume, where there is just one', () => {
    const volume = { uuid: 'u-4', fsid, id: 4 };
    const lvm = ['LVM physical volume'];
    expect(classifyOsdDisk(lvm, fsid, undefined, [volume])).toEqual({ kind: 'ours', id: 4, uuid: 'u-4', on: 'volume' });
    expect(classifyOsdDisk(lvm, foreign, undefined, [volume])).toMatchObject({ kind: 'foreign', fsid });
    expect(classifyOsdDisk(lvm, fsid, undefined, [volume, volume])).toEqual({ kind: 'other', contents: lvm });
  });
});

type Given = {
  wipe?: readonly string[];
  running?: readonly number[];
  known?: KnownOsds;
  mounted?: readonly string[];
  disks?: number;
  partly?: boolean;
};

const planned = (
  is: OsdDisk,
  { wipe = [], running = [], known, mounted = [], disks = 1, partly = false }: Given = {},
) => {
  const fact = {
    name: 'sda',
    path: '/dev/sda',
    size: bytes(2 ** 32),
    serial: 'S',
    model: undefined,
    rotational: false,
    contents: [],
    mountedAt: mounted,
  };
  const found = Array.from({ length: disks }, () => fact);
  const disk = disks === 1 ? { fact, is } : undefined;
  const result = planOsds([{ at: 'cluster.osds[0]', serial: 'S', found, disk }], {
    wipe,
    running: new Set(running),
    known,
    partly,
  });
  const [problem] = result.problems;
  if (problem !== undefined) return problem.code;
  const [step] = result.steps;
  const [difference] = result.changes;
  return `${step?.kind}${difference?.destroysData === true ? ', destroys' : ''}${difference === undefined ? '' : `: ${difference.subject} ${difference.before ?? '-'} → ${difference.after}`}`;
};

const ours: OsdDisk = { kind: 'ours', id: 0, uuid: 'u-0', on: 'disk' };
const up: KnownOsds = [{ id: 0, uuid: 'u-0', isUp: true }];

describe('what is done with it', () => {
  test.each<[string, OsdDisk, Given, string]>([
    ['an empty one', { kind: 'empty' }, {}, 'make: disk S - → OSD (/dev/sda)'],
    ['ours that runs', ours, { running: [0], known: up }, 'keep'],
    ['ours that runs, and nobody answers', ours, { running: [0] }, 'keep'],
    ['ours at a boot', ours, {}, 'start: osd.0 not running → up'],
    [
      'ours that the cluster does not see',
      ours,
      { running: [0], known: [{ id: 0, uuid: 'u-0', isUp: false }] },
      'start: osd.0 not up → up',
    ],
    // What the profile says stays there, and the disk would be lost at every boot.
    ['ours, although it may be wiped', ours, { wipe: ['S'], running: [0], known: up }, 'keep'],
    ['ours, removed', ours, { known: [] }, 'ceph/removed-osd'],
    ['ours, its number given to another', ours, { known: [{ id: 0, uuid: 'u-9', isUp: true }] }, 'ceph/removed-osd'],
    [
      'ours, removed, may be wiped',
      ours,
      { known: [], wipe: ['S'] },
      'make, destroys: disk S osd.0, removed from this cluster → OSD (/dev/sda)',
    ],
    ['ours, may be wiped, nobody answers', ours, { wipe: ['S'] }, 'start: osd.0 not running → up'],
    [
      'interrupted',
      { kind: 'unfinished', uuid: 'u-1' },
      {},
      'make: disk S an OSD whose making was interrupted → OSD (/dev/sda)',
    ],
    ['foreign', { kind: 'foreign', fsid: foreign, id: 3 }, {}, 'ceph/foreign-osd'],
    [
      'foreign, may be wiped',
      { kind: 'foreign', fsid: foreign, id: 3 },
      { wipe: ['S'] },
      `make, destroys: disk S an OSD of the Ceph cluster ${foreign} → OSD (/dev/sda)`,
    ],
    [
      'a filesystem',
      { kind: 'other', contents: ['xfs label x'] },
      {},
      'make, destroys: disk S xfs label x → OSD (/dev/sda)',
    ],
    ['a filesystem, nobody there', { kind: 'other', contents: ['xfs label x'] }, { partly: true }, 'storage/not-empty'],
    [
      'a filesystem, nobody there, may be wiped',
      { kind: 'other', contents: ['xfs label x'] },
      { partly: true, wipe: ['S'] },
      'make, destroys: disk S xfs label x → OSD (/dev/sda)',
    ],
    ['mounted', { kind: 'other', contents: ['xfs'] }, { mounted: ['/srv'], wipe: ['S'] }, 'storage/disk-in-use'],
    ['not there', ours, { disks: 0 }, 'storage/no-such-disk'],
    ['twice', ours, { disks: 2 }, 'storage/two-disks'],
  ])('%s', (_, is, given, expected) => {
    expect(planned(is, given)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { bytes, gib, mib } from '../../src/state/bytes.ts';
import { checkAgainstFacts } from '../../src/state/check-against-facts.ts';
import type { DiskFact, Facts, LinkFact } from '../../src/state/facts.ts';
import { profileSchema } from '../../src/state/profile.ts';
import { readYaml } from '../../src/state/read-yaml.ts';

const link = (name: string, mac: string): LinkFact => ({
  name,
  kind: name === 'lo' ? 'loopback' : 'ethernet',
  mac,
  carrier: true,
  up: true,
  speedMbps: 1000,
  driver: 'virtio_net',
  model: undefined,
  mtu: 1500,
  addresses: [],
  received: bytes(0),
  sent: bytes(0),
});
const disk = (name: string, serial: string | undefined): DiskFact => ({
  name,
  path: `/dev/${name}`,
  size: gib(8),
  serial,
  model: undefined,
  rotational: false,
  contents: [],
  mountedAt: [],
});
const facts: Facts = {
  hostname: 'localhost',
  machineId: undefined,
  uuid: undefined,
  serial: undefined,
  vendor: undefined,
  model: undefined,
  cpuModel: undefined,
  cpus: 2,
  memory: gib(4),
  kernel: '6.12',
  links: [link('lo', '00:00:00:00:00:00'), link('ens3', '52:54:00:00:00:01'), link('ens4', '52:54:00:00:00:02')],
  disks: [disk('vda', 'VBOX-77'), disk('vdb', 'CONF-1'), disk('vdc', undefined)],
  timezones: ['Etc/UTC', 'Europe/Berlin', 'America/Argentina/Salta'],
  keyboard: { layouts: ['de', 'de-nodeadkeys', 'fr', 'us'], inUse: 'us' },
  filesystems: {
    ceph: { available: false, why: 'the image carries no Ceph packages' },
    gluster: { available: true },
    beegfs: { available: true },
    lustre: { available: true },
  },
  root: {
    device: '/dev/zram0',
    filesystem: 'ext4',
    kind: 'zram',
    image: { version: '1', source: 'x', uncompressed: mib(1086), inodes: 28391, zramBytes: { zstd: mib(559) } },
    algorithms: ['zstd', 'lz4'],
  },
  configPartition: { kind: 'found', device: '/dev/vdb1', mountpoint: '/config', readOnly: false },
};

const problemsOf = (yaml: string, more: Partial<Facts> = {}) => {
  const read = readYaml(`version: 1\nrole: storage\n${yaml}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return checkAgainstFacts(profileSchema.parse(read.value.values), { ...facts, ...more });
};

describe('checkAgainstFacts', () => {
  it.each([
    ['network: { links: [{ match: { name: ens3 } }, { match: { mac: "52:54:00:00:00:02" } }, { match: primary }] }'],
    ['network: { bonds: [{ name: b, members: [ens3, ens4], mode: 802.3ad }] }'],
    ['node: { timezone: Europe/Berlin, keyboard: de-nodeadkeys }'],
    ['cluster: { filesystem: gluster, peers: [a], bricks: [{ device: { serial: VBOX-77 }, path: /b }] }'],
    ['zram: { root: { algorithm: lz4 }, swap: { size: 1GiB, algorithm: zstd } }'],
  ])('has nothing against %s', (yaml) => {
    expect(problemsOf(yaml)).toEqual([]);
  });

  it.each([
    [
      'network: { links: [{ match: { name: ens33 } }] }',
      'network.links[0].match.name',
      'ens3, ens4',
      'did you mean ens3?',
    ],
    ['network: { links: [{ match: { name: lo } }] }', 'network.links[0].match.name', 'no link lo', 'MAC'],
    [
      'network: { links: [{ match: { mac: "52:54:00:00:00:09" } }] }',
      'network.links[0].match.mac',
      '52:54:00:00:00:09',
      '52:54:00:00:00:01 (ens3)',
    ],
    [
      'network: { bonds: [{ name: b, members: [eth9], mode: 802.3ad }] }',
      'network.bonds[0].members[0]',
      'no link eth9',
      'MAC',
    ],
    ['node: { timezone: Europe/Salta }', 'node.timezone', 'Europe/Salta', 'America/Argentina/Salta'],
    ['node: { timezone: Mars/Base }', 'node.timezone', 'Mars/Base', 'Etc/UTC'],
    ['node: { keyboard: de-nodedkeys }', 'node.keyboard', 'de-nodedkeys', 'did you mean de-nodeadkeys?'],
    ['node: { keyboard: fr_CH-latin1 }', 'node.keyboard', 'fr_CH-latin1', 'did you mean fr?'],
    ['node: { keyboard: klingon }', 'node.keyboard', 'klingon', 'e.g. us'],
    ['cluster: { filesystem: ceph, monitors: [a] }', 'cluster.filesystem', 'no Ceph packages', 'another filesystem'],
    [
      'cluster: { filesystem: gluster, peers: [a], bricks: [{ device: { serial: VB0X-77 }, path: /b }] }',
      'cluster.bricks[0].device.serial',
      'VB0X-77',
      'did you mean VBOX-77?',
    ],
    [
      'cluster: { filesystem: gluster, peers: [a], bricks: [{ device: { serial: CONF-1 }, path: /b }] }',
      'cluster.bricks[0].device.serial',
      'config partition',
      'another disk',
    ],
    ['zram: { root: { algorithm: lzo } }', 'zram.root.algorithm', 'lzo', 'zstd, lz4'],
    ['zram: { swap: { size: 5GiB } }', 'zram.swap.size', '5GiB', '25%'],
    ['zram: { root: { size: 17GiB } }', 'zram.root.size', 'four times', 'leave it out'],
    ['zram: { root: { size: 1GiB } }', 'zram.root.size', 'does not fit', 'MiB or more'],
    ['zram: { root: { size: 3GiB, memoryLimit: 512MiB } }', 'zram.root.memoryLimit', 'does not fit', 'MiB or more'],
  ])('%s', (yaml, path, says, remedy) => {
    const [problem, ...more] = problemsOf(yaml);
    expect(problem).toMatchObject({ path });
    expect(problem?.summary).toContain(says);
    expect(problem?.remedy).toContain(remedy);
    expect(more).toEqual([]);
  });

  it('refuses what this memory cannot hold', () => {
    expect(problemsOf('zram: {}', { memory: mib(1024) }).map(({ code }) => code)).toEqual(['zram/does-not-fit']);
  });

  it('has nothing against a machine whose image boots with an overlay instead, unless zram is insisted on', () => {
    const { image } = facts.root;
    if (image === undefined) throw new Error('no image');
    const small = { memory: mib(1024), root: { ...facts.root, image: { ...image, squashfs: mib(300) } } };
    const codes = (yaml: string, more: Partial<Facts>) => problemsOf(yaml, more).map(({ code }) => code);
    expect(codes('zram: {}', small)).toEqual([]);
    expect(codes('zram: { root: { kind: overlay } }', small)).toEqual([]);
    expect(codes('zram: { root: { kind: zram } }', small)).toEqual(['zram/does-not-fit']);
    expect(codes('zram: { root: { kind: overlay } }', {})).toEqual(['root/no-squashfs']);
    expect(codes('zram: { root: { kind: overlay } }', { ...small, memory: mib(640) })).toEqual([
      'root/overlay-does-not-fit',
    ]);
  });

  it('does not judge what nobody could read', () => {
    const root = { ...facts.root, image: undefined, algorithms: [] };
    expect(problemsOf('node: { timezone: A/B }\nzram: { root: { algorithm: xyz } }', { root, timezones: [] })).toEqual(
      [],
    );
  });
});

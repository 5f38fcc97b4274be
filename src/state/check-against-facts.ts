// Holds a profile against the machine that it is for: what it names and this machine does not have.
import { parseBytes, renderBytes } from './bytes.ts';
import type { Facts } from './facts.ts';
import { nearMiss } from './near-miss.ts';
import { sizeOverlay } from './overlay-sizing.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import { disksOf } from './profile-disks.ts';
import { isUnread } from './refresh-facts.ts';
import { roleNeeds } from './role-needs.ts';
import { type SizingInput, sizeRoot } from './zram-sizing.ts';

export const checkAgainstFacts = (profile: Profile, facts: Facts): readonly Problem[] => [
  ...checkTimezone(profile, facts),
  ...checkKeyboard(profile, facts),
  ...checkLinks(profile, facts),
  ...checkFilesystem(profile, facts),
  ...checkDisks(profile, facts),
  ...checkZram(profile, facts),
];

const problem = (code: string, path: string, summary: string, remedy: string): Problem => ({
  code,
  summary,
  remedy,
  path,
});

const checkTimezone = ({ node }: Profile, { timezones }: Facts): readonly Problem[] => {
  const zone = node?.timezone;
  if (zone === undefined || timezones.length === 0 || timezones.includes(zone)) return [];
  const city = zone.split('/').at(-1)?.toLowerCase();
  const meant = nearMiss(zone, timezones) ?? timezones.find((known) => known.split('/').at(-1)?.toLowerCase() === city);
  const remedy = meant === undefined ? 'write one that it knows, e.g. Etc/UTC' : `did you mean ${meant}?`;
  return [problem('node/timezone', 'node.timezone', `this system knows no time zone ${zone}`, remedy)];
};

const checkKeyboard = ({ node }: Profile, { keyboard }: Facts): readonly Problem[] => {
  const layout = node?.keyboard;
  if (layout === undefined || keyboard.layouts.length === 0 || keyboard.layouts.includes(layout)) return [];
  // `de-latin1` and `de_CH` are what other systems call them.
  const [country] = layout.toLowerCase().split(/[-_.]/);
  const meant = nearMiss(layout, keyboard.layouts) ?? keyboard.layouts.find((known) => known === country);
  const remedy = meant === undefined ? 'write one that it has, e.g. us' : `did you mean ${meant}?`;
  return [problem('node/keyboard', 'node.keyboard', `this system has no keyboard layout ${layout}`, remedy)];
};

const checkLinks = ({ network = {} }: Profile, facts: Facts): readonly Problem[] => {
  if (isUnread(facts, 'links')) return [];
  const made = [...(network.bonds ?? []), ...(network.vlans ?? [])].map(({ name }) => name);
  const real = facts.links.filter(({ kind, name }) => kind !== 'loopback' && !made.includes(name));
  const names = real.map(({ name }) => name);
  const there = names.length === 0 ? 'this node has no links' : `this node has ${names.join(', ')}`;
  const absent = (name: string, path: string): readonly Problem[] => {
    if (names.includes(name)) return [];
    const meant = nearMiss(name, names);
    const remedy = meant === undefined ? `name one of them, or choose it by its MAC` : `did you mean ${meant}?`;
    return [problem('network/no-such-link', path, `there is no link ${name}; ${there}`, remedy)];
  };
  return [
    ...(network.links ?? []).flatMap(({ match }, index) => {
      const path = `network.links[${index}].match`;
      if (match === 'primary') {
        return names.length > 0 ? [] : [problem('network/no-such-link', path, there, 'check the network card')];
      }
      if ('name' in match) return made.includes(match.name) ? [] : absent(match.name, `${path}.name`);
      const wanted = match.mac.toLowerCase();
      const macs = real.flatMap(({ name, mac }) => (mac === undefined ? [] : [`${mac.toLowerCase()} (${name})`]));
      return macs.some((mac) => mac.startsWith(wanted))
        ? []
        : [
            problem(
              'network/no-such-link',
              `${path}.mac`,
              `no link has the MAC ${match.mac}`,
              `use one of ${macs.join(', ') || 'the links of this node: it has none'}; a replaced card has a new one`,
            ),
          ];
    }),
    ...(network.bonds ?? []).flatMap(({ members }, bond) =>
      members.flatMap((member, index) => absent(member, `network.bonds[${bond}].members[${index}]`)),
    ),
  ];
};

const checkFilesystem = ({ cluster }: Profile, facts: Facts): readonly Problem[] => {
  if (cluster === undefined || cluster.filesystem === 'none' || isUnread(facts, 'filesystems')) return [];
  // Its packages may be installed yet, or its configuration is all that is wanted.
  const vendor = cluster.filesystem === 'beegfs' || cluster.filesystem === 'lustre';
  if (vendor && (cluster.repository !== undefined || cluster.configureOnly === true)) return [];
  const availability = facts.filesystems[cluster.filesystem];
  if (availability.available) return [];
  const addable = availability.addable === true;
  return [
    problem(
      'cluster/unavailable',
      addable ? 'cluster.repository' : 'cluster.filesystem',
      `${cluster.filesystem} cannot be had on this node: ${availability.why}`,
      addable
        ? 'name their repository, have the configuration written only, or boot an image that carries them'
        : 'choose another filesystem, or boot an image that carries it',
    ),
  ];
};

const checkDisks = (profile: Profile, facts: Facts): readonly Problem[] => {
  if (isUnread(facts, 'disks')) return [];
  const { disks, configPartition } = facts;
  const serials = disks.flatMap(({ serial }) => serial ?? []);
  const there = serials.length === 0 ? 'no disk here reports one' : `here are ${serials.join(', ')}`;
  return disksOf(profile).flatMap(({ path, serial, use }) => {
    const at = `${path}.device.serial`;
    const disk = disks.find((candidate) => candidate.serial === serial);
    if (disk === undefined) {
      const meant = nearMiss(serial, serials);
      const remedy = meant === undefined ? 'check the cable, or name another disk' : `did you mean ${meant}?`;
      return [problem('storage/no-such-disk', at, `no disk has the serial number ${serial}; ${there}`, remedy)];
    }
    const holdsConfig = configPartition.kind === 'found' && configPartition.device.startsWith(disk.path);
    return holdsConfig
      ? [problem('storage/config-disk', at, `${serial} holds the config partition`, `use another disk as ${use}`)]
      : [];
  });
};

const checkZram = (profile: Profile, { memory, root: live }: Facts): readonly Problem[] => {
  const { root = {}, swap } = profile.zram ?? {};
  const problems: Problem[] = [];
  const offered = live.algorithms;
  for (const [path, name] of [
    ['zram.root.algorithm', root.algorithm],
    ['zram.swap.algorithm', swap?.algorithm],
  ] as const) {
    if (name === undefined || offered.length === 0 || offered.includes(name)) continue;
    const summary = `this kernel does not offer ${name}`;
    problems.push(problem('zram/algorithm', path, summary, `use one of ${offered.join(', ')}`));
  }
  const swapSize = swap === undefined ? undefined : parseBytes(swap.size);
  if (swapSize !== undefined && memory !== undefined && swapSize > memory) {
    const summary = `swap of ${swap?.size} is more than the RAM that it is kept in (${renderBytes(memory)})`;
    problems.push(problem('zram/swap', 'zram.swap.size', summary, 'write a share of it, e.g. 25%'));
  }
  if (live.image === undefined || memory === undefined) return problems;
  const disksize = root.size === undefined ? undefined : parseBytes(root.size);
  const limit = root.memoryLimit === undefined ? undefined : parseBytes(root.memoryLimit);
  if (disksize !== undefined && disksize > 4 * memory) {
    const summary = `a device of ${root.size} is more than four times the RAM (${renderBytes(memory)}): its table alone takes ${renderBytes(parseBytes(String(Math.ceil((disksize / 4096) * 24))) ?? memory)}`;
    problems.push(problem('zram/size', 'zram.root.size', summary, 'write about the size of the RAM, or leave it out'));
  }
  const input: SizingInput = {
    memory,
    roleNeeds: roleNeeds(profile),
    image: live.image.uncompressed,
    compressed: live.image.zramBytes,
    squashfs: live.image.squashfs,
    dictionary: live.image.dictionary !== undefined,
    inodes: live.image.inodes,
    ...(offered.length === 0 ? {} : { algorithms: offered }),
    wish: {
      ...(disksize === undefined ? {} : { disksize }),
      ...(limit === undefined ? {} : { limit }),
      ...(root.algorithm === undefined ? {} : { algorithm: root.algorithm }),
      ...(root.dictionary === undefined ? {} : { dictionary: root.dictionary }),
    },
  };
  if (root.kind === 'overlay') return [...problems, ...checkOverlay(input)];
  const sizing = sizeRoot(input);
  if (sizing.kind !== 'refused') return problems;
  // Without a wish the boot module goes on with the fallback by itself.
  return root.kind === undefined && sizing.fallback !== undefined ? problems : [...problems, sizing.problem];
};

const checkOverlay = ({ squashfs, ...input }: SizingInput): readonly Problem[] => {
  const at = 'zram.root.kind';
  if (squashfs === undefined)
    return [
      problem('root/no-squashfs', at, 'this image has no squashfs for an overlay', 'build it without --no-fallback'),
    ];
  const sizing = sizeOverlay({ ...input, squashfs });
  return sizing.kind === 'refused' ? [sizing.problem] : [];
};

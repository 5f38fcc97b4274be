// What a node is in a Lustre filesystem: its targets by name, where each is mounted, who formats and who only stands by.
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';

export type Lustre = ClusterOf<'lustre'>;
type Target = NonNullable<Lustre['targets']>[number];

export type LustreTarget = {
  /** Where in the profile. */
  readonly path: string;
  readonly serial: string;
  readonly kind: Target['kind'];
  readonly index: number;
  /** `lfs0-OST0001`, `MGS`: index in hexadecimal, as Lustre labels a registered target. */
  readonly name: string;
  readonly mountpoint: string;
  /** A metadata target that is the management server as well. */
  readonly withMgs: boolean;
  readonly serviceNodes: readonly string[];
  /** Formats and mounts it; the partner of a pair leaves both to this one. */
  readonly duty: 'serves' | 'stands by';
};

const targetName = (fsname: string, kind: Target['kind'], index: number): string =>
  kind === 'mgs' ? 'MGS' : `${fsname}-${kind.toUpperCase()}${index.toString(16).padStart(4, '0')}`;

const turn: Readonly<Record<Target['kind'], number>> = { mgs: 0, mdt: 1, ost: 2 };

/** In the order in which they are mounted: nothing registers before the management server is there. */
export const lustreTargets = (profile: Profile, cluster: Lustre): readonly LustreTarget[] => {
  const targets = cluster.targets ?? [];
  // A management server of its own on any node is named there; without one on this node its MDT0000 is it.
  const mgsHere = cluster.mgs.some((name) => isOneOfUs(profile, name)) && !targets.some(({ kind }) => kind === 'mgs');
  return targets
    .map(({ kind, index, device, serviceNodes = [] }, position): LustreTarget => {
      const name = targetName(cluster.fsname, kind, index);
      return {
        path: `cluster.targets[${position}]`,
        serial: device.serial,
        kind,
        index,
        name,
        mountpoint: `/srv/lustre/${name}`,
        withMgs: mgsHere && kind === 'mdt' && index === 0,
        serviceNodes,
        duty: dutyOf(profile, serviceNodes),
      };
    })
    .sort((one, other) => turn[one.kind] - turn[other.kind] || one.index - other.index);
};

/** Of the servers of a shared disk the first formats and mounts: two at once would destroy it. */
const dutyOf = (profile: Profile, [first]: readonly string[]): LustreTarget['duty'] =>
  first === undefined || isOneOfUs(profile, first.split('@')[0] ?? '') ? 'serves' : 'stands by';

/** Network of the MGS's own NIDs: the first of this node. */
export const lnetOf = (cluster: Lustre): string => cluster.networks?.[0]?.net ?? 'tcp';

/** `mgsNids`: one for each node of the management server. */
export const makeTarget = (
  target: LustreTarget,
  fsname: string,
  mgsNids: readonly string[],
  device: string,
): readonly [string, ...string[]] => [
  'mkfs.lustre',
  ...(target.kind === 'mgs' || target.withMgs ? ['--mgs'] : []),
  ...(target.kind === 'mgs' ? [] : [`--${target.kind}`, `--fsname=${fsname}`, `--index=${target.index}`]),
  ...(target.kind === 'mgs' || target.withMgs ? [] : mgsNids.map((nid) => `--mgsnode=${nid}`)),
  ...target.serviceNodes.map((nid) => `--servicenode=${nid}`),
  '--backfstype=ldiskfs',
  device,
];

/** Only with the whole filesystem stopped. */
export const writeconfTarget = (device: string): readonly [string, ...string[]] => [
  'tunefs.lustre',
  '--writeconf',
  device,
];

/** What a client mounts: the nodes of the management server, any of which may answer. */
export const clientSource = (fsname: string, mgsNids: readonly string[]): string => `${mgsNids.join(':')}:/${fsname}`;

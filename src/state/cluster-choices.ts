// The cluster filesystems to choose from: what each needs, and why one cannot be chosen on this node or in this version.
import type { Draft } from './draft.ts';
import type { Availability, Facts } from './facts.ts';
import type { ClusterFilesystem } from './profile.ts';

export type ClusterChoice = {
  readonly value: ClusterFilesystem;
  readonly label: string;
  readonly needs: string;
  /** Why it cannot be applied; undefined when it can. */
  readonly obstacles: readonly string[];
};

const needs: Readonly<Record<ClusterFilesystem, { readonly label: string; readonly needs: string }>> = {
  none: { label: 'none', needs: 'No cluster filesystem yet; all the rest is set up' },
  ceph: { label: 'Ceph', needs: 'Monitors; for an OSD a whole disk and 5 GiB of RAM' },
  gluster: { label: 'GlusterFS', needs: 'Peers; a disk for each brick, 2 GiB of RAM' },
  beegfs: { label: 'BeeGFS', needs: 'A management host, its packages, 4 GiB of RAM' },
  lustre: { label: 'Lustre', needs: 'An MGS, a kernel built for it, 4 GiB of RAM' },
};

const notYet = 'In this version: there is no step for it yet, so that it cannot be applied';

const availability = (value: ClusterFilesystem, facts: Facts | undefined): Availability =>
  value === 'none' || facts === undefined ? { available: true } : facts.filesystems[value];

const order = ['none', 'ceph', 'gluster', 'beegfs', 'lustre'] as const;

export const clusterChoices = (facts: Facts | undefined): readonly ClusterChoice[] =>
  order.map((value) => {
    const here = availability(value, facts);
    const obstacles = [
      ...(value === 'none' ? [] : [notYet]),
      ...(here.available ? [] : [`Not on this node: ${here.why}`]),
    ];
    return { value, ...needs[value], obstacles };
  });

/** The choice of the draft; one that the profile under change already had is kept as it is, whatever it is. */
export const chosenCluster = (draft: Draft): string => draft.values['cluster.filesystem'] ?? 'none';

export const keepsCluster = (draft: Draft): boolean => draft.base?.cluster?.filesystem === chosenCluster(draft);

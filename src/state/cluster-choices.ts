// The cluster filesystems to choose from: what each needs, and why one cannot be chosen on this node.
import { filesystems } from './cluster-form.ts';
import type { Draft } from './draft.ts';
import type { Availability, Facts } from './facts.ts';
import type { ClusterFilesystem } from './profile.ts';

export type ClusterChoice = {
  readonly value: ClusterFilesystem;
  readonly label: string;
  readonly needs: string;
  /** Why it cannot be applied; none when it can. */
  readonly obstacles: readonly string[];
  /** What it lacks that a repository could bring. */
  readonly packages: string | undefined;
};

const needs: Readonly<Record<ClusterFilesystem, { readonly label: string; readonly needs: string }>> = {
  none: { label: 'none', needs: 'No cluster filesystem yet; all the rest is set up' },
  ceph: { label: 'Ceph', needs: 'Monitors; for an OSD a whole disk and 5 GiB of RAM' },
  gluster: { label: 'GlusterFS', needs: 'Peers; a disk for each brick, 2 GiB of RAM' },
  beegfs: { label: 'BeeGFS', needs: 'A management host, its packages, 4 GiB of RAM' },
  lustre: { label: 'Lustre', needs: 'An MGS, a kernel built for it, 4 GiB of RAM' },
};

const availability = (value: ClusterFilesystem, facts: Facts | undefined): Availability =>
  value === 'none' || facts === undefined ? { available: true } : facts.filesystems[value];

export const clusterChoices = (facts: Facts | undefined): readonly ClusterChoice[] =>
  filesystems.map((value) => {
    const here = availability(value, facts);
    const addable = !here.available && here.addable === true;
    return {
      value,
      ...needs[value],
      obstacles: here.available || addable ? [] : [`Not on this node: ${here.why}`],
      packages: addable ? here.why : undefined,
    };
  });

/** The choice of the draft; one that the profile under change already had stays possible, whatever this node says. */
export const chosenCluster = (draft: Draft): string => draft.values['cluster.filesystem'] ?? 'none';

export const keepsCluster = (draft: Draft): boolean => draft.base?.cluster?.filesystem === chosenCluster(draft);

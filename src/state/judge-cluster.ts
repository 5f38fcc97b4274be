// What is wrong with the cluster filesystem of a node: what its probe found, its health where that says more, and a mount that does not answer.
import type { ClusterStatus } from './cluster-status.ts';
import type { Problem } from './problem.ts';

const names: Readonly<Record<ClusterStatus['filesystem'], string>> = {
  ceph: 'Ceph',
  gluster: 'GlusterFS',
  beegfs: 'BeeGFS',
  lustre: 'Lustre',
};

/** `GlusterFS tank` */
export const clusterName = ({ filesystem, name }: Pick<ClusterStatus, 'filesystem' | 'name'>): string =>
  name === undefined ? names[filesystem] : `${names[filesystem]} ${name}`;

const healthWords = { failed: 'has failed', degraded: 'is degraded', waiting: 'waits for other nodes' } as const;

const ofHealth = (status: ClusterStatus): readonly Problem[] =>
  status.health === 'healthy' || status.problems.length > 0
    ? []
    : [
        {
          code: `cluster/${status.health}`,
          summary: `${clusterName(status)} ${healthWords[status.health]}: ${status.summary}`,
          remedy:
            status.health === 'waiting'
              ? 'Power on what is missing and look at its console; it goes on by itself'
              : 'Look at the daemons of this node and at the other members',
        },
      ];

const ofMount = ({ mount, health }: ClusterStatus): readonly Problem[] => {
  switch (mount?.kind) {
    case 'hung':
      return [
        {
          code: 'cluster/mount-hung',
          summary: `${mount.path} has not answered for ${mount.seconds} s: whatever touches it waits`,
          remedy: 'See whether the servers can be reached; it goes on by itself once they answer',
        },
      ];
    case 'absent':
      // What waits for others is mounted once they are there.
      if (health === 'waiting') return [];
      return [
        {
          code: 'cluster/not-mounted',
          summary: `Nothing is mounted at ${mount.path}, where the profile wants the cluster filesystem`,
          remedy: '`mayfly apply` mounts it; see `systemctl list-units --type=mount --failed` for the cause',
        },
      ];
    default:
      return [];
  }
};

export type ClusterJudgement = {
  /** Data cannot be reached. */
  readonly grave: readonly Problem[];
  /** All is served, with less in reserve. */
  readonly other: readonly Problem[];
};

/** What a probe has said already is not said again. */
export const judgeCluster = (status: ClusterStatus | undefined): ClusterJudgement => {
  if (status === undefined) return { grave: [], other: [] };
  const mount = ofMount(status).filter(({ code }) => !status.problems.some((problem) => problem.code === code));
  const found = [...status.problems, ...ofHealth(status)];
  const isDown = status.health === 'failed';
  return isDown || status.mount?.kind === 'hung'
    ? { grave: [...(isDown ? found : []), ...mount], other: isDown ? [] : found }
    : { grave: [], other: [...found, ...mount] };
};

// The units of a GlusterFS node as text: where glusterd's memory comes from, what it waits for, and the mount of the volume.
import { daemonPath, daemonState, type Gluster } from './gluster-node.ts';
import type { Mount } from './mount-unit.ts';

export const stateMount: Mount = {
  what: daemonState,
  where: daemonPath,
  options: ['bind'],
  description: 'Mayfly: what glusterd remembers over a boot',
};

export const daemonDropIn = 'glusterd.service.d/10-mayfly.conf';

/** Without its memory it would be another peer. Bricks come first and are not required: with a dead disk the others are served. */
export const renderDaemonDropIn = ({ bricks = [] }: Gluster): string =>
  [
    '[Unit]',
    `RequiresMountsFor=${daemonPath}`,
    ...(bricks.length === 0 ? [] : [`WantsMountsFor=${bricks.map(({ path }) => path).join(' ')}`]),
    '',
  ].join('\n');

/** A server asks itself first, so that it needs no other to find the bricks. */
export const volumeMount = ({ peers }: Gluster, where: string, volume: string, own: string | undefined): Mount => {
  const [first = '', ...others] = own === undefined ? peers : [own, ...peers.filter((peer) => peer !== own)];
  return {
    what: `${first}:/${volume}`,
    where,
    type: 'glusterfs',
    options: ['_netdev', ...(others.length === 0 ? [] : [`backup-volfile-servers=${others.join(':')}`])],
    description: `Mayfly: GlusterFS volume ${volume}`,
  };
};

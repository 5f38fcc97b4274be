// What can be wrong with a node in a GlusterFS cluster, each with what to do about it.
import { daemonState } from './gluster-node.ts';
import type { OwnBrick } from './gluster-reading.ts';
import type { Problem } from './problem.ts';

export const notInstalled = (program: string): Problem => ({
  code: 'gluster/not-installed',
  summary: `GlusterFS is not on this node (no ${program})`,
  remedy: 'Build the image with --with gluster',
  path: 'cluster.filesystem',
});

export const foreignState = (): Problem => ({
  code: 'gluster/foreign-state',
  summary: '/var/lib/glusterd holds a pool that lies on no disk of this profile',
  remedy: `Stop glusterd and copy /var/lib/glusterd to ${daemonState}, or empty it if that pool is not wanted`,
});

export const otherCluster = (members: readonly string[], wanted: readonly string[]): Problem => ({
  code: 'gluster/other-cluster',
  summary: `this node's state belongs to a pool with ${members.join(', ')}, and not with ${wanted.join(', ')}`,
  remedy: `Correct the peers of the profile, use the disks of this node, or move ${daemonState} away to begin anew`,
  path: 'cluster.peers',
});

export const otherLayout = (name: string, is: string, wanted: string): Problem => ({
  code: 'gluster/other-layout',
  summary: `volume ${name} is ${is}, the profile wants ${wanted}`,
  remedy: 'A volume keeps its layout: correct the profile, or give the new volume another name',
  path: 'cluster.volume.type',
});

export const uneven = (bricks: number, set: number): Problem => ({
  code: 'gluster/sets',
  summary: `${bricks} bricks make no whole sets of ${set}`,
  remedy: `Use a number of bricks whose total over all peers is a multiple of ${set}`,
  path: 'cluster.bricks',
});

export const brickOfOther = ({ mountpoint, serial, volumeId }: OwnBrick): Problem => ({
  code: 'gluster/brick-of-another-volume',
  summary: `the brick on ${serial} (${mountpoint}) is or was part of another volume (${volumeId})`,
  remedy: `Use another disk, or write ${serial} under wipe if what is on it may go; if all peers lost their state, put their state disks back`,
  path: 'cluster.bricks',
});

export const brickInUse = ({ mountpoint, serial }: OwnBrick, volume: string): Problem => ({
  code: 'gluster/brick-in-use',
  summary: `the brick on ${serial} (${mountpoint}) is part of volume ${volume} of this cluster`,
  remedy: `Use another disk, write volume ${volume} in the profile, or delete it first: \`gluster volume delete ${volume}\``,
  path: 'cluster.bricks',
});

export const brickLost = ({ mountpoint, serial }: OwnBrick, volume: string): Problem => ({
  code: 'gluster/brick-lost',
  summary: `the brick on ${serial} (${mountpoint}) is empty, and volume ${volume} keeps no second copy of what was on it`,
  remedy: `Put the old disk back; else give its files up: \`gluster volume remove-brick ${volume} … force\`, then bring them back from a backup`,
  path: 'cluster.bricks',
});

export const clonedIdentity = (name: string, uuid: string): Problem => ({
  code: 'gluster/cloned-identity',
  summary: `${name} has the identity of this node (UUID ${uuid}): one of the two is a copy of the other`,
  remedy: `On the copy: \`systemctl stop glusterd\`, remove ${daemonState}/glusterd.info, apply again`,
});

export const nameElsewhere = (name: string, addresses: readonly string[]): Problem => ({
  code: 'gluster/name-elsewhere',
  summary: `${name}, the name of this node, leads to ${addresses.join(', ')}: no address of this node`,
  remedy:
    'Another machine has that name, or the name leads to the wrong place: correct node.hostname, node.hosts or DNS',
  path: 'node.hostname',
});

export const sameMachine = (name: string, address: string): Problem => ({
  code: 'gluster/same-machine',
  summary: `peer ${name} leads to ${address}, which is this node`,
  remedy: 'Two peers are one machine: correct cluster.peers, node.hosts or DNS',
  path: 'cluster.peers',
});

export const inAnotherPool = (name: string, members: readonly string[]): Problem => ({
  code: 'gluster/in-another-pool',
  summary: `peer ${name} belongs to another pool already, with ${members.join(', ')}`,
  remedy: `Correct cluster.peers, or move ${daemonState} away on ${name} and apply there again`,
  path: 'cluster.peers',
});

/** `what`: `peer stor-02`. */
export const waitedFor = (what: string, seconds: number, why: string, remedy: string): Problem => ({
  code: 'gluster/waited',
  summary: `waited ${seconds} s for ${what}: ${why}`,
  remedy,
});

export const refused = (doing: string, why: string): Problem => ({
  code: 'gluster/refused',
  summary: `${doing}: glusterd refuses: ${why}`,
  remedy: 'Put right what it names, then apply again; its log is /var/log/glusterfs/glusterd.log',
});

export const noVolumeToMount = (peers: readonly string[]): Problem => ({
  code: 'gluster/which-volume',
  summary: `the profile names no volume to mount, and ${peers.join(', ')} did not name exactly one`,
  remedy: 'Write cluster.volume, as the servers have it',
  path: 'cluster.volume',
});

export const mountpointInUse = (path: string, source: string): Problem => ({
  code: 'gluster/mountpoint-in-use',
  summary: `${source} is mounted at ${path}, where the volume is wanted`,
  remedy: `Unmount it (\`umount ${path}\`), or name another path`,
  path: 'cluster.mount',
});

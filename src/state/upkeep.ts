// What systemd is to do again and again on a node, as its profile says: ask the sources, and look whether the node still is what it shall be.
import type { Profile } from './profile.ts';

export type Upkeep = {
  readonly name: 'mayfly-pull' | 'mayfly-drift';
  /** `30min`; never `never`. */
  readonly every: string;
};

/** Looking costs a second of one processor and changes nothing; asking the sources may change the node, so that somebody must want it. */
const driftEvery = '1h';

export const wantedUpkeep = ({ pull, drift }: Profile): readonly Upkeep[] =>
  [
    { name: 'mayfly-pull' as const, every: pull?.every ?? 'never' },
    { name: 'mayfly-drift' as const, every: drift?.every ?? driftEvery },
  ].filter(({ every }) => every !== 'never');

export const upkeepNames: readonly Upkeep['name'][] = ['mayfly-pull', 'mayfly-drift'];

const does = {
  'mayfly-pull': { words: 'ask the sources for a newer profile', command: 'pull' },
  'mayfly-drift': { words: 'look what differs from the profile', command: 'plan --note' },
} as const;

/** Ends well whatever it finds: what it found is told by `mayfly status`, not by a failed unit. */
export const renderUpkeepService = (name: Upkeep['name']): string =>
  [
    '[Unit]',
    `Description=Mayfly: ${does[name].words}`,
    'After=mayfly-configure.service',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=-/usr/bin/mayfly ${does[name].command}`,
    'Environment=HOME=/root LANG=C.UTF-8',
    'Nice=10',
    'TimeoutStartSec=infinity',
    // Stop after the step at work, never in the middle of a mkfs.
    'KillMode=mixed',
    'TimeoutStopSec=infinity',
    '',
  ].join('\n');

/** Counted from its last end, by a clock that no clock change moves; spread, since whole racks power on at once. */
export const renderUpkeepTimer = ({ name, every }: Upkeep): string =>
  [
    '[Unit]',
    `Description=Mayfly: ${does[name].words}, every ${every}`,
    '',
    '[Timer]',
    `OnActiveSec=${every}`,
    `OnUnitInactiveSec=${every}`,
    'RandomizedDelaySec=60',
    '',
  ].join('\n');

// What of a running GlusterFS node needs somebody: worst first, each with its remedy.
import { type BrickState, backlog, type GlusterHealth, serviceOf, strayBricks } from './gluster-health.ts';
import { isRedundant } from './gluster-layout.ts';
import type { Gluster } from './gluster-node.ts';
import type { Volume } from './gluster-reading.ts';
import type { Problem } from './problem.ts';

export const statusProblems = (
  cluster: Gluster,
  health: GlusterHealth,
  states: readonly BrickState[],
): readonly Problem[] => {
  const { volume } = health;
  return volume === undefined
    ? peerProblems(health)
    : [
        ...stoppedProblem(cluster, volume),
        ...unreachableProblem(volume, states),
        ...splitBrainProblem(volume, health),
        ...brickProblems(volume, health, states),
        ...peerProblems(health),
        ...strayProblems(cluster, volume, health),
        ...unknownProblem(volume, health, states),
        ...healProblem(volume, health),
        ...healerProblem(volume, health),
      ];
};

const stoppedProblem = ({ mount }: Gluster, { name, state }: Volume): readonly Problem[] =>
  state !== 'stopped'
    ? []
    : [
        {
          code: 'gluster/volume-stopped',
          summary: `volume ${name} was stopped: nobody can use it${mount === undefined ? '' : `, and ${mount} is without it`}`,
          remedy: `\`gluster volume start ${name}\` when whoever stopped it agrees`,
        },
      ];

const unreachableProblem = (volume: Volume, states: readonly BrickState[]): readonly Problem[] =>
  volume.state !== 'started' || serviceOf(volume, states) !== 'unreachable'
    ? []
    : [
        {
          code: 'gluster/unreachable',
          summary: `volume ${volume.name} has too few bricks online: ${downNames(states).join(', ')} down`,
          remedy: 'Bring their nodes back; each starts its bricks by itself. Nothing is lost while the disks are whole',
        },
      ];

const downNames = (states: readonly BrickState[]): readonly string[] =>
  states.filter(({ state }) => state === 'down').map(({ brick }) => brick.name);

const splitBrainProblem = ({ name }: Volume, { heal }: GlusterHealth): readonly Problem[] => {
  const count = heal.kind === 'told' ? backlog(heal.value).splitBrain : 0;
  return count === 0
    ? []
    : [
        {
          code: 'gluster/split-brain',
          summary: `${count} ${count === 1 ? 'entry' : 'entries'} of volume ${name} differ between bricks, and nobody knows which is right`,
          remedy: `\`gluster volume heal ${name} info split-brain\` names them; \`… heal ${name} split-brain latest-mtime FILE\` decides`,
        },
      ];
};

/** Of nodes that answer: what is down with its node is told with the node. */
const brickProblems = ({ name }: Volume, { peers }: GlusterHealth, states: readonly BrickState[]): readonly Problem[] =>
  states
    .filter(({ state, brick }) => {
      const peer = peers.find((each) => each.peer?.uuid === brick.peer);
      return state === 'down' && (peer === undefined || peer.state === 'answers');
    })
    .map(({ brick }) => ({
      code: 'gluster/brick-down',
      summary: `brick ${brick.name} is down`,
      remedy: `\`mayfly apply\` on its node, or \`gluster volume start ${name} force\`; its log is in /var/log/glusterfs/bricks/`,
    }));

const peerProblems = ({ peers }: GlusterHealth): readonly Problem[] =>
  peers
    .filter(({ state }) => state !== 'answers')
    .map(({ name, state }) =>
      state === 'not in the pool'
        ? {
            code: 'gluster/peer-missing',
            summary: `peer ${name} is not in the pool`,
            remedy: `Apply the profiles of ${name} and of this node; \`mayfly plan\` says what is missing`,
          }
        : {
            code: 'gluster/peer-down',
            summary: `peer ${name} ${state === 'silent' ? 'is connected and does not answer' : 'is disconnected'}`,
            remedy: `See whether ${name} is up and its cable plugged in; from here: \`ping ${name}\``,
          },
    );

/** Of a node that was replaced by one of another name. Whether it is gone for good nobody here can know. */
const strayProblems = ({ peers: names }: Gluster, volume: Volume, health: GlusterHealth): readonly Problem[] => {
  const { uuid, peers } = health;
  const uuids = names.map((name) => {
    const other = peers.find((each) => each.name === name);
    return { name, uuid: other === undefined ? uuid : other.peer?.uuid };
  });
  const without = uuids.filter((each) => volume.bricks.every(({ peer }) => peer !== each.uuid));
  return strayBricks(volume, health).map((brick, index) => {
    const heir = without[index];
    const command =
      heir === undefined || !isRedundant(volume)
        ? `take its bricks away (\`gluster volume remove-brick ${volume.name} …\`)`
        : `let another take its place: \`gluster volume replace-brick ${volume.name} ${brick.name} ${heir.name}:${brick.path} commit force\` (keep the old name in node.hosts until then)`;
    return {
      code: 'gluster/brick-elsewhere',
      summary: `brick ${brick.name} of volume ${volume.name} is on a node that this profile does not name`,
      remedy: `Write that node under cluster.peers, or, where it is gone for good, ${command}`,
    };
  });
};

/** Not known is not well: the pool may be busy for a moment, or a host that was unplugged holds it up. */
const unknownProblem = (volume: Volume, health: GlusterHealth, states: readonly BrickState[]): readonly Problem[] => {
  const { processes } = health;
  const strays = strayBricks(volume, health);
  const count = states.filter(({ state, brick }) => state === 'unknown' && !strays.includes(brick)).length;
  return count === 0 || volume.state !== 'started'
    ? []
    : [
        {
          code: 'gluster/bricks-unknown',
          summary: `${count} of ${states.length} bricks of volume ${volume.name} are not known${processes.kind === 'silent' ? `: ${processes.why}` : ''}`,
          remedy: `Look again in a moment; if it stays, \`gluster volume status ${volume.name}\` says who does not answer`,
        },
      ];
};

const healProblem = ({ name }: Volume, { heal }: GlusterHealth): readonly Problem[] => {
  const { entries } = heal.kind === 'told' ? backlog(heal.value) : { entries: 0 };
  return entries === 0
    ? []
    : [
        {
          code: 'gluster/heal-pending',
          summary: `${entries} ${entries === 1 ? 'entry' : 'entries'} of volume ${name} to heal`,
          remedy: `It goes on by itself while all bricks are online; take no other node down before \`gluster volume heal ${name} info\` is empty`,
        },
      ];
};

const healerProblem = ({ name }: Volume, { processes }: GlusterHealth): readonly Problem[] => {
  const healers = processes.kind === 'told' ? processes.value.filter(({ kind }) => kind === 'self-heal') : [];
  const gone = healers.filter(({ online }) => !online).length;
  return gone === 0
    ? []
    : [
        {
          code: 'gluster/healer-down',
          summary: `${gone} of ${healers.length} self-heal daemons of volume ${name} do not run`,
          remedy: `\`gluster volume start ${name} force\` on a node where it does not`,
        },
      ];
};

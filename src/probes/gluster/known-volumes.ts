// Which volumes anybody in the pool knows: a brick is foreign only when all have answered, since a node that has just come back knows none yet.
import { setTimeout as pause } from 'node:timers/promises';
import { type OwnBrick, othersIn, type Peer, type Volume } from '../../state/gluster-reading.ts';
import type { Reader } from '../../system/system.ts';
import { askVolumes, askVolumesOf } from './ask.ts';

/** A volume that another peer is making has marked its bricks before anybody lists it: a second, and over five on nodes with much else to do. */
const makingMs = 20_000;

/** Undefined while anybody is silent. Asks again and again before it leaves a brick without a volume. */
export const readKnownVolumes = async (
  reader: Reader,
  pool: readonly Peer[],
  bricks: readonly OwnBrick[],
): Promise<readonly Volume[] | undefined> => {
  const end = Date.now() + makingMs;
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 1_000)) {
    const known = await askAll(reader, pool);
    const isKnown = ({ volumeId }: OwnBrick): boolean =>
      volumeId === undefined || known?.some(({ id }) => id === volumeId) === true;
    const isSure = known === undefined || bricks.every(isKnown) || othersIn(pool).length === 0;
    if (isSure || Date.now() > end) return known;
    await pause(wait);
  }
};

const askAll = async (reader: Reader, pool: readonly Peer[]): Promise<readonly Volume[] | undefined> => {
  const answers = await Promise.all([
    askVolumes(reader),
    ...othersIn(pool).map(({ names: [name = ''] }) => askVolumesOf(reader, name)),
  ]);
  const told = answers.flatMap((answer) => (answer.kind === 'answer' ? [answer.value] : []));
  return told.length === answers.length ? told.flat() : undefined;
};

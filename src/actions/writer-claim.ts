// The claim on disk: one file a turn, made only where it is not there yet, so that of two consoles that are as fast as each other one has it.
import type * as z from 'zod';
import { type Claim, claimSchema, noClaim } from '../state/claim.ts';
import type { ConsolesNews } from '../state/console-event.ts';
import { type Party, startOf } from '../state/party.ts';
import { type SharedScreen, sharedScreenSchema } from '../state/shared-screen.ts';
import type { Reader, System } from '../system/system.ts';
import { consolesPaths } from './consoles-paths.ts';

const parseJson = <T>(schema: z.ZodType<T>, text: string | undefined): T | undefined => {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const turnsIn = (names: readonly string[]): readonly number[] =>
  names.flatMap((name) => {
    const turn = /^turn-(\d+)\.json$/.exec(name)?.[1];
    return turn === undefined ? [] : [Number(turn)];
  });

const readTurns = async (reader: Reader): Promise<readonly number[]> =>
  turnsIn(await reader.list(consolesPaths.directory));

/** A turn that cannot be read (another version, a broken file) is nobody's, and the next one follows it. */
const readClaim = async (reader: Reader): Promise<Claim> => {
  const turn = Math.max(0, ...(await readTurns(reader)));
  if (turn === 0) return noClaim;
  const claim = parseJson(claimSchema, await reader.readText(consolesPaths.turn(turn)));
  return claim?.turn === turn ? claim : { ...noClaim, turn };
};

/** proc_pid_stat(5): a number that was given out again has another start; Z is dead and not yet buried. */
const isAlive = async (reader: Reader, { pid, started }: Party): Promise<boolean> => {
  const stat = await reader.readText(`/proc/${pid}/stat`);
  return stat !== undefined && startOf(stat) === started && !stat.includes(') Z ');
};

export const readConsoles = async (reader: Reader): Promise<ConsolesNews> => {
  const claim = await readClaim(reader);
  const screen: SharedScreen | undefined = parseJson(sharedScreenSchema, await reader.readText(consolesPaths.screen));
  return { claim, lives: claim.writer !== undefined && (await isAlive(reader, claim.writer)), screen };
};

/** False when somebody was faster. Turns that nobody looks at any more are taken away. */
export const takeTurn = async (system: System, claim: Claim): Promise<boolean> => {
  const path = consolesPaths.turn(claim.turn);
  if (!(await system.createText(path, `${JSON.stringify(claim)}\n`, { mode: 0o600 }))) return false;
  const turns = await readTurns(system);
  // So slow that this turn had been played and taken away: it was no free place, but a gap.
  if (turns.some((turn) => turn > claim.turn)) {
    await system.remove(path);
    return false;
  }
  for (const turn of turns) if (turn < claim.turn - 1) await system.remove(consolesPaths.turn(turn));
  return true;
};

export const shareScreen = (system: System, screen: SharedScreen): Promise<void> =>
  system.writeText(consolesPaths.screen, `${JSON.stringify(screen)}\n`, { mode: 0o600 });

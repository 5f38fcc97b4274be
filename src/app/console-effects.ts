// What a console asks of the machine about the other consoles and about its own lock.
import { consolesPaths } from '../actions/consoles-paths.ts';
import { followConsoles } from '../actions/follow-consoles.ts';
import { checkRootPassword, keepLock, mayLock, type PasswordVerdict, readLock } from '../actions/lock-console.ts';
import { readConsoles, shareScreen, takeTurn } from '../actions/writer-claim.ts';
import type { Claim } from '../state/claim.ts';
import type { ConsolesNews } from '../state/console-event.ts';
import type { KeptLock } from '../state/console-lock.ts';
import { type Party, placeOf, startOf } from '../state/party.ts';
import type { Result } from '../state/problem.ts';
import type { SharedScreen } from '../state/shared-screen.ts';
import type { System } from '../system/system.ts';

type TurnAnswer = { readonly kind: 'taken' } | { readonly kind: 'missed'; readonly news: ConsolesNews };

export type ConsoleEffects = {
  /** Makes ready what the consoles share, and says who this one is. Fails where nothing can be written. */
  joinConsoles(): Promise<Party>;
  takeTurn(claim: Claim): Promise<TurnAnswer>;
  shareScreen(screen: SharedScreen): Promise<void>;
  /** What there is, at once, then every change; ends with the signal. */
  followConsoles(onNews: (news: ConsolesNews) => void, signal: AbortSignal, onBug: (error: unknown) => void): void;
  /** Undefined: open. */
  readLock(): Promise<KeptLock | undefined>;
  keepLock(kept: KeptLock | undefined): Promise<void>;
  mayLock(): Promise<Result<undefined>>;
  checkPassword(password: string): Promise<PasswordVerdict>;
};

export type ConsoleLine = {
  readonly pid: number;
  /** SSH_CONNECTION, where sshd has set it. */
  readonly ssh: string | undefined;
};

export const createConsoleEffects = (system: System, { pid, ssh }: ConsoleLine): ConsoleEffects => {
  const place = async () => placeOf(await system.readLink(`/proc/${pid}/fd/0`), ssh);
  return {
    joinConsoles: async () => {
      await system.makeDirectory(consolesPaths.directory, { mode: 0o700 });
      const started = startOf((await system.readText(`/proc/${pid}/stat`)) ?? '') ?? '';
      return { ...(await place()), pid, started };
    },
    takeTurn: async (claim) =>
      (await takeTurn(system, claim)) ? { kind: 'taken' } : { kind: 'missed', news: await readConsoles(system) },
    shareScreen: (screen) => shareScreen(system, screen),
    followConsoles: (onNews, signal, onBug) => followConsoles(system, onNews, { signal, onBug }),
    readLock: async () => readLock(system, (await place()).console, Date.now()),
    keepLock: async (kept) => keepLock(system, (await place()).console, kept),
    mayLock: () => mayLock(system),
    checkPassword: (password) => checkRootPassword(system, password),
  };
};

// Waits for something to become true, with a deadline and a name for what was waited for.
import { setTimeout as pause } from 'node:timers/promises';

export const waitUntil = async (
  holds: () => boolean | Promise<boolean>,
  what: string,
  deadlineMs = 20_000,
): Promise<void> => {
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await pause(20)) if (await holds()) return;
  throw new Error(`not within ${deadlineMs / 1000} s: ${what}`);
};

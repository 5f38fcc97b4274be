// Reads one thing at its own pace, aside: asking for it never waits for a command that hangs, and an old value is shown as old.
import { age, asOf, live, pending, type Reading } from '../state/reading.ts';

export type Sampler<T> = {
  /** The newest reading; starts the next one when it is due. Waits at most `waitMs` for it. */
  read(): Promise<Reading<T>>;
  /** Due at the next `read`, whatever the pace. */
  expire(): void;
  /** Resolves when nothing is under way any more, or when what is under way is late. */
  settled(): Promise<void>;
};

export type SamplerOptions<T> = {
  readonly probe: () => Promise<T | undefined>;
  /** Why, in words, `undefined` was the answer. */
  readonly silence: string;
  readonly clock: () => number;
  /** 0: at every read. */
  readonly everyMs: number;
  /** After this the value shown is stale, though the probe may go on: a second one is never started beside it. */
  readonly deadlineMs: number;
  /** How long `read` may wait: 0 for commands, a little for files of the kernel. */
  readonly waitMs: number;
};

/** To the second try after a failure; each further one waits twice as long, up to the pace. */
const retryMs = 5_000;

export const createSampler = <T>(options: SamplerOptions<T>): Sampler<T> => {
  const { probe, silence, clock, everyMs, deadlineMs, waitMs } = options;
  let reading: Reading<T> = pending;
  let startedMs: number | undefined;
  let dueMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let patienceMs = retryMs;

  const failed = (why: string): void => {
    reading = age(reading, why);
    // Nobody waits a minute to see that it answers again; what never answers is left to its own pace.
    dueMs = Math.min(dueMs, clock() + patienceMs);
    patienceMs *= 2;
  };

  const run = async (): Promise<void> => {
    try {
      const value = await probe();
      if (value === undefined) failed(silence);
      else {
        reading = live(value, clock(), everyMs);
        patienceMs = retryMs;
      }
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error));
    } finally {
      underWay = undefined;
    }
  };

  const lateSince = (now: number): number | undefined =>
    underWay !== undefined && startedMs !== undefined && now - startedMs >= deadlineMs ? now - startedMs : undefined;

  return {
    read: async () => {
      const now = clock();
      if (underWay === undefined && now >= dueMs) {
        startedMs = now;
        dueMs = now + everyMs;
        underWay = run();
      }
      if (waitMs > 0 && underWay !== undefined) await atMost(waitMs, underWay);
      const shownMs = clock();
      const late = lateSince(shownMs);
      return late === undefined ? asOf(reading, shownMs) : age(reading, `no answer for ${Math.round(late / 1000)} s`);
    },
    expire: () => {
      dueMs = Number.NEGATIVE_INFINITY;
    },
    settled: async () => {
      if (underWay !== undefined) await atMost(deadlineMs, underWay);
    },
  };
};

const atMost = async (timeoutMs: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

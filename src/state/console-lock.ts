// When a console locks, what a wrong password costs, and what of it outlives the console's process.

import * as z from 'zod';
import { parseDuration } from './duration.ts';
import { imageDefaults } from './layers.ts';
import type { Profile } from './profile.ts';

type LockWork =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  /** Until when nothing is checked, on the monotonic clock, and the whole seconds left. */
  | { readonly kind: 'delayed'; readonly untilMs: number; readonly left: number };

export type LockState =
  /** Whether it was locked when its last process ended is being read: until then no key does anything. */
  | { readonly kind: 'unread' }
  | {
      readonly kind: 'open';
      /** On the monotonic clock. */
      readonly lastKeyMs: number;
      /** `due`: its time has come and it is being looked whether anybody could unlock it again. `cannot`: nobody could. */
      readonly idle: 'no' | 'shell' | 'due' | 'cannot';
    }
  | {
      readonly kind: 'locked';
      readonly sinceMs: number;
      /** Never shown, not even its length. */
      readonly typed: string;
      readonly failures: number;
      readonly work: LockWork;
      readonly said: string | undefined;
    };

/** What a console that starts again has to know. */
export const keptLockSchema = z.strictObject({
  version: z.literal(1),
  /** Since the epoch. */
  sinceMs: z.number(),
  /** Wrong passwords in a row. */
  failures: z.int().min(0),
  /** On the monotonic clock. */
  notBeforeMs: z.number(),
});
export type KeptLock = z.infer<typeof keptLockSchema>;

/** Milliseconds without a key; undefined where it never locks. Without a profile in force nothing is protected yet. */
export const lockAfterMs = (inForce: Profile | undefined): number | undefined => {
  if (inForce === undefined) return undefined;
  return parseDuration(inForce.access?.consoleLock ?? imageDefaults.access.consoleLock);
};

/** 2 s after the first wrong password, then twice as long each time, 30 s at most. */
export const delayAfter = (failures: number): number => (failures < 1 ? 0 : Math.min(30_000, 1_000 * 2 ** failures));

// What a verb may use to speak and to listen, so that every verb can be tested without a process of its own.
import type { System } from '../system/system.ts';

export type CliIo = {
  /** Writes to standard output, as it is. */
  out(text: string): void;
  /** Writes to standard error, as it is. */
  err(text: string): void;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** True when a person is at both ends: without one nothing prompts. */
  readonly interactive: boolean;
  readonly system: System;
};

/** A verb: its own arguments in, the exit status out. Never calls process.exit. */
export type Verb = (args: readonly string[], io: CliIo) => Promise<number>;

// The two clocks: one that only people read, and one that no time server can set, for everything that is waited for.

export type Now = {
  /** Since the epoch, milliseconds. */
  readonly wallMs: number;
  /** CLOCK_MONOTONIC, milliseconds: the same for every process of one uptime. */
  readonly monoMs: number;
};

/** `14:02`, in the time zone of the program. */
export const clockText = (wallMs: number): string => {
  const time = new Date(wallMs);
  return [time.getHours(), time.getMinutes()].map((part) => part.toString().padStart(2, '0')).join(':');
};

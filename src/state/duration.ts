// Durations: as a profile has them (`90s`, `10min`, `2h`, `never`), and as people are told them.

const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };

/** Milliseconds; undefined for `never`. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d+)(s|min|h)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
};

/** `3 d 04:05:06` */
export const renderDuration = (seconds: number): string => {
  const whole = Math.floor(seconds);
  const two = (value: number) => `${value}`.padStart(2, '0');
  const days = Math.floor(whole / 86_400);
  const clock = `${two(Math.floor(whole / 3_600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return days === 0 ? clock : `${days} d ${clock}`;
};

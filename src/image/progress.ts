// Tells a person how far a build is: one line when a step starts, one when it ends, with the time it took last time as the forecast.
import * as z from 'zod';
import { readTextIfAny, writeTextWhole } from '../system/workstation.ts';

export type Progress = {
  /** Runs one step, telling when it starts and ends. `forecastS` is used until this machine has done the step once. */
  step<T>(name: string, forecastS: number, work: () => Promise<T>): Promise<T>;
  /** Something that needed no work, or that a person should know. */
  note(text: string): void;
};

export type Write = (line: string) => void;

const timingsSchema = z.record(z.string(), z.number());

/** Durations are kept in `timingsPath`. */
export const createProgress = async (
  write: Write,
  timingsPath: string,
  now: () => number = Date.now,
): Promise<Progress> => {
  const started = now();
  const stored = timingsSchema.safeParse(JSON.parse((await readTextIfAny(timingsPath)) ?? '{}'));
  const timings = new Map(Object.entries(stored.success ? stored.data : {}));
  const at = (): string => renderSeconds((now() - started) / 1000).padStart(6);
  return {
    note: (text) => write(`${at()}  ${text}`),
    step: async (name, forecastS, work) => {
      write(`${at()}  ${name} … (about ${renderSeconds(timings.get(name) ?? forecastS)})`);
      const before = now();
      const result = await work();
      const seconds = (now() - before) / 1000;
      timings.set(name, Math.round(seconds));
      write(`${at()}  ${name}: done in ${renderSeconds(seconds)}`);
      await writeTextWhole(timingsPath, `${JSON.stringify(Object.fromEntries(timings), null, 2)}\n`);
      return result;
    },
  };
};

/** `7 s`, `1:05`. */
export const renderSeconds = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

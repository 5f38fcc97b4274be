// Reads whether the clock is synchronised: from chrony, or from systemd where chrony does not run.
import type { TimeStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';

/** chronyd's own clock as reference (`local`): agrees with nobody. */
const localReference = '7F7F0101';

/**
 * `chronyc -c tracking`: reference id, name, stratum, time, system time offset (s, positive when the clock is slow), … , leap status.
 * `offsetMs` is positive when this clock is fast.
 */
export const parseTracking = (text: string): TimeStatus | undefined => {
  const fields = text.trim().split(',');
  const [reference, name, , , slow] = fields;
  const leap = fields.at(-1);
  if (reference === undefined || slow === undefined || leap === undefined || fields.length < 14) return undefined;
  const synchronised = leap !== 'Not synchronised' && reference !== localReference && reference !== '00000000';
  const offset = Number(slow);
  return {
    synchronised,
    source: reference === localReference ? 'its own clock' : name === '' ? undefined : name,
    // Adding 0 turns a negative zero into zero.
    offsetMs: synchronised && Number.isFinite(offset) ? -offset * 1000 + 0 : undefined,
  };
};

/** `timedatectl show --property=NTPSynchronized --property=NTP`. */
export const parseTimedatectl = (text: string): TimeStatus | undefined => {
  const answer = /^NTPSynchronized=(yes|no)$/m.exec(text)?.[1];
  return answer === undefined ? undefined : { synchronised: answer === 'yes', source: undefined, offsetMs: undefined };
};

/** Undefined when neither says anything. */
export const readTimeSync = async (reader: Reader): Promise<TimeStatus | undefined> => {
  const chrony = await reader.query(['chronyc', '-c', 'tracking'], { timeoutMs: 3_000 });
  const tracking = chrony.exitCode === 0 ? parseTracking(chrony.stdout) : undefined;
  if (tracking !== undefined) return tracking;
  const systemd = await reader.query(['timedatectl', 'show', '--property=NTPSynchronized'], { timeoutMs: 3_000 });
  return systemd.exitCode === 0 ? parseTimedatectl(systemd.stdout) : undefined;
};

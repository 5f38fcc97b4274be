// The journal beside RAM: on the config partition, synced event by event, so that after a power cut somebody can see what was under way.
import type { JournalEvent } from '../state/journal-event.ts';
import { uptimeBeforePath } from '../state/uptime-before.ts';
import type { System } from '../system/system.ts';
import { configMountpoint } from './find-config-partition.ts';
import { appendConfigFile, whileWritable } from './write-config.ts';

/** Of the last apply that changed something. */
export const keptJournalPath = `${configMountpoint}/journal.jsonl`;

/** Nothing of an apply waits for a pull or a commit that is under way: what could not be written goes with the next event. */
const patienceMs = 0;

/**
 * Takes every event of one apply. Never fails: where there is no config partition, or one that cannot be written, the journal is in RAM alone.
 * An apply that changes nothing leaves no trace on the medium.
 */
export const createJournalKeeper = (system: System): ((event: JournalEvent) => Promise<void>) => {
  let state: 'unchanged' | 'begun' | 'given-up' = 'unchanged';
  let waiting = '';
  return async (event) => {
    if (state === 'given-up' || event.event === 'output') return;
    waiting += `${JSON.stringify(event)}\n`;
    if (state === 'unchanged' && event.event !== 'started') return;
    try {
      const kept =
        state === 'begun'
          ? await appendConfigFile(system, keptJournalPath, waiting)
          : await whileWritable(
              system,
              async () => {
                await system.writeText(keptJournalPath, waiting, { mode: 0o600 });
                return { ok: true, value: undefined };
              },
              patienceMs,
            );
      if (kept.ok) {
        state = 'begun';
        waiting = '';
      } else if (kept.problem.code !== 'sources/config-busy') state = 'given-up';
    } catch (error) {
      // A full or a dying medium: the apply is worth more than its record. Bugs still throw.
      if (!(error instanceof Error && 'code' in error)) throw error;
      state = 'given-up';
    }
  };
};

/** At boot, before anything is applied: puts what the uptime before left where `mayfly status` finds it. Once an uptime. */
export const takeUptimeBefore = async (system: System): Promise<string> => {
  const text = (await system.readText(keptJournalPath)) ?? '';
  const isFirst = await system.createText(uptimeBeforePath, text, { mode: 0o600 });
  return isFirst ? text : '';
};

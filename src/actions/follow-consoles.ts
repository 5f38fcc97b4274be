// Follows what the other consoles do: who writes, and what its screen shows, at the moment in which it changes.
import type { ConsolesNews } from '../state/console-event.ts';
import type { System } from '../system/system.ts';
import { consolesPaths } from './consoles-paths.ts';
import { readConsoles } from './writer-claim.ts';

/** Nothing in the directory tells that a process has died. */
const everyMs = 1_000;

export type FollowConsolesOptions = {
  readonly signal: AbortSignal;
  readonly onBug: (error: unknown) => void;
};

export const followConsoles = (
  system: System,
  onNews: (news: ConsolesNews) => void,
  { signal, onBug }: FollowConsolesOptions,
): void => {
  let last = '';
  let reading: 'no' | 'yes' | 'again' = 'no';

  const read = async (): Promise<void> => {
    const news = await readConsoles(system);
    const text = JSON.stringify(news);
    if (text === last || signal.aborted) return;
    last = text;
    onNews(news);
  };
  const look = (): void => {
    if (reading !== 'no') {
      reading = 'again';
      return;
    }
    reading = 'yes';
    read()
      .catch(onBug)
      .finally(() => {
        const again = reading === 'again';
        reading = 'no';
        if (again && !signal.aborted) look();
      });
  };
  system.watch(consolesPaths.directory, look, { signal, everyMs });
};

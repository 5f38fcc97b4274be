// Hears of changes in a directory: by inotify where the kernel gives it, by looking again where it does not.
import { type FSWatcher, watch } from 'node:fs';

type Options = { readonly signal: AbortSignal; readonly everyMs: number };

/** Between looks at a directory that cannot be watched, in milliseconds. */
const blindMs = 300;

export const watchDirectory = (directory: string, onChange: () => void, { signal, everyMs }: Options): void => {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;

  const blind = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const listen = (): void => {
    try {
      // `unref`: who watches does not keep the program alive.
      watcher = watch(directory, { persistent: false }, onChange).on('error', blind);
    } catch {
      // ENOENT, EMFILE, ENOSPC: the next look tries again.
      watcher = undefined;
    }
  };
  const look = (): void => {
    if (watcher === undefined) listen();
    onChange();
    timer = setTimeout(look, watcher === undefined ? Math.min(blindMs, everyMs) : everyMs).unref();
  };

  if (signal.aborted) return;
  look();
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    blind();
  });
};

// The terminal is given back whatever ends the process: a signal, a crash, an exit in the middle of a write.

/** The part of `process.stdout` that is used. */
type OutputStream = { write(chunk: string, callback?: () => void): unknown };

/** Node makes a terminal's writes block; a slow line would then stop the keyboard as well. Not in Node's public interface. */
export const setBlocking = (stream: OutputStream, blocking: boolean) => {
  const handle: unknown = Reflect.get(stream, '_handle');
  if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
  if (typeof handle.setBlocking === 'function') handle.setBlocking(blocking);
};

/** What to die of, and the status that a shell gives it. */
const signals = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** Resolves when the line has taken everything; one that is stuck (XOFF, no reader) must not keep the process alive. */
export const drained = (stream: OutputStream): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 500);
    stream.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Resolves when `work` has ended, however, or when it takes longer than a service manager should have to wait. */
const within = (work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 2000);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    work.then(done, done);
  });

/** A line that was hung up has no size either: Node tells by an error that nobody expects, and what saves would be cut short by it. */
const ignoreHungUp = (error: Error): void => {
  if (!('code' in error) || error.code !== 'EIO') throw error;
};

type Guard = {
  /** What a signal waits for. */
  readonly lastly?: (() => Promise<void>) | undefined;
  /** Another program has the terminal: its Ctrl-C reaches this process too, and is not meant for it. */
  readonly isAway: () => boolean;
};

/** Calls `restore` before the process dies of anything that it can still notice. */
export const guardProcess = (
  restore: () => void,
  stream: OutputStream,
  { lastly = () => Promise.resolve(), isAway }: Guard,
): (() => void) => {
  const listeners = signals.map(([signal, status]) => {
    const listener = () => {
      if (signal === 'SIGINT' && isAway()) return;
      restore();
      void Promise.all([drained(stream), within(lastly())]).then(() => {
        release();
        process.kill(process.pid, signal);
        // A signal does not keep the event loop alive; without this the program could end well before it arrives.
        setTimeout(() => process.exit(status), 1000);
      });
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  const streams = [process.stdout, process.stderr] as const;
  for (const each of streams) each.on('error', ignoreHungUp);
  const release = () => {
    for (const each of streams) each.off('error', ignoreHungUp);
    for (const { signal, listener } of listeners) process.off(signal, listener);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
  };
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  return release;
};

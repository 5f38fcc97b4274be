// Turns the signals by which a service manager or a person ends an apply into "stop after this step".

/** SIGHUP is ignored: a lost terminal must not end an apply. Call `end` when the apply is over. */
export const untilAskedToStop = (): { readonly signal: AbortSignal; end(): void } => {
  const asked = new AbortController();
  const stop = (): void => asked.abort();
  const ignore = (): void => undefined;
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', ignore);
  // Writing to a terminal that is gone is no reason to stop either; the journal has everything.
  process.stdout.on('error', ignore);
  process.stderr.on('error', ignore);
  return {
    signal: asked.signal,
    end: () => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      process.off('SIGHUP', ignore);
    },
  };
};

// Turns the signals by which a service manager or a person ends an apply into "stop after this step".

const ignore = (): void => undefined;

/** A lost terminal must not end an apply, but what only its terminal tells of stops with it. Call `end` when it is over. */
export const untilAskedToStop = (
  onHangup: 'go-on' | 'stop' = 'go-on',
): { readonly signal: AbortSignal; end(): void } => {
  const asked = new AbortController();
  const stop = (): void => asked.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const hangup = onHangup === 'stop' ? stop : ignore;
  process.on('SIGHUP', hangup);
  // Writing to a terminal that is gone is no reason to stop either; the journal has everything.
  for (const stream of [process.stdout, process.stderr]) stream.off('error', ignore).on('error', ignore);
  return {
    signal: asked.signal,
    end: () => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      process.off('SIGHUP', hangup);
    },
  };
};

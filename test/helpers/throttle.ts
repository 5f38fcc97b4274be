// A line of so many bytes a second, with a queue that never says that it is full: the worst kind for a program that draws.

export type Throttle = { send(bytes: Buffer): void; close(): void };

export const throttle = (bytesPerSecond: number, deliver: (bytes: Buffer) => void): Throttle => {
  let waiting = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  let last = 0;
  let credit = 0;
  const tick = () => {
    const now = performance.now();
    credit += ((now - last) / 1000) * bytesPerSecond;
    last = now;
    const count = Math.min(waiting.length, Math.floor(credit));
    if (count > 0) deliver(waiting.subarray(0, count));
    credit -= count;
    waiting = waiting.subarray(count);
    timer = waiting.length === 0 ? undefined : setTimeout(tick, 4);
  };
  return {
    send: (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      if (timer !== undefined) return;
      last = performance.now();
      credit = 0;
      timer = setTimeout(tick, 4);
    },
    close: () => clearTimeout(timer),
  };
};

// Waiting for a screen: always with a deadline, and a failure shows what was there instead.

export const waitForScreen = async (
  wanted: string | RegExp,
  lines: () => string[],
  deadlineMs: number,
  changed?: (wake: () => void) => () => void,
): Promise<void> => {
  const matches = () => {
    const text = lines().join('\n');
    return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
  };
  const end = performance.now() + deadlineMs;
  while (!matches()) {
    const left = end - performance.now();
    if (left <= 0) {
      throw new Error(
        `${String(wanted)} did not appear within ${deadlineMs} ms. The screen was:\n${lines().join('\n')}`,
      );
    }
    await new Promise<void>((resolve) => {
      const stop = changed?.(done);
      const timer = setTimeout(done, Math.min(left, 20));
      function done() {
        clearTimeout(timer);
        stop?.();
        resolve();
      }
    });
  }
};

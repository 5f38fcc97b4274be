// Knows which questions for the cursor's place the terminal still owes an answer to: whoever gets the line next would see it as typed text.

/** DSR 6, ECMA-48 8.3.35. */
const question = '\u001B[6n';

/** What takes longer does not come any more. */
const patienceMs = 5_000;

export type CursorQuestions = {
  /** Everything that is sent to the terminal. */
  sent(bytes: string): void;
  answered(): void;
  /** Resolves when nothing is owed any more. */
  settled(): Promise<void>;
};

export const followCursorQuestions = (): CursorQuestions => {
  /** When each was asked, the oldest first: a terminal answers in this order. */
  let asked: number[] = [];
  let settle = (): void => {};
  return {
    sent: (bytes) => {
      const now = performance.now();
      for (let at = bytes.indexOf(question); at >= 0; at = bytes.indexOf(question, at + 1)) asked.push(now);
    },
    answered: () => {
      asked.shift();
      if (asked.length === 0) settle();
    },
    settled: () => {
      const last = asked.at(-1);
      const leftMs = last === undefined ? 0 : last + patienceMs - performance.now();
      if (leftMs <= 0) {
        asked = [];
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(), leftMs);
        settle = () => {
          clearTimeout(timer);
          settle = () => {};
          asked = [];
          resolve();
        };
      });
    },
  };
};

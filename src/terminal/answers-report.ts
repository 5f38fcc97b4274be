// Whether a terminal answers at all when it is asked where its cursor is: one that does not cannot carry a full screen.
import { createKeyboard, type RawInput } from './keyboard.ts';

export type ReportOptions = {
  readonly stdin: RawInput;
  readonly write: (bytes: string) => void;
  /** Long, because nothing that is a terminal stays silent, and a serial line over a network may take its time. */
  readonly deadlineMs: number;
};

/** To the left margin first: from there no answer can be taken for a function key. */
const question = '\r\u001B[6n';

export const answersReport = ({ stdin, write, deadlineMs }: ReportOptions): Promise<boolean> =>
  new Promise((resolve) => {
    const keyboard = createKeyboard(stdin);
    const finish = (answers: boolean) => {
      clearTimeout(timer);
      keyboard.close();
      resolve(answers);
    };
    const timer = setTimeout(() => finish(false), deadlineMs);
    keyboard.onReport(() => finish(true));
    write(question);
  });

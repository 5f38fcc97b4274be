// Asks one question on the terminal.
import { createInterface } from 'node:readline/promises';

/** True for y or yes. False for anything else, for an end of input and when `signal` aborts. */
export const askYes = async (question: string, signal?: AbortSignal): Promise<boolean> =>
  /^y(es)?$/i.test(await askText(question, signal));

/** Without spaces around it; empty at the end of input and when `signal` aborts. */
export const askText = async (question: string, signal?: AbortSignal): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const asked = signal === undefined ? terminal.question(question) : terminal.question(question, { signal });
    return (await Promise.race([asked, closed])).trim();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return '';
    throw error;
  } finally {
    terminal.close();
  }
};

// Fetches a text by HTTP: bounded in size and time, asked for again while that can help, and never put together from two attempts.
import type { CommandResult, Reader } from '../system/system.ts';

/** Bytes. */
export const longestText = 262_144;

/** Before each further attempt, in seconds. */
const pauses = [1, 2, 4, 8];
/** After this no further attempt begins. */
const patienceMs = 60_000;

/** How curl ended the last time (curl(1), EXIT CODES): its own way of trying again keeps what came before an answer broke off. */
export const fetchText = async (reader: Reader, url: string): Promise<CommandResult> => {
  const begun = performance.now();
  let fetched = await fetchOnce(reader, url);
  for (const seconds of pauses) {
    if (isFinal(fetched) || performance.now() - begun > patienceMs) break;
    await reader.query(['sleep', String(seconds)]);
    fetched = await fetchOnce(reader, url);
  }
  return fetched;
};

const fetchOnce = (reader: Reader, url: string): Promise<CommandResult> =>
  reader.query(
    [
      ...(['curl', '--fail', '--silent', '--show-error', '--globoff', '--proto', '=http,https'] as const),
      ...['--connect-timeout', '5', '--max-time', '20', '--max-filesize', String(longestText), '--url', url],
    ],
    { timeoutMs: 30_000 },
  );

/** The status that the server answered with; undefined where it is none of an error. */
export const httpStatus = ({ exitCode, stderr }: CommandResult): number | undefined => {
  const status = exitCode === 22 ? /error: (\d{3})/.exec(stderr)?.[1] : undefined;
  return status === undefined ? undefined : Number(status);
};

/** curl: an answer that is longer than it may be. */
export const tooLongExit = 63;

/** An answer that another attempt will not change: there it is, too much of it, or the server knows of none and will not soon. */
const isFinal = (fetched: CommandResult): boolean => {
  const status = httpStatus(fetched);
  const isRefusal = status !== undefined && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  return fetched.exitCode === 0 || fetched.exitCode === tooLongExit || isRefusal;
};

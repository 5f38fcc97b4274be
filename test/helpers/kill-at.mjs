// Preloaded into the program by the crash tests: ends it by SIGKILL at an exact byte of its journal, which no signal from outside can hit.
// MAYFLY_KILL_AT=N:before|torn|after, N counted from 1 over the journal's events; MAYFLY_KILL_AT=N:byte, N over the bytes of all of them.
import { open } from 'node:fs/promises';

const [at = '', moment] = (process.env.MAYFLY_KILL_AT ?? '').split(':');
const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file);
await file.close();
const { appendFile } = prototype;
let count = 0;
let bytes = 0;

/** How much of this event is written before the end; undefined: all of it, and on. */
const lengthOf = (text) => {
  if (moment === 'byte') {
    bytes += Buffer.byteLength(text);
    return bytes < Number(at) ? undefined : Buffer.byteLength(text) - (bytes - Number(at));
  }
  count += 1;
  if (count !== Number(at)) return undefined;
  return moment === 'before' ? 0 : moment === 'torn' ? text.length / 2 : Buffer.byteLength(text);
};

prototype.appendFile = async function killAt(text) {
  const length = String(text).startsWith('{"event":') ? lengthOf(String(text)) : undefined;
  if (length === undefined) return appendFile.call(this, text);
  if (length > 0) await appendFile.call(this, Buffer.from(text).subarray(0, length));
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};

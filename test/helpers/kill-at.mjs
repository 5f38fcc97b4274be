// Preloaded into the program by the crash tests: ends it by SIGKILL at an exact byte of its journal, which no signal from outside can hit.
// MAYFLY_KILL_AT=N:before|torn|after, N counted from 1 over the journal's events.
import { open } from 'node:fs/promises';

const [at = '', moment] = (process.env.MAYFLY_KILL_AT ?? '').split(':');
const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file);
await file.close();
const { appendFile } = prototype;
let count = 0;
prototype.appendFile = async function killAt(text) {
  if (!String(text).startsWith('{"event":')) return appendFile.call(this, text);
  count += 1;
  if (count !== Number(at)) return appendFile.call(this, text);
  if (moment === 'torn') await appendFile.call(this, text.slice(0, text.length / 2));
  if (moment === 'after') await appendFile.call(this, text);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};

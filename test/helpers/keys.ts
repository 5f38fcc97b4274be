// The bytes that an xterm, or where it differs the named terminal, sends for a key.
import type { KeyName } from '../../src/terminal/key.ts';

const sequences: Partial<Record<KeyName, string>> = {
  enter: '\r',
  escape: '\u001B',
  tab: '\t',
  backtab: '\u001B[Z',
  backspace: '\u007F',
  insert: '\u001B[2~',
  delete: '\u001B[3~',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  f1: '\u001BOP',
  f2: '\u001BOQ',
  f3: '\u001BOR',
  f4: '\u001BOS',
  f5: '\u001B[15~',
  f6: '\u001B[17~',
  f7: '\u001B[18~',
  f8: '\u001B[19~',
  f9: '\u001B[20~',
  f10: '\u001B[21~',
  f11: '\u001B[23~',
  f12: '\u001B[24~',
};

export const bytesOfKey = (name: KeyName): string => {
  if (name.startsWith('ctrl-')) return String.fromCharCode(name.charCodeAt(5) - 96);
  const sequence = sequences[name];
  if (sequence === undefined) throw new Error(`no bytes are known for ${name}`);
  return sequence;
};

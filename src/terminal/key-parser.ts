// Bytes from the line to keys, as a pure function: the same bytes give the same keys however the line cut them.
import {
  type CursorReport,
  controlKey,
  csiKey,
  cursorReport,
  escapedKey,
  type KeyPress,
  key,
  linuxKey,
  ss3Key,
} from './key.ts';

export type KeyParserState = {
  /** The beginning of something that is not complete yet. */
  readonly pending: readonly number[];
  /** Inside a bracketed paste: what came so far. */
  readonly paste: readonly number[] | undefined;
  /** A carriage return was the last byte, so a line feed belongs to it. */
  readonly afterReturn: boolean;
  /** An ESC was taken for the key; the rest of a slow sequence may still come. */
  readonly late: boolean;
};

export type Parsed = {
  readonly keys: readonly KeyPress[];
  readonly reports: readonly CursorReport[];
  readonly state: KeyParserState;
};

export const initialKeyState: KeyParserState = { pending: [], paste: undefined, afterReturn: false, late: false };

const esc = 0x1b;
const longestSequence = 32;
const longestPaste = 65_536;
const pasteEnd = [...Buffer.from('\u001B[201~')];

type Token =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'skip'; readonly length: number }
  | { readonly kind: 'key'; readonly length: number; readonly key: KeyPress }
  | { readonly kind: 'report'; readonly length: number; readonly report: CursorReport }
  | { readonly kind: 'paste'; readonly length: number };

const incomplete: Token = { kind: 'incomplete' };
const skip = (length: number): Token => ({ kind: 'skip', length });
const keyToken = (found: KeyPress | undefined, length: number): Token =>
  found === undefined ? skip(length) : { kind: 'key', length, key: found };

/** A control sequence whose parameters begin at `from`. ESC or garbage inside ends it, and is looked at again. */
const csiToken = (bytes: readonly number[], from: number): Token => {
  for (let at = from; at < from + longestSequence; at++) {
    const byte = bytes[at];
    if (byte === undefined) return incomplete;
    if (byte === 0x5b && at === from) {
      const letter = bytes[at + 1];
      if (letter === undefined) return incomplete;
      return letter < 0x20 || letter > 0x7e ? skip(at + 1) : keyToken(linuxKey(String.fromCharCode(letter)), at + 2);
    }
    if (byte < 0x20 || byte > 0x7e) return skip(at);
    if (byte < 0x40) continue;
    const parameters = String.fromCharCode(...bytes.slice(from, at));
    const final = String.fromCharCode(byte);
    if (parameters === '200' && final === '~') return { kind: 'paste', length: at + 1 };
    const report = cursorReport(parameters, final);
    return report === undefined
      ? keyToken(csiKey(parameters, final), at + 1)
      : { kind: 'report', length: at + 1, report };
  }
  return skip(from + longestSequence);
};

const ss3Token = (bytes: readonly number[], from: number): Token => {
  const byte = bytes[from];
  if (byte === undefined) return incomplete;
  return byte < 0x20 || byte > 0x7e ? skip(from) : keyToken(ss3Key(String.fromCharCode(byte)), from + 1);
};

const escapeToken = (bytes: readonly number[]): Token => {
  const second = bytes[1];
  if (second === undefined) return incomplete;
  if (second === 0x5b) return csiToken(bytes, 2);
  if (second === 0x4f) return ss3Token(bytes, 2);
  const escaped = escapedKey(String.fromCharCode(second));
  return escaped === undefined ? { kind: 'key', length: 1, key: key('escape') } : keyToken(escaped, 2);
};

/** After an ESC that came alone: `[B` and `OB` are the rest of an arrow and never text. */
const lateToken = (bytes: readonly number[]): Token | undefined => {
  if (bytes[0] === 0x5b) {
    const token = csiToken(bytes, 1);
    return token.kind === 'key' ? skip(token.length) : token;
  }
  if (bytes[0] !== 0x4f) return undefined;
  const second = bytes[1];
  if (second === undefined) return incomplete;
  return /[A-DFHP-S]/.test(String.fromCharCode(second)) ? skip(2) : undefined;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const textToken = (bytes: readonly number[], lead: number): Token => {
  const length =
    lead < 0x80
      ? 1
      : lead >= 0xc2 && lead < 0xe0
        ? 2
        : lead >= 0xe0 && lead < 0xf0
          ? 3
          : lead >= 0xf0 && lead < 0xf5
            ? 4
            : 0;
  if (length === 0) return skip(1);
  for (let at = 1; at < length; at++) {
    const byte = bytes[at];
    if (byte === undefined) return incomplete;
    if (byte < 0x80 || byte > 0xbf) return skip(at);
  }
  try {
    const text = utf8.decode(Uint8Array.from(bytes.slice(0, length)));
    // C1 controls in UTF-8, and the byte order mark that the decoder takes away.
    return text === '' || /\p{Control}/u.test(text)
      ? skip(length)
      : { kind: 'key', length, key: { name: 'text', text } };
  } catch {
    // Overlong forms and surrogates; the decoder is the authority on what is valid.
    return skip(1);
  }
};

const nextToken = (bytes: readonly number[], lead: number, { late, afterReturn }: KeyParserState): Token => {
  if (late) {
    const token = lateToken(bytes);
    if (token !== undefined) return token;
  }
  if (lead === esc) return escapeToken(bytes);
  // The 8-bit forms of ESC [ and ESC O, as a VT220 may send them.
  if (lead === 0x9b) return csiToken(bytes, 1);
  if (lead === 0x8f) return ss3Token(bytes, 1);
  if (lead === 0x0a && afterReturn) return skip(1);
  if (lead < 0x20 || lead === 0x7f) return keyToken(controlKey(lead), 1);
  return textToken(bytes, lead);
};

const pastedText = (bytes: readonly number[]): KeyPress => ({
  name: 'paste',
  text: new TextDecoder()
    .decode(Uint8Array.from(bytes))
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, ''),
});

const endOfPaste = (bytes: readonly number[]): boolean =>
  pasteEnd.every((byte, at) => bytes[bytes.length - pasteEnd.length + at] === byte);

export const parseKeys = (state: KeyParserState, chunk: Uint8Array): Parsed => {
  const bytes = [...state.pending, ...chunk];
  const keys: KeyPress[] = [];
  const reports: CursorReport[] = [];
  let current: KeyParserState = { ...state, pending: [] };
  let paste = state.paste === undefined ? undefined : [...state.paste];
  let at = 0;
  while (at < bytes.length) {
    if (paste !== undefined) {
      const byte = bytes[at++];
      // A paste that does not fit keeps its beginning; its last bytes are still watched for the end.
      if (paste.length >= longestPaste) paste.splice(longestPaste - pasteEnd.length, 1);
      if (byte !== undefined) paste.push(byte);
      if (endOfPaste(paste)) {
        keys.push(pastedText(paste.slice(0, -pasteEnd.length)));
        paste = undefined;
      }
      continue;
    }
    const lead = bytes[at] ?? 0;
    // No token looks further than its longest sequence.
    const token = nextToken(bytes.slice(at, at + longestSequence + 4), lead, current);
    if (token.kind === 'incomplete') break;
    if (token.kind === 'key') keys.push(token.key);
    if (token.kind === 'report') reports.push(token.report);
    if (token.kind === 'paste') paste = [];
    current = { ...current, late: false, afterReturn: lead === 0x0d };
    at += token.length;
  }
  return { keys, reports, state: { ...current, pending: bytes.slice(at), paste } };
};

/** Nothing came for the time-out: a lone ESC was the key, half a sequence was noise, half a paste was the whole of it. */
export const flushKeys = (state: KeyParserState): Parsed => {
  const settled = { ...state, pending: [], paste: undefined, late: false };
  if (state.paste !== undefined) return { keys: [pastedText(state.paste)], reports: [], state: settled };
  const [lead] = state.pending;
  if (state.pending.length === 1 && lead === esc)
    return { keys: [key('escape')], reports: [], state: { ...settled, late: true } };
  const typed = state.late && state.pending.length === 1 ? (lead === 0x5b ? '[' : lead === 0x4f ? 'O' : '') : '';
  return { keys: typed === '' ? [] : [{ name: 'text', text: typed }], reports: [], state: settled };
};

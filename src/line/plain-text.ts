// What the screens say as plain lines: no colour, no key that a line has not got, never wider than 80 columns.
import stringWidth from 'string-width';
import { type Line, wrapWords } from '../components/line.ts';
import { type GlyphSet, mapGlyph } from '../terminal/glyphs.ts';

export const columns = 80;
/** What is wrapped before the names of keys become the longer names of commands. */
export const textWidth = 74;

/** The screens' keys as they are named here; a key that is missing is named by itself: `!f8`. */
const commandOfKey: Readonly<Record<string, string>> = {
  F1: '?',
  F2: '!change',
  F3: '!save',
  F4: '!profile',
  F5: '!last-apply',
  F7: '!keep',
  F8: '!take-back',
  F9: '!zram',
  F10: '!power',
  F11: '!join-code',
  F12: '!shell',
  Esc: '<',
};

export const keyName = (key: string): string => commandOfKey[key] ?? `!${key.toLowerCase()}`;

const withCommands = (text: string): string => text.replaceAll(/\b(F\d{1,2}|Esc)\b/g, keyName);

export const textOf = (line: Line): string => withCommands(line.map(({ text }) => text).join('')).trimEnd();

export const textsOf = (lines: readonly Line[]): readonly string[] => lines.map(textOf);

/** What stands behind an indent or a mark is continued two columns further in. */
export const folded = (text: string): readonly string[] => {
  if (stringWidth(text) <= columns) return [text];
  const indent = /^ */.exec(text)?.[0] ?? '';
  const hanging = indent === '' && !text.startsWith('! ') ? '' : `${indent}  `;
  const inside = wrapWords(text.trim(), columns - hanging.length);
  return inside.map((part, index) => (index === 0 ? indent : hanging) + part);
};

/** A sentence of the session, such as a notice. */
export const sentence = (text: string): readonly string[] => folded(withCommands(text.replaceAll(/\s*\n\s*/g, ' ')));

/** As the line can show it; nothing in it is obeyed by a terminal. */
export const shownAs = (text: string, glyphs: GlyphSet): string => {
  const bare = text.replaceAll(/\p{Control}/gu, '');
  if (glyphs === 'unicode' || /^[ -~]*$/.test(bare)) return bare;
  // Here nothing stands in cells, so that these may be as long as people write them.
  const spelt = bare.replaceAll('→', '->').replaceAll('…', '...');
  return [...spelt].map((glyph) => mapGlyph(glyph, Math.max(1, stringWidth(glyph)), glyphs)).join('');
};

// The line that is being typed: keys in, the echo out. No more editing than a terminal without cursor addressing can show.
import stringWidth from 'string-width';
import { editText } from '../state/text-edit.ts';
import type { KeyPress } from '../terminal/key.ts';

export type Typed =
  | { readonly kind: 'typing'; readonly text: string; readonly echo: string }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'end' };

/** What the terminal driver itself sends for an erased character. */
const wiped = (text: string): string => '\b \b'.repeat(stringWidth(text));

const erase = (before: string, what: 'before' | 'word' | 'all'): Typed => {
  const { text } = editText(before, [...before].length, { kind: 'erase', what });
  return { kind: 'typing', text, echo: wiped(before.slice(text.length)) };
};

export const editLine = (text: string, { name, text: added }: KeyPress): Typed => {
  switch (name) {
    case 'text':
    case 'paste':
      return { kind: 'typing', text: text + added, echo: added };
    case 'enter':
      return { kind: 'line', text };
    case 'backspace':
      return erase(text, 'before');
    case 'ctrl-w':
      return erase(text, 'word');
    case 'ctrl-u':
      return erase(text, 'all');
    case 'ctrl-c':
      return { kind: 'interrupt' };
    case 'ctrl-l':
      return { kind: 'repeat' };
    case 'ctrl-d':
      return text === '' ? { kind: 'end' } : { kind: 'typing', text, echo: '' };
    default:
      return { kind: 'typing', text, echo: '' };
  }
};

/** Text as keys: a whole input, or a paste that came with its line ends. */
export const keysIn = (text: string): readonly KeyPress[] =>
  text
    .split(/\r\n|\r|\n/)
    .flatMap((line, index): readonly KeyPress[] => [
      ...(index === 0 ? [] : [{ name: 'enter', text: '' } as const]),
      ...(line === '' ? [] : [{ name: 'paste', text: line.replaceAll(/\p{Control}/gu, '') } as const]),
    ]);

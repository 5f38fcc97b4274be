// Editing one line of text: pure, in code points, the same for every field.

export type TextEdit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'erase'; readonly what: 'before' | 'after' | 'word' | 'all' }
  | { readonly kind: 'move'; readonly to: 'left' | 'right' | 'home' | 'end' };

export type Edited = { readonly text: string; readonly caret: number };

const wordStart = (points: readonly string[], caret: number): number => {
  let at = caret;
  while (at > 0 && points[at - 1] === ' ') at -= 1;
  while (at > 0 && points[at - 1] !== ' ') at -= 1;
  return at;
};

/** The caret is kept inside the text whatever it was. */
export const editText = (text: string, caret: number, edit: TextEdit): Edited => {
  const points = [...text];
  const at = Math.max(0, Math.min(caret, points.length));
  const without = (from: number, to: number): Edited => ({
    text: [...points.slice(0, from), ...points.slice(to)].join(''),
    caret: from,
  });
  switch (edit.kind) {
    case 'insert': {
      const added = [...edit.text];
      return { text: [...points.slice(0, at), ...added, ...points.slice(at)].join(''), caret: at + added.length };
    }
    case 'erase':
      switch (edit.what) {
        case 'before':
          return at === 0 ? { text, caret: 0 } : without(at - 1, at);
        case 'after':
          return at === points.length ? { text, caret: at } : without(at, at + 1);
        case 'word':
          return without(wordStart(points, at), at);
        case 'all':
          return { text: '', caret: 0 };
      }
      break;
    case 'move':
      switch (edit.to) {
        case 'left':
          return { text, caret: Math.max(0, at - 1) };
        case 'right':
          return { text, caret: Math.min(points.length, at + 1) };
        case 'home':
          return { text, caret: 0 };
        case 'end':
          return { text, caret: points.length };
      }
  }
};

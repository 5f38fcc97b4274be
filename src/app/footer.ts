// The footer: the keys that work now, as many as there is room for, the most useful first.
import { type Line, type Span, span, widthOf } from '../components/line.ts';
import type { Binding } from './binding.ts';

/** A blank before each key and so many behind it. */
const laid = (bindings: readonly Binding[], width: number, behind: string): Line => {
  let used = 0;
  return bindings.flatMap((binding): readonly Span[] => {
    const part = [span(' '), span(binding.shown, 'strong'), span(` ${binding.label}${behind}`)];
    const needed = widthOf(part);
    if (used + needed > width) return [];
    used += needed;
    return part;
  });
};

/** Closer together before one of them is left out. */
export const footerLine = (bindings: readonly Binding[], width: number): Line => {
  const shown = bindings.filter(({ label, disabledReason }) => label !== '' && disabledReason === undefined);
  const wide = laid(shown, width, ' ');
  return wide.length === shown.length * 3 ? wide : laid(shown, width, '');
};

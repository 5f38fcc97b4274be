// The footer: the keys that work now, as many as there is room for, the most useful first.
import { type Line, type Span, span, widthOf } from '../components/line.ts';
import type { Binding } from './binding.ts';

export const footerLine = (bindings: readonly Binding[], width: number): Line => {
  const shown = bindings.filter(({ label, disabledReason }) => label !== '' && disabledReason === undefined);
  let used = 0;
  return shown.flatMap((binding): readonly Span[] => {
    const part = [span(' '), span(binding.shown, 'strong'), span(` ${binding.label} `)];
    const needed = widthOf(part);
    if (used + needed > width) return [];
    used += needed;
    return part;
  });
};

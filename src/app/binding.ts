// What one key is, as data, and the shapes that most screens share.
import { scrollMax } from '../components/scrolled.ts';
import type { ConsoleEvent } from '../state/console-event.ts';
import type { KeyName } from '../terminal/key.ts';

export type Binding = {
  /** `text:?` is that character typed where no text field has the focus. */
  readonly keys: readonly (KeyName | `text:${string}`)[];
  /** As the footer and the help call the key: `F1`. */
  readonly shown: string;
  /** One or two words for the footer; empty where the footer has no room for it. */
  readonly label: string;
  /** One sentence for the help. */
  readonly description: string;
  /** Why it does nothing now. Such a key is not in the footer; pressed, it answers with this. */
  readonly disabledReason?: string;
  /** `list`: the list on the screen takes the key itself. `terminal`: the line output does. */
  readonly does: ConsoleEvent | 'list' | 'terminal';
};

export const back = (label: string, description: string): Binding => ({
  keys: ['escape'],
  shown: 'Esc',
  label,
  description,
  does: { type: 'back' },
});
export const enter = (label: string, description: string): Binding => ({
  keys: ['enter'],
  shown: 'Enter',
  label,
  description,
  does: { type: 'next' },
});

type Extent = { readonly length: number; readonly height: number };

export const scrolling = ({ length, height }: Extent): readonly Binding[] => {
  const max = scrollMax(length, height);
  if (max === 0) return [];
  const page = Math.max(1, height - 2);
  const by = (amount: number): ConsoleEvent => ({ type: 'scroll', by: amount, max });
  return [
    { keys: ['down', 'text:j'], shown: '↑ ↓', label: 'Scroll', description: 'One line further', does: by(1) },
    { keys: ['up', 'text:k'], shown: '↑', label: '', description: 'One line back', does: by(-1) },
    {
      keys: ['pagedown', 'text: '],
      shown: 'PgDn',
      label: 'Page',
      description: 'One page further; the space bar does the same',
      does: by(page),
    },
    {
      keys: ['pageup', 'text:b'],
      shown: 'PgUp',
      label: '',
      description: 'One page back; b does the same',
      does: by(-page),
    },
    { keys: ['home'], shown: 'Home', label: '', description: 'To the beginning', does: by(-max) },
    { keys: ['end'], shown: 'End', label: '', description: 'To the end', does: by(max) },
  ];
};

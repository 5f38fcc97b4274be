// The help of a screen, made of the same keymap that the keys go through and of the words that the screen shows.
import type { Line } from '../components/line.ts';
import { type HelpKey, helpLines } from '../screens/help.ts';
import type { Size } from '../screens/layout.ts';
import { screenText } from '../screens/screen-text.ts';
import type { Session } from '../state/session.ts';
import { underHelp } from '../state/session-moves.ts';
import type { Binding } from './binding.ts';

const twinText = (key: string): string =>
  key === 'text: '
    ? 'Space'
    : key.replace(/^text:/, '').replace(/^ctrl-(.)$/, (_all, letter: string) => `Ctrl-${letter.toUpperCase()}`);

const twinsOf = ({ keys, shown }: Binding): string =>
  keys
    .map(twinText)
    .filter((twin) => /^(Ctrl-.|Space|.)$/.test(twin) && twin !== shown)
    .join(' or ');

export const helpContent = (
  session: Session,
  bindings: readonly Binding[],
  size: Size,
  lineWords: readonly string[] = [],
): readonly Line[] => {
  const keys = bindings.map(
    (binding): HelpKey => ({
      shown: binding.shown,
      twins: twinsOf(binding),
      description: binding.disabledReason === undefined ? binding.description : `${binding.description} (not now)`,
    }),
  );
  return helpLines(underHelp(session), keys, screenText(underHelp(session), size), size.columns, lineWords);
};

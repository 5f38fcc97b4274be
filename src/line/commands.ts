// What can be done at a question besides answering it: the keymap's own bindings under names that can be typed.
import type { Binding } from '../app/binding.ts';
import { bindingsOf } from '../app/keymap.ts';
import type { ConsoleEvent } from '../state/console-event.ts';
import type { Session } from '../state/session.ts';
import { columns, keyName } from './plain-text.ts';

export type LineCommand = {
  /** `change`, `last-apply`: typed behind a `!`, or alone where commands are the choices. */
  readonly name: string;
  /** As the key is called elsewhere, in small letters: `f2`. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly disabledReason: string | undefined;
  readonly does: ConsoleEvent;
};

/** A list that is printed whole needs no scrolling, and fields are gone through by answering. */
const onScreensOnly: ReadonlySet<ConsoleEvent['type']> = new Set([
  'scroll',
  'focus',
  'option',
  'highlight',
  'edit',
  'help',
  'find',
  'make-secret',
]);

/** As large as a screen can be: everything is printed. */
const size = { columns, rows: 10_000 } as const;

const commandOf = ({ label, shown, description, disabledReason, does }: Binding): readonly LineCommand[] => {
  if (label === '' || does === 'list' || does === 'terminal' || onScreensOnly.has(does.type)) return [];
  const name = label
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return [{ name, key: shown.toLowerCase(), label, description, disabledReason, does }];
};

export const commandsOf = (session: Session): readonly LineCommand[] => bindingsOf(session, size).flatMap(commandOf);

/** Those that a `!` reaches: an answer stands for Enter and `<` for Esc. */
export const typedCommands = (session: Session): readonly LineCommand[] =>
  commandsOf(session).filter(({ does }) => does.type !== 'next' && does.type !== 'back');

export const commandNamed = (commands: readonly LineCommand[], typed: string): LineCommand | undefined => {
  const wanted = typed.replace(/^!/, '').toLowerCase();
  return commands.find(({ name, key }) => name === wanted || key === wanted);
};

/** `!change`; the same name as in the texts. */
export const shownName = ({ name, key }: LineCommand): string => {
  const known = keyName(key.toUpperCase());
  return known === `!${key}` ? `!${name}` : known;
};

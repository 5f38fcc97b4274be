// What `?` prints: what the screen is for, how a question is answered, and everything that can be done besides.
import { interrupt } from '../app/keys-everywhere.ts';
import { wordsIn } from '../screens/glossary.ts';
import { aboutView } from '../screens/help.ts';
import type { Session } from '../state/session.ts';
import type { Ask } from './ask.ts';
import { shownName, typedCommands } from './commands.ts';
import { keyName, sentence } from './plain-text.ts';

/** Commands of the line mode itself; everything else comes from the keymap. */
export const ownCommands = {
  export: 'The answers so far, as a block that can be pasted',
  report: 'How this node is now',
  again: 'This question once more, with all that belongs to it',
} as const;

const row = (name: string, text: string): readonly string[] => sentence(`  ${name.padEnd(13)} ${text}`);

export const helpText = (session: Session, ask: Ask | undefined): readonly string[] => {
  const answers =
    ask?.secret === true
      ? [...row('-', 'Keep what is set'), ...row('', 'Every other text is taken for the password itself')]
      : [
          ...row('Enter', 'Take what is in brackets'),
          ...row('-', 'Leave a field empty; on a list: no more'),
          ...row('-1', 'On a list: take the first away'),
        ];
  const commands = typedCommands(session).flatMap((command) =>
    row(shownName(command), `${command.description}${command.disabledReason === undefined ? '' : ' (not now)'}`),
  );
  return [
    ...sentence(aboutView(session.view)),
    ...answers,
    ...row(`${keyName('Esc')} or back`, 'One step back; nothing that was typed is lost'),
    ...row('?', 'This help'),
    ...(ask?.secret === true ? [] : Object.entries(ownCommands).flatMap(([name, text]) => row(`!${name}`, text))),
    ...(ask?.secret === true ? [] : commands),
    ...row('Ctrl-D', `On an empty line: leave; ${fate(session)}`),
    ...row('', 'Several lines pasted at once answer one question after the other'),
    ...words(session, ask),
  ];
};

const fate = ({ rehearsal }: Session): string => (rehearsal ? 'a rehearsal keeps nothing' : 'the draft is kept');

/** Of the question; what was told before it can be told and looked up again. */
const words = (session: Session, ask: Ask | undefined): readonly string[] =>
  wordsIn([aboutView(session.view), ...(ask?.intro ?? []), ask?.prompt ?? ''].join('\n')).flatMap(({ word, means }) =>
    sentence(`  ${word}: ${means}`),
  );

/** Ctrl-C. */
export const interruptText = (session: Session): readonly string[] =>
  sentence(`${interrupt.disabledReason ?? ''}. Ctrl-D on an empty line leaves; ${fate(session)}`);

// What a typed line means at a question: help, a step back, a command, or the answer.
import { quote } from '../state/quote.ts';
import type { Session } from '../state/session.ts';
import { isClosed } from '../state/session-lock.ts';
import { answersBlock } from './answers-block.ts';
import { type Ask, accepted, type Reply, rejected } from './ask.ts';
import { backwards } from './backwards.ts';
import { commandNamed, typedCommands } from './commands.ts';
import { helpText, ownCommands } from './help-text.ts';
import { sentence } from './plain-text.ts';
import { statusReport } from './status-report.ts';

export type Meaning = Reply & {
  /** The heading and all that stands above the question are shown once more. */
  readonly again: boolean;
};

const meaning = (reply: Reply, again = false): Meaning => ({ ...reply, again });

const command = (session: Session, typed: string): Meaning => {
  if (typed === '!again') return meaning(accepted([]), true);
  if (typed === '!export') return meaning({ ...accepted([]), copy: answersBlock(session) });
  if (typed === '!report') return meaning(accepted([], statusReport(session)));
  const commands = typedCommands(session);
  const found = commandNamed(commands, typed);
  if (found?.disabledReason !== undefined)
    return meaning(rejected(sentence(`! ${found.label}: ${found.disabledReason}`)));
  if (found !== undefined) return meaning(accepted([found.does]));
  const names = [...commands.map(({ name }) => `!${name}`), ...Object.keys(ownCommands).map((name) => `!${name}`)];
  return meaning(rejected(sentence(`! ${quote(typed)} is no command here: there are ${names.join(' ')}`)));
};

/** At a password only what is too short to be one is a command. */
const answers = (session: Session, ask: Ask | undefined, typed: string): Meaning => {
  if (typed.startsWith('!') && ask?.secret !== true) return command(session, typed.toLowerCase());
  if (ask !== undefined) return meaning(ask.reply(typed));
  return meaning(rejected([]));
};

export const interpret = (session: Session, ask: Ask | undefined, line: string): Meaning => {
  const typed = ask?.secret === true ? line : line.trim();
  // Nothing is told of a locked console, and nothing but its question is answered.
  if (isClosed(session)) return meaning(ask === undefined ? accepted([]) : ask.reply(typed));
  if (typed === '?' || typed === '!help') return meaning(accepted([], helpText(session, ask)));
  if (typed === '<' || typed.toLowerCase() === 'back') return meaning(accepted(backwards(session)));
  return answers(session, ask, typed);
};

/** Never an answer, so that it can be obeyed while no question is open. */
export const isCommand = (line: string): boolean => /^\s*(<|back|\?|!.*)\s*$/i.test(line);

/** Ignored, so that an exported block can say what it is; a password may begin with a # that no blank follows. */
export const isComment = (line: string, secret: boolean): boolean => (secret ? /^#( |$)/ : /^\s*#/).test(line);

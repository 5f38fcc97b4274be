// The questions of the screens that wait for a decision and not for a value: yes or no where something is changed by it, else a numbered list of what the keys do.
import { powerQuestions } from '../screens/power.ts';
import { undoQuestion } from '../screens/undo.ts';
import { quote } from '../state/quote.ts';
import type { Session } from '../state/session.ts';
import { type Ask, accepted, rejected } from './ask.ts';
import { backwards } from './backwards.ts';
import { commandNamed, commandsOf, type LineCommand } from './commands.ts';
import { notAnOption, type Option, optionLines } from './options.ts';
import { sentence } from './plain-text.ts';
import { promptLine } from './prompt-line.ts';
import { statusReport } from './status-report.ts';

/** Changes the node; asked with a whole word, so that a stray number or Enter does not do it. */
const isWeighty = ({ does }: LineCommand, { view, overlay }: Session): boolean =>
  does.type === 'confirm' ||
  does.type === 'commit' ||
  (does.type === 'next' && view.kind === 'reviewing' && overlay.kind === 'none');

const yesNoAsk = (session: Session, command: LineCommand, id: string): Ask => {
  const { overlay } = session;
  const question =
    overlay.kind === 'power' && overlay.choice !== undefined
      ? powerQuestions[overlay.choice]
      : overlay.kind === 'undo'
        ? undoQuestion
        : overlay.kind === 'zram'
          ? 'Do it now?'
          : `${command.description}?`;
  return {
    id,
    intro: [],
    prompt: promptLine(`${question} yes or no`, 'no'),
    secret: false,
    fresh: command.does.type === 'confirm',
    reply: (typed) => {
      if (typed === 'yes') return accepted([command.does]);
      if (typed === '' || /^no?$/i.test(typed)) return accepted(backwards(session));
      return rejected([`! ${quote(typed)} is neither: type yes as a whole word, or no, e.g. no`]);
    },
  };
};

const optionOf = ({ name, label, description, disabledReason }: LineCommand): Option => ({
  value: name,
  label,
  about: sentence(disabledReason === undefined ? description : `not now. ${disabledReason}`).join(' '),
});

const reportOption: Option = { value: 'report', label: 'Report', about: 'How this node is, at this moment' };

const menuAsk = (session: Session, commands: readonly LineCommand[], id: string): Ask => {
  const isDashboard = session.view.kind === 'console' && session.overlay.kind === 'none';
  const options = [...(isDashboard ? [reportOption] : []), ...commands.map(optionOf)];
  const usual = isDashboard
    ? undefined
    : (commands.find(({ does, disabledReason }) => does.type === 'next' && disabledReason === undefined) ??
      commands.find(({ does }) => does.type === 'back' || does.type === 'look'));
  return {
    id,
    intro: optionLines(options),
    prompt: promptLine('Choice', `${usual === undefined ? 1 : commands.indexOf(usual) + 1}`),
    secret: false,
    fresh: false,
    reply: (typed) => {
      const offset = isDashboard ? 1 : 0;
      const byNumber = /^\d{1,3}$/.test(typed) ? commands[Number(typed) - 1 - offset] : undefined;
      const wantsReport = isDashboard && ['', '1', 'report'].includes(typed.toLowerCase());
      if (wantsReport) return accepted([], statusReport(session));
      const command = typed === '' ? usual : (byNumber ?? commandNamed(commands, typed.replaceAll(' ', '-')));
      if (command === undefined) return rejected([notAnOption(typed, options)]);
      return command.disabledReason === undefined
        ? accepted(command.does.type === 'back' ? backwards(session) : [command.does])
        : rejected(sentence(`! ${command.label}: ${command.disabledReason}`));
    },
  };
};

export const menuOrConfirmation = (session: Session, id: string): Ask => {
  const commands = commandsOf(session);
  const weighty = commands.find((command) => isWeighty(command, session));
  return weighty !== undefined && weighty.disabledReason === undefined
    ? yesNoAsk(session, weighty, id)
    : menuAsk(session, commands, id);
};

// The conversation itself: says what is new, asks what the session asks, and gives it the answers, in the order in which lines arrive.
// Longer than most files because these few variables are all that the line mode remembers: what was told, and what was typed.
import type { SessionLoop } from '../app/session-loop.ts';
import { questionText, watchText } from '../screens/others.ts';
import type { Notice, Session } from '../state/session.ts';
import { isClosed } from '../state/session-lock.ts';
import type { GlyphSet } from '../terminal/glyphs.ts';
import type { KeyPress } from '../terminal/key.ts';
import type { Ask } from './ask.ts';
import { askOf } from './ask-of.ts';
import { editLine } from './edit-line.ts';
import { type Ending, ending, notRead } from './ending.ts';
import { interruptText } from './help-text.ts';
import { interpret, isCommand, isComment } from './interpret.ts';
import { nodeLine, placeId, placeOf, stageOf } from './place.ts';
import { folded, sentence, shownAs } from './plain-text.ts';
import { progressNews, type ToldSteps } from './progress-news.ts';
import { healthNews, type Told } from './status-report.ts';
import { trialNews } from './trial-news.ts';

export type ConversationOptions = {
  readonly loop: SessionLoop;
  readonly write: (text: string) => void;
  readonly glyphs: GlyphSet;
  /** A person is at the other end: the end of the input is then a line that was lost or left, not the end of the answers. */
  readonly attended: boolean;
  /** How long the line rests after what was not understood before it counts as the end of a paste; 120 unless told. */
  readonly quietMs?: number;
};

export type Conversation = {
  key(press: KeyPress): void;
  /** Somebody else has written on the line: asks once more. */
  reopen(): void;
  /** No more input will come. */
  end(): void;
  /** Resolves when there is nothing more to say. */
  readonly ended: Promise<Ending>;
};

export const converse = ({ loop, write, glyphs, attended, quietMs = 120 }: ConversationOptions): Conversation => {
  const queue: (KeyPress | 'end')[] = [];
  const { promise, resolve } = Promise.withResolvers<Ending>();
  let over = false;
  let busy = false;
  /** Typed so far, and the question whose prompt it stands behind. */
  let text = '';
  let open: string | undefined;
  /** Told so far. */
  let asked: string | undefined;
  let place = '';
  let stage = '';
  let notice: Notice | undefined;
  let steps: ToldSteps | undefined;
  let health: Told | undefined;
  let trial: string | undefined;
  let others = '';
  /** Lines that came behind what was not understood. */
  let unused: { lines: number; timer: NodeJS.Timeout } | undefined;
  let freshened: string | undefined;

  const say = (lines: readonly string[], whole = false): void => {
    if (lines.length === 0) return;
    if (open !== undefined) write('\n');
    open = undefined;
    const shown = whole
      ? lines.map((line) => shownAs(line, 'unicode'))
      : lines.flatMap((line) => folded(shownAs(line, glyphs)));
    for (const line of shown) write(`${line}\n`);
  };

  const tellPlace = (session: Session): void => {
    const told = steps !== undefined && steps.apply === session.progress?.apply;
    const id = placeId(session);
    if (id === place) return;
    const now = placeOf(session, told);
    if (place.startsWith('starting') && session.view.kind !== 'starting')
      say([nodeLine(session), 'Enter takes what stands in [brackets], < goes back, ? is help.']);
    place = id;
    say(now.lines);
    say(now.copy, true);
  };

  /** Who else is at this node, and what they want of this console. */
  const tellOthers = (session: Session): void => {
    const words = questionText(session) ?? watchText(session) ?? '';
    // A countdown is told once.
    const stem = words.replaceAll(/\d+ s\b/g, '');
    if (stem === others) return;
    others = stem;
    if (words !== '') say(sentence(words));
  };

  const tellStage = (session: Session): void => {
    const busyWith = stageOf(session);
    if (busyWith === stage) return;
    stage = busyWith;
    if (stage !== '') say([stage]);
  };

  const tellNews = (session: Session): void => {
    if (session.lock.kind === 'unread') return;
    if (isClosed(session)) {
      tellPlace(session);
      tellStage(session);
      return;
    }
    tellOthers(session);
    const { progress, view } = session;
    const follows = view.kind === 'applying' || (progress !== undefined && steps?.apply === progress.apply);
    if (follows && view.kind !== 'applying') tellSteps(session);
    tellPlace(session);
    if (view.kind === 'applying') tellSteps(session);
    const onTrial = trialNews(session, trial);
    trial = onTrial.told;
    say(onTrial.said);
    if (session.notice !== notice) {
      notice = session.notice;
      if (notice !== undefined) say(sentence(`${notice.tone === 'bad' ? '! ' : ''}${notice.text}`));
      // What was waited for has failed: the answers behind it were meant for what does not come now.
      if (notice?.tone === 'bad' && asked === undefined) discard();
    }
    tellStage(session);
    const news = view.kind === 'console' && text === '' ? healthNews(session, health) : undefined;
    if (news === undefined) return;
    health = news.told;
    say(news.said);
  };

  const tellSteps = ({ progress }: Session): void => {
    if (progress === undefined) return;
    const news = progressNews(progress, steps);
    steps = news.told;
    say(news.said);
  };

  const openPrompt = (ask: Ask): void => {
    if (asked !== ask.id) {
      asked = ask.id;
      // What was typed was meant for another question.
      text = '';
      say(ask.intro);
    }
    if (open !== undefined) write('\n');
    write(shownAs(ask.prompt, glyphs) + (ask.secret || isComment(text, false) ? '' : text));
    open = ask.id;
  };

  /** The rest of a paste is not meant for a question that is asked again; it ends when the line rests. */
  const discard = (): void => {
    unused ??= { lines: 0, timer: setTimeout(settle, quietMs) };
    const end = queue.indexOf('end');
    const gone = queue.splice(0, end < 0 ? queue.length : end);
    if (gone.length > 0) unused.timer.refresh();
    unused.lines += gone.filter((key) => key !== 'end' && key.name === 'enter').length;
    if (end >= 0) settle();
  };

  const settle = (): void => {
    if (unused === undefined) return;
    clearTimeout(unused.timer);
    const { lines } = unused;
    unused = undefined;
    if (lines > 0)
      say([`  ${lines} more ${lines === 1 ? 'line' : 'lines'} of the paste ${lines === 1 ? 'was' : 'were'} not used.`]);
    pump();
  };

  const take = (session: Session, ask: Ask | undefined, line: string): void => {
    text = '';
    const meaning = interpret(session, ask, line);
    say(meaning.said);
    say(meaning.copy ?? [], true);
    if (meaning.again) {
      asked = undefined;
      place = '';
    }
    for (const event of meaning.events) loop.send(event);
    const after = loop.current().notice;
    if (meaning.rejected || (after !== session.notice && after?.tone === 'bad')) discard();
  };

  const finish = (how: Ending): boolean => {
    over = true;
    if (open !== undefined) write('\n');
    clearTimeout(unused?.timer);
    stopListening();
    resolve(how);
    return false;
  };

  const interrupted = (): boolean => {
    text = '';
    queue.splice(0, queue.includes('end') ? queue.indexOf('end') : queue.length);
    say(interruptText(loop.current()));
    return true;
  };

  /** While nothing is asked, answers wait for their question; commands do not. */
  const waitingKey = (session: Session): boolean => {
    const [first] = queue;
    if (first === 'end') return attended ? finish(ending(session, undefined, attended)) : false;
    if (first?.name === 'ctrl-c') return interrupted();
    if (first?.name === 'ctrl-d') return finish(ending(session, undefined, true));
    const end = queue.findIndex((key) => key !== 'end' && key.name === 'enter');
    const line = queue.slice(0, Math.max(0, end)).map((key) => (key === 'end' ? '' : key.text));
    if (end < 0 || !isCommand(line.join(''))) return false;
    queue.splice(0, end + 1);
    take(session, undefined, line.join(''));
    return true;
  };

  const takeKey = (session: Session, ask: Ask): boolean => {
    const key = queue.shift();
    if (key === undefined) return false;
    if (key === 'end') {
      if (text === '' || attended) return finish(ending(session, ask, attended));
      // The last line of a file may lack its line end.
      queue.unshift({ name: 'enter', text: '' }, 'end');
      return true;
    }
    const typed = editLine(text, key);
    switch (typed.kind) {
      case 'typing':
        text = typed.text;
        if (!ask.secret && !isComment(text, false)) write(typed.echo);
        return true;
      case 'line':
        if (isComment(text, ask.secret)) {
          text = '';
          return true;
        }
        write('\n');
        open = undefined;
        take(session, ask, typed.text);
        return true;
      case 'interrupt':
        return interrupted();
      case 'repeat':
        openPrompt(ask);
        return true;
      case 'end':
        return finish(ending(session, ask, true));
    }
  };

  /** One thing; false when there is nothing to do until something comes. */
  const step = (): boolean => {
    if (over) return false;
    const session = loop.current();
    tellNews(session);
    if (unused !== undefined) return false;
    const ask = askOf(session);
    if (ask === undefined) {
      asked = undefined;
      const lost = attended ? undefined : notRead(session);
      return lost === undefined ? waitingKey(session) : finish(lost);
    }
    if (ask.fresh && freshened !== ask.id) {
      freshened = ask.id;
      discard();
      return unused === undefined;
    }
    if (!ask.fresh) freshened = undefined;
    if (open !== ask.id) openPrompt(ask);
    return takeKey(session, ask);
  };

  const pump = (): void => {
    if (busy) return;
    busy = true;
    try {
      while (step());
    } finally {
      busy = false;
    }
  };

  const feed = (key: KeyPress | 'end'): void => {
    if (over) return;
    queue.push(key);
    if (unused !== undefined) discard();
    pump();
  };

  const stopListening = loop.subscribe(pump);
  pump();
  return {
    key: feed,
    reopen: () => {
      open = undefined;
      pump();
    },
    end: () => feed('end'),
    ended: promise,
  };
};

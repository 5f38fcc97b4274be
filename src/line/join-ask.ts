// Joining by a code, in lines: as many groups a line as somebody likes, and a group that was misheard is asked for at once.
import { joinProblemText } from '../screens/join.ts';
import { heardWords, judgeHeard, soundGroups } from '../state/join-heard.ts';
import { type JoinOverlay, joinNameProblem } from '../state/join-overlay.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { type Ask, accepted, rejected, sessionAfter } from './ask.ts';
import { sentence } from './plain-text.ts';
import { promptLine } from './prompt-line.ts';

const typing = (text: string): readonly SessionEvent[] => [
  { type: 'edit', edit: { kind: 'erase', what: 'all' } },
  ...(text === '' ? [] : [{ type: 'edit', edit: { kind: 'insert', text } } as const]),
];

const goBack: SessionEvent = { type: 'back' };

/** Undefined while the member is asked. */
export const joinAsk = (session: Session, { typed: kept, asking, problem }: JoinOverlay): Ask | undefined => {
  if (asking !== undefined) return undefined;
  const heard = judgeHeard(kept);
  const said = problem ?? joinNameProblem(session);
  const counted = heard.expected === undefined ? '' : ` ${heard.groups.length + 1} of ${heard.expected}`;
  return {
    id: `join ${said?.summary ?? ''}`,
    intro: said === undefined ? [] : sentence(`! ${joinProblemText(said)}`),
    prompt: heard.whole
      ? promptLine('Join code, or Enter for the same again', '')
      : promptLine(kept === '' ? 'Join code' : `Group${counted}`, kept === '' ? 'no' : ''),
    secret: false,
    fresh: false,
    reply: (line) => {
      if (/^no?$/i.test(line) || (line === '' && kept === '')) return accepted([goBack], ['  Nothing is changed.']);
      if (line === '' && !heard.whole) return rejected([`! ${heardWords(heard)}: type them, or no`]);
      const text = line === '' ? kept : heard.whole ? line : `${kept} ${line}`.trim();
      const now = judgeHeard(text);
      const asked: readonly SessionEvent[] = [...typing(text), { type: 'next' }];
      if (now.whole) {
        const { overlay } = sessionAfter(session, asked);
        return overlay.kind === 'join' && overlay.problem !== undefined ? rejected([], asked) : accepted(asked);
      }
      const sound = soundGroups(text);
      const events = typing(sound.join(' '));
      if (now.wrong !== undefined)
        return rejected([`! ${heardWords(now)}: from group ${now.wrong.group} again`], events);
      const cut = sound.length < now.groups.length ? `, group ${sound.length + 1} is not whole` : '';
      return accepted(events, [`  ${heardWords({ ...now, groups: now.groups.slice(0, sound.length) })}${cut}`]);
    },
  };
};

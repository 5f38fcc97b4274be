// A locked console in lines: one question, which nothing but root's password answers.
import { delayAfter } from '../state/console-lock.ts';
import type { Session } from '../state/session.ts';
import { type Ask, accepted, rejected } from './ask.ts';
import { sentence } from './plain-text.ts';
import { promptLine } from './prompt-line.ts';

const opens = "root's password opens this console. By SSH a key opens the node; Ctrl-D leaves it locked.";

/** Undefined while the lock is being read, a password is checked, or a wrong one has its price. */
export const lockAsk = ({ lock }: Session): Ask | undefined => {
  if (lock.kind !== 'locked' || lock.work.kind !== 'idle') return undefined;
  return {
    id: `lock ${lock.failures}`,
    intro: [],
    prompt: promptLine("Root's password (not shown)", ''),
    secret: true,
    // What was pasted before was meant for no password.
    fresh: true,
    reply: (typed) =>
      // Too short to be a password, so it costs no try.
      typed === '' || typed === '?'
        ? rejected(sentence(`${typed === '' ? '! nothing was typed: only' : 'Only'} ${opens}`))
        : accepted([{ type: 'lock-edit', edit: { kind: 'insert', text: typed } }, { type: 'unlock' }]),
  };
};

/** Told once each time it changes. */
export const lockStage = ({ lock }: Session): string => {
  if (lock.kind !== 'locked' || lock.work.kind === 'idle') return '';
  if (lock.work.kind === 'checking') return 'Checking…';
  const wait = `The next try is possible in ${delayAfter(lock.failures) / 1000} s.`;
  return lock.said === undefined ? wait : `! ${lock.said.replace(/\.$/, '')}. ${wait}`;
};

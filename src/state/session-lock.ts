// The lock's part of the session: when it closes, what a password does to it, and that nothing else does anything meanwhile.
import type { ConsoleEvent, ConsoleTransition, LockEvent } from './console-event.ts';
import { delayAfter, type KeptLock, type LockState, lockAfterMs } from './console-lock.ts';
import { clockText, type Now } from './now.ts';
import type { Session } from './session.ts';
import { editText } from './text-edit.ts';

type Locked = Extract<LockState, { kind: 'locked' }>;

/** Keys do nothing but unlock. */
export const isClosed = ({ lock }: Session): boolean => lock.kind !== 'open';

const stay = (session: Session): ConsoleTransition => ({ session, commands: [] });

const open = (session: Session, now: Now): Session => ({
  ...session,
  lock: { kind: 'open', lastKeyMs: now.monoMs, idle: 'no' },
});

/** Somebody pressed a key. */
export const touch = (session: Session, now: Now): Session =>
  session.lock.kind === 'open' ? open(session, now) : session;

/** While a shell has the line its keys are not seen here, and it has asked for the password itself. */
export const leaveToShell = (session: Session): Session =>
  session.lock.kind === 'open' ? { ...session, lock: { ...session.lock, idle: 'shell' } } : session;

const delayed = (untilMs: number, now: Now): Locked['work'] =>
  untilMs > now.monoMs
    ? { kind: 'delayed', untilMs, left: Math.ceil((untilMs - now.monoMs) / 1000) }
    : { kind: 'idle' };

const keptOf = ({ sinceMs }: Pick<Locked, 'sinceMs'>, failures: number, notBeforeMs: number): KeptLock => ({
  version: 1,
  sinceMs,
  failures,
  notBeforeMs,
});

const close = (session: Session, now: Now): ConsoleTransition => {
  const lock: Locked = {
    kind: 'locked',
    sinceMs: now.wallMs,
    typed: '',
    failures: 0,
    work: { kind: 'idle' },
    said: undefined,
  };
  return {
    // Half a password in a form is nothing to come back to.
    session: { ...session, lock, overlay: { kind: 'none' }, notice: undefined, secrets: {} },
    commands: [{ type: 'keep-lock', kept: keptOf(lock, 0, 0) }],
  };
};

const check = (session: Session, lock: Locked, now: Now): ConsoleTransition => {
  if (lock.work.kind !== 'idle' || lock.typed === '') return stay(session);
  const failures = lock.failures + 1;
  return {
    session: { ...session, lock: { ...lock, typed: '', work: { kind: 'checking' }, said: undefined } },
    commands: [
      {
        type: 'check-password',
        password: lock.typed,
        kept: keptOf(lock, failures, now.monoMs + delayAfter(failures)),
      },
    ],
  };
};

const unlocked = (session: Session, lock: Locked, now: Now): ConsoleTransition => {
  const wrong = lock.failures === 0 ? '' : `, ${lock.failures} wrong password${lock.failures === 1 ? '' : 's'} since`;
  const text = `Unlocked; it was locked at ${clockText(lock.sinceMs)}${wrong}`;
  return {
    session: { ...open(session, now), notice: { tone: lock.failures === 0 ? 'plain' : 'bad', text } },
    commands: [{ type: 'keep-lock', kept: undefined }],
  };
};

const wrong = (lock: Locked, said: string, now: Now): Locked => {
  const failures = lock.failures + 1;
  return { ...lock, failures, work: delayed(now.monoMs + delayAfter(failures), now), said };
};

export const reduceLock = (session: Session, event: LockEvent, now: Now): ConsoleTransition => {
  const { lock } = session;
  switch (event.type) {
    case 'lock-read': {
      if (lock.kind !== 'unread') return stay(session);
      if (event.kept === undefined) return stay(open(session, now));
      const { sinceMs, failures, notBeforeMs } = event.kept;
      const work = delayed(notBeforeMs, now);
      return stay({ ...session, lock: { kind: 'locked', sinceMs, typed: '', failures, work, said: undefined } });
    }
    case 'lock-possible':
      return lock.kind === 'open' && lock.idle === 'due' ? close(session, now) : stay(session);
    case 'lock-impossible': {
      if (lock.kind !== 'open' || lock.idle !== 'due') return stay(session);
      const text = `This console cannot lock: ${event.problem.summary}. ${event.problem.remedy}`;
      return stay({ ...session, lock: { ...lock, idle: 'cannot' }, notice: { tone: 'bad', text } });
    }
    case 'lock-edit': {
      if (lock.kind !== 'locked' || lock.work.kind === 'checking') return stay(session);
      const typed = editText(lock.typed, [...lock.typed].length, event.edit).text;
      return stay({ ...session, lock: { ...lock, typed } });
    }
    case 'unlock':
      return lock.kind === 'locked' ? check(session, lock, now) : stay(session);
    case 'password-right':
      return lock.kind === 'locked' ? unlocked(session, lock, now) : stay(session);
    case 'password-wrong': {
      if (lock.kind !== 'locked') return stay(session);
      const { problem } = event;
      const said = problem === undefined ? 'That is not it.' : `${problem.summary}: ${problem.remedy}`;
      return stay({ ...session, lock: wrong(lock, said, now) });
    }
  }
};

/** Closes it when its time has come, and counts a delay down. */
export const tickLock = (session: Session, now: Now): ConsoleTransition => {
  const { lock } = session;
  if (lock.kind === 'locked' && lock.work.kind === 'delayed') {
    const work = delayed(lock.work.untilMs, now);
    const same = work.kind === 'delayed' && work.left === lock.work.left;
    return stay(same ? session : { ...session, lock: { ...lock, work } });
  }
  const limit = session.rehearsal ? undefined : lockAfterMs(session.inForce);
  if (lock.kind !== 'open' || lock.idle !== 'no' || limit === undefined) return stay(session);
  if (now.monoMs - lock.lastKeyMs < limit) return stay(session);
  return { session: { ...session, lock: { ...lock, idle: 'due' } }, commands: [{ type: 'may-lock' }] };
};

const lockEvents: Readonly<Record<LockEvent['type'], true>> = {
  'lock-read': true,
  'lock-possible': true,
  'lock-impossible': true,
  'lock-edit': true,
  unlock: true,
  'password-right': true,
  'password-wrong': true,
};

export const isLockEvent = (event: ConsoleEvent): event is LockEvent => Object.hasOwn(lockEvents, event.type);

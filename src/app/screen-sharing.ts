// Shows the others what is on the screen of the console that writes: when it has changed, and never more often than a line could follow.
import type { Session } from '../state/session.ts';
import { type SharedScreen, sharedScreen } from '../state/shared-screen.ts';
import type { Effects } from './effects.ts';

/** Ten times a second at most. */
const everyMs = 100;

export type ScreenSharing = {
  changed(before: Session, after: Session): void;
  /** Resolves when what is on the screen now can be read by the others. */
  flush(): Promise<void>;
  close(): void;
};

const shown = ({ sharing, lock, ...session }: Session): SharedScreen | undefined => {
  const { me, seat } = sharing;
  if (me === undefined || (seat.kind !== 'writing' && seat.kind !== 'taking')) return undefined;
  return sharedScreen({ sharing, lock, ...session }, me, lock.kind === 'open' ? lock.lastKeyMs : 0);
};

export const createScreenSharing = (
  { shareScreen }: Pick<Effects, 'shareScreen'>,
  onBug: (error: unknown) => void,
): ScreenSharing => {
  let timer: NodeJS.Timeout | undefined;
  let waiting: Session | undefined;
  let last = '';
  let lastAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const screen = waiting === undefined ? undefined : shown(waiting);
    waiting = undefined;
    if (screen === undefined) return;
    const text = JSON.stringify(screen);
    if (text === last) return;
    last = text;
    lastAt = performance.now();
    await shareScreen(screen).catch(onBug);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };

  return {
    changed: (before, after) => {
      const { seat } = after.sharing;
      if (seat.kind === 'writing') waiting = after;
      // The last picture of a console that lets go, with the draft that the next one begins with.
      else if (before.sharing.seat.kind === 'writing' && seat.kind === 'free')
        waiting = { ...after, sharing: before.sharing };
      // Another one's screen is never overwritten by what came too late.
      else if (seat.kind === 'watching') {
        waiting = undefined;
        last = '';
      }
      if (waiting !== undefined) timer ??= setTimeout(flush, Math.max(0, lastAt + everyMs - performance.now()));
    },
    flush,
    close: () => clearTimeout(timer),
  };
};

// The session's part about the other consoles: who writes, what this one does meanwhile, and what the one that writes shows.
import { type Claim, noClaim } from './claim.ts';
import type { Party } from './party.ts';
import type { Command, Session } from './session.ts';
import type { SharedScreen } from './shared-screen.ts';

export type Seat =
  /** Nothing is shared: a rehearsal, or a machine on which nothing can be written. */
  | { readonly kind: 'alone' }
  /** Nobody writes. */
  | { readonly kind: 'free' }
  /** Somebody began to write here: the claim is on its way, and what must not happen twice waits for it. */
  | { readonly kind: 'taking'; readonly withheld: readonly Command[] }
  | { readonly kind: 'writing' }
  /**
   * `along`: the writer's screen is shown. `away`: this console's own.
   * `scroll`: how far a long text was scrolled here; without it, as far as at the writer.
   */
  | { readonly kind: 'watching'; readonly look: 'along' | 'away'; readonly scroll?: number };

export type Sharing = {
  /** Undefined until it is read, and for a console that shares nothing. */
  readonly me: Party | undefined;
  readonly claim: Claim;
  /** False when the process of the writer is gone. */
  readonly lives: boolean;
  readonly seat: Seat;
  /** What the writer last showed. */
  readonly screen: SharedScreen | undefined;
  /** Until a question is answered by itself; undefined when there is none. */
  readonly secondsLeft: number | undefined;
};

export const startingSharing: Sharing = {
  me: undefined,
  claim: noClaim,
  lives: false,
  seat: { kind: 'alone' },
  screen: undefined,
  secondsLeft: undefined,
};

/** Who writes at another console, while its process lives. */
export const otherWriter = ({ sharing }: Session): Party | undefined =>
  sharing.seat.kind === 'watching' ? sharing.claim.writer : undefined;

export const looksAlong = ({ sharing }: Session): boolean =>
  sharing.seat.kind === 'watching' && sharing.seat.look === 'along';

/** Who wants to write instead of this console. */
export const askedBy = ({ sharing }: Session): Party | undefined =>
  sharing.seat.kind === 'writing' ? sharing.claim.asked?.by : undefined;

/** Nothing on the screen is half done: whoever else wants to write need not ask. */
export const isAtRest = ({ view, overlay, verdict }: Session): boolean => {
  if (['power', 'undo', 'prepare'].includes(overlay.kind) || verdict !== undefined) return false;
  if (overlay.kind === 'zram' && overlay.chosen !== undefined) return false;
  switch (view.kind) {
    case 'starting':
    case 'console':
    case 'applied':
    case 'exporting':
      return true;
    case 'applying':
      return !view.asked;
    case 'comparing':
      return !view.saving;
    case 'editing':
      return view.step === 'welcome';
    case 'planning':
    case 'reviewing':
      return false;
  }
};

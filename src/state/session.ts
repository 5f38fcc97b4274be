// Everything the console knows and shows, as one value: which view is open is a union, so that no two can be, and no review exists without a plan.
import type { ApplyProgress } from './apply-progress.ts';
import type { LockState } from './console-lock.ts';
import type { Draft, FieldId, WizardStep } from './draft.ts';
import type { Facts } from './facts.ts';
import type { JoinCommand, JoinEvent, JoinOverlay } from './join-overlay.ts';
import type { JournalEvent } from './journal-event.ts';
import type { Offer, OfferAnswer, OfferCommand, OfferKeyEvent, OfferOverlay } from './offer-overlay.ts';
import type { Plan } from './plan.ts';
import type { PrepareCommand, PrepareEvent, PrepareOverlay } from './prepare-overlay.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import type { Reading } from './reading.ts';
import type { ResolvedSummary } from './resolved-summary.ts';
import type { Sharing } from './sharing.ts';
import type { Status } from './status.ts';
import type { TextEdit } from './text-edit.ts';
import type { UndoOverlay } from './undo-overlay.ts';
import type { ZramCommand, ZramEvent, ZramOverlay } from './zram-overlay.ts';

export type View =
  /** The machine, the journal and the draft are being read. */
  | {
      readonly kind: 'starting';
      /** Why they could not be read; it is tried again by itself. */
      readonly problem: Problem | undefined;
    }
  | {
      readonly kind: 'editing';
      readonly step: WizardStep;
      /** Index into the fields of the step. */
      readonly focus: number;
      /** In the focused field's text, in code points. */
      readonly caret: number;
      /** In the list of suggestions of the focused field. */
      readonly highlight: number;
      /** Fields that were left, or the whole step once somebody tried to go on: their problems are shown. */
      readonly touched: readonly FieldId[];
      readonly work: 'none' | 'hashing';
    }
  | { readonly kind: 'planning'; readonly profile: Profile }
  | {
      readonly kind: 'reviewing';
      readonly profile: Profile;
      readonly plan: Plan;
      readonly scroll: number;
      /** `asked`: systemd has been asked to apply and nothing has been heard yet. */
      readonly apply: 'idle' | 'asked';
    }
  /** `asked`: at this console, which then shows how it ended; others return to the dashboard by themselves. */
  | { readonly kind: 'applying'; readonly asked: boolean }
  | { readonly kind: 'applied'; readonly progress: ApplyProgress }
  | {
      readonly kind: 'comparing';
      readonly profile: Profile;
      readonly diff: string | undefined;
      readonly scroll: number;
      readonly saving: boolean;
    }
  | { readonly kind: 'exporting'; readonly profile: Profile; readonly scroll: number }
  /** The dashboard: where a node that has a profile rests. */
  | { readonly kind: 'console' };

type FindOverlay = {
  readonly kind: 'find';
  readonly typed: string;
  readonly caret: number;
  readonly highlight: number;
};
type PowerOverlay = { readonly kind: 'power'; readonly choice: PowerChoice | undefined };
/** The serial number of a disk whose data would be lost, typed by whoever agrees to that. */
export type ConsentOverlay = {
  readonly kind: 'consent';
  readonly serial: string;
  readonly typed: string;
  readonly caret: number;
  /** Why what was typed is not it. */
  readonly why: string | undefined;
};
type Overlay =
  | { readonly kind: 'none' }
  /** `over`: what the help is on and closes to, where that is no view. */
  | {
      readonly kind: 'help';
      readonly scroll: number;
      readonly over?:
        | PowerOverlay
        | FindOverlay
        | ZramOverlay
        | ConsentOverlay
        | JoinOverlay
        | OfferOverlay
        | UndoOverlay
        | PrepareOverlay;
    }
  /** A port among many: typed text narrows the list. */
  | FindOverlay
  | ZramOverlay
  | ConsentOverlay
  | JoinOverlay
  | OfferOverlay
  | UndoOverlay
  | PrepareOverlay
  | PowerOverlay;

export type PowerChoice = 'reboot' | 'poweroff';

/** What somebody decides on a network change that is provisional. */
export type NetworkVerdict = 'keep' | 'take-back';

/** One line above the footer: what a key did, or why it did nothing. Gone with the next key. */
export type Notice = { readonly tone: 'plain' | 'good' | 'bad'; readonly text: string };

export type Session = {
  readonly view: View;
  readonly overlay: Overlay;
  readonly draft: Draft;
  /** What was typed into the password fields; in this process only, never saved, never shown. */
  readonly secrets: Readonly<Record<FieldId, string>>;
  readonly facts: Reading<Facts>;
  /** Where a profile was looked for, and what was found. */
  readonly resolved: Reading<ResolvedSummary>;
  /** The profile of the last apply that converged. */
  readonly inForce: Profile | undefined;
  /** The profile of an apply that has not converged. */
  readonly attempted: Profile | undefined;
  /** The last apply, running or done, as its journal tells it. */
  readonly progress: ApplyProgress | undefined;
  /** Newest last; two are enough for rates, the trend is kept beside them. */
  readonly statuses: readonly Status[];
  /** Compression ratio, one a second, newest last. */
  readonly trend: readonly number[];
  /** Asked for at this console and not done yet. */
  readonly verdict: NetworkVerdict | undefined;
  /** A join code that this console offers, or what became of it until somebody has seen that. */
  readonly offer: Offer | undefined;
  readonly notice: Notice | undefined;
  /** Who of the consoles writes, and what this one does meanwhile. */
  readonly sharing: Sharing;
  readonly lock: LockState;
  readonly rehearsal: boolean;
};

/** What the start of the console found, all at once, so that it opens at the right place without a flicker. */
export type Opening = {
  /** Both pending where the console opens at something that needs neither; they follow as events. */
  readonly facts: Reading<Facts>;
  readonly resolved: Reading<ResolvedSummary>;
  readonly inForce: Profile | undefined;
  readonly attempted: Profile | undefined;
  readonly journal: readonly JournalEvent[];
  /** False when nobody holds the apply lock. */
  readonly applyRuns: boolean;
  readonly draft: Draft | undefined;
};

export type SessionEvent =
  | { readonly type: 'opened'; readonly opening: Opening }
  | { readonly type: 'opening-failed'; readonly problem: Problem }
  | { readonly type: 'facts'; readonly facts: Facts; readonly atMs: number }
  | { readonly type: 'resolved'; readonly resolved: ResolvedSummary; readonly atMs: number }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'in-force'; readonly profile: Profile | undefined; readonly attempted: Profile | undefined }
  | { readonly type: 'journal'; readonly events: readonly JournalEvent[] }
  // what keys mean
  /** Enter: the next field, or the next screen from the last one. */
  | { readonly type: 'next' }
  /** The next screen at once. */
  | { readonly type: 'leave' }
  | { readonly type: 'back' }
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  /** The list of ports, to be narrowed. */
  | { readonly type: 'find' }
  | { readonly type: 'option'; readonly by: 1 | -1 }
  | { readonly type: 'highlight'; readonly by: 1 | -1 }
  | { readonly type: 'edit'; readonly edit: TextEdit }
  /** Of random bytes, on this node. */
  | { readonly type: 'make-secret'; readonly field: FieldId }
  | { readonly type: 'choose'; readonly field: FieldId; readonly value: string }
  | { readonly type: 'scroll'; readonly by: number; readonly max: number }
  | { readonly type: 'change' }
  | { readonly type: 'show-apply' }
  | { readonly type: 'show-dashboard' }
  | { readonly type: 'retry' }
  | { readonly type: 'decide-network'; readonly verdict: NetworkVerdict }
  | { readonly type: 'compare' }
  | { readonly type: 'commit' }
  | { readonly type: 'export' }
  | { readonly type: 'help' }
  | { readonly type: 'power' }
  | { readonly type: 'power-choice'; readonly choice: PowerChoice }
  | { readonly type: 'confirm' }
  | { readonly type: 'shell' }
  | { readonly type: 'bundle' }
  /** After a question. */
  | { readonly type: 'undo-apply' }
  | PrepareEvent
  | { readonly type: 'refused'; readonly why: string }
  | ZramEvent
  | JoinEvent
  | OfferKeyEvent
  | OfferAnswer
  // what effects answered
  | { readonly type: 'hashed'; readonly hash: string }
  | { readonly type: 'secret-made'; readonly field: FieldId; readonly secret: string }
  | { readonly type: 'planned'; readonly plan: Plan }
  | { readonly type: 'compared'; readonly profile: Profile; readonly diff: string }
  | { readonly type: 'committed'; readonly path: string }
  | { readonly type: 'apply-accepted' }
  | { readonly type: 'network-decided'; readonly verdict: NetworkVerdict }
  | { readonly type: 'shell-closed' }
  | { readonly type: 'apply-undone' }
  | ({ readonly type: 'bundle-made' } & MadeBundle)
  /** `here`: the keyboard of this console. */
  | { readonly type: 'keyboard-tried'; readonly layout: string; readonly here: boolean }
  | { readonly type: 'failed'; readonly of: Command['type']; readonly problem: Problem };

/** A support bundle, and how many bytes it has. */
export type MadeBundle = { readonly path: string; readonly bytes: number };

/** What the world is asked to do: data, carried out by src/app. */
export type Command =
  | { readonly type: 'save-draft'; readonly draft: Draft }
  | { readonly type: 'discard-draft' }
  /** Where this console is one of the machine's own keyboard. */
  | { readonly type: 'try-keyboard'; readonly layout: string }
  | { readonly type: 'hash-password'; readonly password: string }
  | { readonly type: 'make-secret'; readonly field: FieldId }
  | { readonly type: 'plan'; readonly profile: Profile }
  | { readonly type: 'apply'; readonly profile: Profile; readonly plan: Plan }
  | { readonly type: 'decide-network'; readonly verdict: NetworkVerdict }
  | { readonly type: 'compare'; readonly profile: Profile }
  | { readonly type: 'commit'; readonly profile: Profile }
  | { readonly type: 'read-in-force' }
  /** In maintenance a shell opens even when root has no password yet. */
  | { readonly type: 'shell'; readonly maintenance: boolean }
  | { readonly type: 'make-bundle' }
  /** Takes back the last apply, which stopped half-way. */
  | { readonly type: 'undo-apply' }
  | PrepareCommand
  | ZramCommand
  | JoinCommand
  | OfferCommand
  | { readonly type: 'end-uptime'; readonly choice: PowerChoice };

export type Transition = { readonly session: Session; readonly commands: readonly Command[] };

// What the console that writes shows to the others: its screen and its draft, and nothing that was typed where characters are not shown.
import * as z from 'zod';
import { draftSchema, wizardSteps } from './draft.ts';
import { planSchema } from './journal-event.ts';
import type { Now } from './now.ts';
import { type Party, partySchema } from './party.ts';
import { profileSchema } from './profile.ts';
import type { Session, View } from './session.ts';
import { fieldsHere } from './session-editing.ts';

const scroll = z.int().min(0);

const viewSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('editing'),
    step: z.enum(wizardSteps),
    focus: z.int().min(0),
    caret: z.int().min(0),
    highlight: z.int().min(0),
    touched: z.array(z.string()),
    work: z.enum(['none', 'hashing']),
  }),
  z.strictObject({ kind: z.literal('planning'), profile: profileSchema }),
  z.strictObject({
    kind: z.literal('reviewing'),
    profile: profileSchema,
    plan: planSchema,
    scroll,
    apply: z.enum(['idle', 'asked']),
  }),
  z.strictObject({ kind: z.literal('applying'), asked: z.boolean() }),
  z.strictObject({
    kind: z.literal('comparing'),
    profile: profileSchema,
    diff: z.string().optional(),
    scroll,
    saving: z.boolean(),
  }),
  /** What each console can read for itself: dashboard, last apply, profile. */
  z.strictObject({ kind: z.literal('elsewhere') }),
]);
export type SharedView = z.infer<typeof viewSchema>;

export const sharedScreenSchema = z.strictObject({
  version: z.literal(1),
  writer: partySchema,
  /** Milliseconds of the monotonic clock, to whole steps of five seconds: how fast somebody types is nobody's business. */
  lastKeyMs: z.number(),
  view: viewSchema,
  overlay: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('power'), choice: z.enum(['reboot', 'poweroff']).optional() }),
  ]),
  draft: draftSchema,
  notice: z.strictObject({ tone: z.enum(['plain', 'good', 'bad']), text: z.string() }).optional(),
});
export type SharedScreen = z.infer<typeof sharedScreenSchema>;

const lastKeyStepMs = 5_000;

/** A caret tells how long its text is. */
const caretOf = (session: Session, view: Extract<View, { kind: 'editing' }>): number =>
  fieldsHere(session, view.step)[view.focus]?.kind === 'secret' ? 0 : view.caret;

const sharedView = (session: Session): SharedView => {
  const { view } = session;
  switch (view.kind) {
    case 'editing':
      return { ...view, touched: [...view.touched], caret: caretOf(session, view) };
    case 'planning':
    case 'reviewing':
    case 'comparing':
    case 'applying':
      return view;
    case 'starting':
    case 'applied':
    case 'exporting':
    case 'console':
      return { kind: 'elsewhere' };
  }
};

export const sharedScreen = (session: Session, writer: Party, lastKeyMs: number): SharedScreen => {
  const { overlay, notice } = session;
  // What is said of a password may tell of it: its length, how it differs.
  const aside = Object.values(session.secrets).some((secret) => secret !== '');
  return {
    version: 1,
    writer,
    lastKeyMs: Math.floor(lastKeyMs / lastKeyStepMs) * lastKeyStepMs,
    view: sharedView(session),
    overlay: overlay.kind === 'power' ? overlay : { kind: 'none' },
    draft: session.draft,
    ...(notice === undefined || aside ? {} : { notice }),
  };
};

/** How long the writer has been quiet, as far as its screen tells. */
export const quietMs = (screen: SharedScreen | undefined, now: Now): number | undefined =>
  screen === undefined ? undefined : now.monoMs - screen.lastKeyMs;

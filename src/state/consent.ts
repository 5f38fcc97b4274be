// Data that an apply would destroy: its review waits until the serial number of every such disk was typed, and the agreement holds for that apply only.
import type { Change } from './change.ts';
import { changesOf, type Plan } from './plan.ts';
import type { Profile } from './profile.ts';
import type { ConsentOverlay, Session, SessionEvent, View } from './session.ts';
import { editText } from './text-edit.ts';

type Reviewing = Extract<View, { kind: 'reviewing' }>;

const serialOf = ({ subject }: Change): string => subject.replace(/^disk /, '');

/** What would be lost and nobody has agreed to yet. */
export const unagreed = (profile: Profile, plan: Plan): readonly Change[] => {
  const agreed = [...(profile.wipe ?? []), ...(plan.consented ?? [])];
  return changesOf(plan).filter((change) => change.destroysData && !agreed.includes(serialOf(change)));
};

/** The change that the open question is about. */
export const questioned = ({ view, overlay }: Session): Change | undefined =>
  view.kind === 'reviewing' && overlay.kind === 'consent'
    ? unagreed(view.profile, view.plan).find((change) => serialOf(change) === overlay.serial)
    : undefined;

const asking = (session: Session, view: Reviewing): Session | undefined => {
  const [first] = unagreed(view.profile, view.plan);
  if (first === undefined) return undefined;
  const overlay: ConsentOverlay = { kind: 'consent', serial: serialOf(first), typed: '', caret: 0, why: undefined };
  return { ...session, view, overlay };
};

/** The question for the next disk; undefined when there is none left. */
export const nextConsent = (session: Session): Session | undefined =>
  session.view.kind === 'reviewing' ? asking(session, session.view) : undefined;

const take = (session: Session, view: Reviewing, overlay: ConsentOverlay): Session => {
  if (overlay.typed.trim() !== overlay.serial) {
    const why = overlay.typed.trim() === '' ? 'nothing was typed' : 'that is another serial number';
    return { ...session, overlay: { ...overlay, why } };
  }
  const plan: Plan = { ...view.plan, consented: [...(view.plan.consented ?? []), overlay.serial] };
  const agreed: Reviewing = { ...view, plan };
  return (
    asking(session, agreed) ?? {
      ...session,
      view: agreed,
      overlay: { kind: 'none' },
      notice: { tone: 'plain', text: 'Agreed. Nothing has been changed yet: Apply does it' },
    }
  );
};

/** Undefined where no such question is open, or where the event has nothing to do with it. */
export const reduceConsent = (session: Session, event: SessionEvent): Session | undefined => {
  const { view, overlay } = session;
  if (overlay.kind !== 'consent' || view.kind !== 'reviewing') return undefined;
  if (event.type === 'next') return take(session, view, overlay);
  if (event.type !== 'edit') return undefined;
  const { text, caret } = editText(overlay.typed, overlay.caret, event.edit);
  return { ...session, overlay: { ...overlay, typed: text, caret, why: undefined } };
};

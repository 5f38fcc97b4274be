// Which question a session asks: one for every state, and none while the session waits for the world.
import type { Session } from '../state/session.ts';
import { isClosed } from '../state/session-lock.ts';
import { looksAlong } from '../state/sharing.ts';
import type { Ask } from './ask.ts';
import { clusterAsk, roleAsk } from './choice-asks.ts';
import { consentAsk } from './consent-ask.ts';
import { fieldAsk } from './field-asks.ts';
import { joinAsk } from './join-ask.ts';
import { lockAsk } from './lock-ask.ts';
import { menuOrConfirmation } from './menu-asks.ts';
import { prepareAsk } from './prepare-ask.ts';
import { zramSizeAsk } from './zram-ask.ts';

/** Undefined while something is read, planned, hashed, written or applied. */
export const askOf = (session: Session): Ask | undefined => {
  if (isClosed(session)) return lockAsk(session);
  if (looksAlong(session)) return menuOrConfirmation(session, 'watching');
  const { view, overlay } = session;
  if (overlay.kind === 'power') return menuOrConfirmation(session, `power/${overlay.choice ?? ''}`);
  if (overlay.kind === 'undo') return overlay.working ? undefined : menuOrConfirmation(session, 'undo');
  if (overlay.kind === 'prepare') return prepareAsk(session, overlay);
  if (overlay.kind === 'consent') return consentAsk(session, overlay);
  if (overlay.kind === 'join') return joinAsk(session, overlay);
  if (overlay.kind === 'offer') {
    const stage = session.offer?.kind;
    return stage === 'making' || stage === 'withdrawing'
      ? undefined
      : menuOrConfirmation(session, `offer/${stage ?? ''}`);
  }
  if (overlay.kind === 'zram') {
    const stage = overlay.chosen?.stage.kind;
    if (overlay.forecasts === undefined || stage === 'looking' || stage === 'working') return undefined;
    return zramSizeAsk(session, overlay) ?? menuOrConfirmation(session, `zram/${overlay.chosen?.name ?? ''}`);
  }
  switch (view.kind) {
    case 'starting':
    case 'planning':
    case 'applying':
      return undefined;
    case 'editing':
      if (view.work === 'hashing') return undefined;
      if (view.step === 'role') return roleAsk(session);
      if (view.step === 'cluster') return clusterAsk(session);
      return fieldAsk(session, view) ?? menuOrConfirmation(session, view.step);
    case 'reviewing':
      return view.apply === 'asked' ? undefined : menuOrConfirmation(session, view.kind);
    case 'comparing':
      return view.diff === undefined || view.saving ? undefined : menuOrConfirmation(session, view.kind);
    case 'applied':
    case 'exporting':
    case 'console':
      return menuOrConfirmation(session, view.kind);
  }
};

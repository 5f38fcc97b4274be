// Which lines fill the body for which view; the two screens with a list of their own are drawn by components instead.
import { blank, type Line, line, span } from '../components/line.ts';
import type { Session } from '../state/session.ts';
import { accessLines } from './access.ts';
import { appliedLines, applyLines } from './apply.ts';
import { clusterFormLines } from './cluster-form.ts';
import { consentLines } from './consent.ts';
import { dashboardLines } from './dashboard.ts';
import { documentOf, documentView } from './document.ts';
import { findLines } from './find-port.ts';
import { joinLines } from './join.ts';
import { bodyHeight, type Size } from './layout.ts';
import { lockLines } from './lock.ts';
import { networkLines } from './network.ts';
import { offerLines } from './offer.ts';
import { powerLines } from './power.ts';
import { prepareLines } from './prepare.ts';
import { startingLines } from './starting.ts';
import { undoLines } from './undo.ts';
import { welcomeLines } from './welcome.ts';
import { zramLines } from './zram.ts';
import { zramOverlayLines } from './zram-operations.ts';

/** Undefined for the screens that are a list: role and cluster filesystem. */
export const bodyLines = (session: Session, size: Size): readonly Line[] | undefined => {
  const { view, overlay } = session;
  const { columns: width } = size;
  const height = bodyHeight(session, size);
  if (session.lock.kind === 'locked') return lockLines(session, session.lock, width, height);
  if (overlay.kind === 'power') return powerLines(session, overlay.choice, width);
  if (overlay.kind === 'zram') return zramOverlayLines(session, overlay, width);
  if (overlay.kind === 'consent') return consentLines(session, overlay, width);
  if (overlay.kind === 'join') return joinLines(session, overlay, width);
  if (overlay.kind === 'offer') return offerLines(session, width);
  if (overlay.kind === 'undo') return undoLines(session, overlay, width, height);
  if (overlay.kind === 'prepare') return prepareLines(session, overlay, width, height);
  if (overlay.kind === 'find') return findLines(session, overlay, width, height);
  const document = documentOf(session, size);
  if (document !== undefined) return documentView(document, height);
  switch (view.kind) {
    case 'starting':
      return startingLines(view.problem, width);
    case 'planning':
      return [blank, line(' Every step looks at this node…'), line(span(' Nothing is changed yet.', 'dim'))];
    case 'applying':
      return applyLines(session, width, height);
    case 'applied':
      return appliedLines(session, view.progress, width, height);
    case 'console':
      return dashboardLines(session, width, height);
    case 'editing':
      switch (view.step) {
        case 'welcome':
          return welcomeLines(session, width, height);
        case 'network':
          return networkLines(session, view, width, height);
        case 'cluster-form':
          return clusterFormLines(session, view, width, height);
        case 'zram':
          return zramLines(session, view, width, height);
        case 'access':
          return accessLines(session, view, width, height);
        default:
          return undefined;
      }
    default:
      return [];
  }
};

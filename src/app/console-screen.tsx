// The whole console as a picture of one session: nothing here knows where sessions come from or what keys do.
import { useWindowSize } from 'ink';
import { type ReactElement, useMemo } from 'react';
import { Frame, framedLines } from '../components/frame.tsx';
import type { Line } from '../components/line.ts';
import { ScreenView } from '../components/line-view.tsx';
import { scrolled } from '../components/scrolled.ts';
import { bodyLines } from '../screens/body.ts';
import { ClusterScreen, RoleScreen } from '../screens/choice-screens.tsx';
import { headerLine, ruleLine } from '../screens/header.ts';
import { bodyHeight, type Size, titleOf } from '../screens/layout.ts';
import { noticeLines } from '../screens/notice.ts';
import { isTooSmall, tooSmallLines } from '../screens/too-small.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { underHelp } from '../state/session-moves.ts';
import { looksAlong } from '../state/sharing.ts';
import { lineWords } from '../terminal/describe-link.ts';
import { useLink } from '../terminal/use-link.ts';
import { footerLine } from './footer.ts';
import { helpContent } from './help-content.ts';
import { bindingsOf } from './keymap.ts';

type ScreenProps = {
  readonly session: Session;
  readonly send: (event: SessionEvent) => void;
};

/** Undefined for the screens that are a list: those draw themselves. */
const bodyOf = (session: Session, size: Size, words: readonly string[]): readonly Line[] | undefined => {
  const { overlay } = session;
  if (overlay.kind !== 'help') return bodyLines(session, size);
  const beneath = bindingsOf(underHelp(session), size);
  return scrolled(helpContent(session, beneath, size, words), overlay.scroll, bodyHeight(session, size));
};

const List = ({ session, size, send }: ScreenProps & { readonly size: Size }): ReactElement => {
  const { overlay, view } = session;
  const height = bodyHeight(session, size);
  const list = { session, width: size.columns, height, active: overlay.kind === 'none' && !looksAlong(session), send };
  return view.kind === 'editing' && view.step === 'cluster' ? <ClusterScreen {...list} /> : <RoleScreen {...list} />;
};

export const ConsoleScreen = ({ session: known, send }: ScreenProps): ReactElement => {
  const { columns, rows } = useWindowSize();
  const link = useLink();
  return useMemo(() => {
    const size = { columns, rows };
    // A slow line has no room for what only decorates.
    const session = link?.budget.decorated === false ? { ...known, trend: [] } : known;
    const words = lineWords(link);
    if (isTooSmall(columns, rows)) return <ScreenView lines={tooSmallLines(columns, rows).slice(0, rows)} />;
    const title = session.overlay.kind === 'help' ? `Help: ${titleOf(underHelp(session))}` : titleOf(session);
    const parts = {
      rows,
      header: headerLine(session, columns),
      rule: ruleLine(title, columns),
      notice: noticeLines(session, columns),
      footer: footerLine(bindingsOf(session, size, words), columns),
    };
    const body = bodyOf(session, size, words);
    return body === undefined ? (
      <Frame columns={columns} {...parts}>
        <List session={session} size={size} send={send} />
      </Frame>
    ) : (
      <ScreenView lines={framedLines(parts, body)} />
    );
  }, [known, link, columns, rows, send]);
};

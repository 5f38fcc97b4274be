// The whole console as a picture of one session: nothing here knows where sessions come from or what keys do.
import { useWindowSize } from 'ink';
import { type ReactElement, useMemo } from 'react';
import { Frame } from '../components/frame.tsx';
import { LinesView } from '../components/line-view.tsx';
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

type BodyProps = {
  readonly session: Session;
  readonly size: Size;
  readonly send: (event: SessionEvent) => void;
  /** The line in words, for the help. */
  readonly words: readonly string[];
};

const Body = ({ session, size, send, words }: BodyProps): ReactElement => {
  const { overlay, view } = session;
  const height = bodyHeight(session, size);
  const list = { session, width: size.columns, height, active: overlay.kind === 'none' && !looksAlong(session), send };
  if (overlay.kind === 'help') {
    const beneath = bindingsOf(underHelp(session), size);
    return (
      <LinesView lines={scrolled(helpContent(session, beneath, size, words), overlay.scroll, height)} height={height} />
    );
  }
  const lines = bodyLines(session, size);
  if (lines !== undefined) return <LinesView lines={lines} height={height} />;
  return view.kind === 'editing' && view.step === 'cluster' ? <ClusterScreen {...list} /> : <RoleScreen {...list} />;
};

export const ConsoleScreen = ({ session: known, send }: Pick<BodyProps, 'session' | 'send'>): ReactElement => {
  const { columns, rows } = useWindowSize();
  const link = useLink();
  return useMemo(() => {
    const size = { columns, rows };
    // A slow line has no room for what only decorates.
    const session = link?.budget.decorated === false ? { ...known, trend: [] } : known;
    const words = lineWords(link);
    if (isTooSmall(columns, rows)) return <LinesView lines={tooSmallLines(columns, rows)} height={rows} />;
    const title = session.overlay.kind === 'help' ? `Help: ${titleOf(underHelp(session))}` : titleOf(session);
    return (
      <Frame
        columns={columns}
        rows={rows}
        header={headerLine(session, columns)}
        rule={ruleLine(title, columns)}
        notice={noticeLines(session, columns)}
        footer={footerLine(bindingsOf(session, size, words), columns)}
      >
        <Body session={session} size={size} send={send} words={words} />
      </Frame>
    );
  }, [known, link, columns, rows, send]);
};

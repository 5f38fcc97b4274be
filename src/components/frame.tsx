// The frame that every screen stands in: header, rule, body, notice, footer; always the size of the terminal, whatever its parts want.
import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { blank, type Line } from './line.ts';
import { LinesView, LineView } from './line-view.tsx';

export type FrameParts = {
  readonly rows: number;
  readonly header: Line;
  readonly rule: Line;
  /** At least one row; more of them take the place of the body's last ones. */
  readonly notice: readonly Line[];
  readonly footer: Line;
};

export type FrameProps = FrameParts & {
  readonly columns: number;
  readonly children: ReactNode;
};

const bodyRows = ({ rows, notice }: FrameParts): number => Math.max(0, rows - 3 - notice.length);

/** The frame around a body that is lines, as many as there are rows. */
export const framedLines = (parts: FrameParts, body: readonly Line[]): readonly Line[] => {
  const room = bodyRows(parts);
  const shown = body.slice(0, room);
  const empty = Array.from({ length: room - shown.length }, () => blank);
  return [parts.header, parts.rule, ...shown, ...empty, ...parts.notice, parts.footer].slice(0, parts.rows);
};

/** Every part has its rows as a number and none may shrink: what is too tall is clipped in its own place, never at another's cost. */
export const Frame = ({ columns, children, ...parts }: FrameProps): ReactElement => (
  <Box flexDirection="column" width={columns} height={parts.rows} overflow="hidden">
    <LineView content={parts.header} />
    <LineView content={parts.rule} />
    <Box flexDirection="column" height={bodyRows(parts)} flexShrink={0} overflow="hidden">
      {children}
    </Box>
    <LinesView lines={parts.notice} height={parts.notice.length} />
    <LineView content={parts.footer} />
  </Box>
);

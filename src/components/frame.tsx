// The frame that every screen stands in: header, rule, body, notice, footer; always the size of the terminal, whatever its parts want.
import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import type { Line } from './line.ts';
import { LinesView, LineView } from './line-view.tsx';

export type FrameProps = {
  readonly columns: number;
  readonly rows: number;
  readonly header: Line;
  readonly rule: Line;
  /** At least one row; more of them take the place of the body's last ones. */
  readonly notice: readonly Line[];
  readonly footer: Line;
  readonly children: ReactNode;
};

/** Every part has its rows as a number and none may shrink: what is too tall is clipped in its own place, never at another's cost. */
export const Frame = ({ columns, rows, header, rule, notice, footer, children }: FrameProps): ReactElement => (
  <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
    <LineView content={header} />
    <LineView content={rule} />
    <Box flexDirection="column" height={Math.max(0, rows - 3 - notice.length)} flexShrink={0} overflow="hidden">
      {children}
    </Box>
    <LinesView lines={notice} height={notice.length} />
    <LineView content={footer} />
  </Box>
);

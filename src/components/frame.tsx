// The frame that every screen stands in: header, rule, body, a line for notices, footer; always the size of the terminal.
import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import type { Line } from './line.ts';
import { LinesView, LineView } from './line-view.tsx';

export type FrameProps = {
  readonly columns: number;
  readonly rows: number;
  readonly header: Line;
  readonly rule: Line;
  /** As many lines as it needs: a remedy is never cut. They take the place of the body's last ones. */
  readonly notice: readonly Line[];
  readonly footer: Line;
  readonly children: ReactNode;
};

export const Frame = ({ columns, rows, header, rule, notice, footer, children }: FrameProps): ReactElement => (
  <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
    <LineView content={header} />
    <LineView content={rule} />
    <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
      {children}
    </Box>
    <LinesView lines={notice} height={Math.max(1, notice.length)} />
    <LineView content={footer} />
  </Box>
);

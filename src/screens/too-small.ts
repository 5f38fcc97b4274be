// What is shown on a terminal that is smaller than the console was drawn for: how large it is and how to help it.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';

const smallest = { columns: 80, rows: 24 } as const;

export const isTooSmall = (columns: number, rows: number): boolean =>
  columns < smallest.columns || rows < smallest.rows;

export const tooSmallLines = (columns: number, rows: number): readonly Line[] => [
  line(span('Mayfly', 'accent')),
  blank,
  ...paragraph(
    `This terminal has ${columns} × ${rows} cells; the console needs ${smallest.columns} × ${smallest.rows}.`,
    columns,
    0,
  ),
  ...paragraph(
    'Enlarge the window. On a serial line: leave for a shell, `stty rows 24 cols 80`, then Ctrl-L here.',
    columns,
    0,
  ),
];

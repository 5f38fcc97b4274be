// Draws lines: the one place where a tone becomes a colour or an attribute. Tones only support what the words say already.
import { Box, Text, useStdout } from 'ink';
import type { ComponentProps, ReactElement } from 'react';
import { type LaidLines, laidLinesOf } from '../terminal/laid-lines.ts';
import type { Line, Tone } from './line.ts';

type Look = Pick<ComponentProps<typeof Text>, 'color' | 'bold' | 'dimColor' | 'inverse'>;

const looks: Readonly<Record<Tone, Look>> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  accent: { color: 'cyan', bold: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  caret: { inverse: true },
};

/** ECMA-48 8.3.117, as the looks above. */
const sgr: Readonly<Record<Tone, string>> = {
  plain: '',
  dim: '2',
  strong: '1',
  accent: '1;36',
  good: '32',
  warn: '33',
  bad: '1;31',
  caret: '7',
};

/** Up to the first end of line: a line is one row, whatever is in it. */
const markOf = (lines: LaidLines, content: Line): string => {
  const drawn = content.map(({ text, tone }) => (tone === 'plain' ? text : `\u001B[${sgr[tone]}m${text}\u001B[m`));
  const [row = ''] = drawn.join('').split(/\r?\n/, 1);
  return row === '' ? ' ' : lines.mark(row);
};

/** Where the output puts whole lines in, Ink is told one character for each. */
const useLaidLines = (): LaidLines | undefined => laidLinesOf(useStdout().stdout);

export const LineView = ({ content }: { readonly content: Line }): ReactElement => {
  const laid = useLaidLines();
  return laid === undefined ? (
    <DrawnLine content={content} />
  ) : (
    <Box height={1} flexShrink={0}>
      <Text>{markOf(laid, content)}</Text>
    </Box>
  );
};

/** Exactly one row: a text with a line end in it shows what stands before, and no neighbour can take the row away. */
const DrawnLine = ({ content }: { readonly content: Line }): ReactElement => (
  <Box height={1} flexShrink={0} overflow="hidden">
    <Text wrap="truncate-end">
      {content.length === 0
        ? ' '
        : content.map(({ text, tone }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
            <Text key={index} {...looks[tone]}>
              {text}
            </Text>
          ))}
    </Text>
  </Box>
);

/** A screen of nothing but lines, each of them one row: where it can be, Ink has one character to lay out. */
export const ScreenView = ({ lines }: { readonly lines: readonly Line[] }): ReactElement => {
  const laid = useLaidLines();
  return laid === undefined ? (
    <LinesView lines={lines} height={lines.length} />
  ) : (
    <Text>{laid.mark(lines.map((content) => markOf(laid, content)).join('\n'))}</Text>
  );
};

/** Exactly `height` rows: what does not fit is cut, never drawn over something else. */
export const LinesView = ({
  lines,
  height,
}: {
  readonly lines: readonly Line[];
  readonly height: number;
}): ReactElement => {
  const laid = useLaidLines();
  const shown = lines.slice(0, height);
  if (laid !== undefined)
    return (
      <Box height={height} flexShrink={0}>
        <Text>{shown.map((content) => markOf(laid, content)).join('\n')}</Text>
      </Box>
    );
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      {shown.map((content, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <DrawnLine key={index} content={content} />
      ))}
    </Box>
  );
};

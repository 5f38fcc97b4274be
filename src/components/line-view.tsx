// Draws lines: the one place where a tone becomes a colour or an attribute. Tones only support what the words say already.
import { Box, Text } from 'ink';
import type { ComponentProps, ReactElement } from 'react';
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

/** Exactly one row: a text with a line end in it shows what stands before, and no neighbour can take the row away. */
export const LineView = ({ content }: { readonly content: Line }): ReactElement => (
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

/** Exactly `height` rows: what does not fit is cut, never drawn over something else. */
export const LinesView = ({
  lines,
  height,
}: {
  readonly lines: readonly Line[];
  readonly height: number;
}): ReactElement => (
  <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
    {lines.slice(0, height).map((content, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
      <LineView key={index} content={content} />
    ))}
  </Box>
);

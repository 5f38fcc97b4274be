// The frame holds its rows whatever is put into it: a screen that counts wrongly is clipped, and costs no neighbour a row.
import { Box, Text } from 'ink';
import { expect, test } from 'vitest';
import { Frame, framedLines } from '../../src/components/frame.tsx';
import { line } from '../../src/components/line.ts';
import { LinesView, ScreenView } from '../../src/components/line-view.tsx';
import { showScreen } from '../helpers/screen.ts';

const many = (count: number, what: string) => Array.from({ length: count }, (_, index) => line(`${what} ${index}`));

test.each([
  ['a body that is too tall', 30, 1],
  ['a notice of many rows', 20, 6],
  ['both', 40, 9],
])('%s', async (_, body, notice) => {
  const screen = await showScreen(
    <Frame
      columns={80}
      rows={24}
      header={line('the header\nand what a foreign line end puts behind it')}
      rule={line('the title')}
      notice={many(notice, 'notice')}
      footer={line('the footer')}
    >
      <LinesView lines={many(body, 'body')} height={body} />
      <Box flexShrink={0}>
        <Text>{'beyond\n'.repeat(5)}</Text>
      </Box>
    </Frame>,
  );
  const lines = screen.lines();
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['the header', 'the title', 'the footer']);
  expect(lines[2]).toBe('body 0');
  expect(lines.at(-2)).toBe(`notice ${notice - 1}`);
  expect(lines.at(-2 - notice)).toBe(`body ${24 - 3 - notice - 1}`);
});

test.each([
  ['a body that is too tall', 30, 1],
  ['a body that is too short', 3, 1],
  ['a notice of many rows', 20, 6],
])('of lines alone: %s', async (_, body, notice) => {
  const parts = {
    rows: 24,
    header: line('the header'),
    rule: line('the title'),
    notice: many(notice, 'notice'),
    footer: line('the footer'),
  };
  const screen = await showScreen(<ScreenView lines={framedLines(parts, many(body, 'body'))} />);
  const lines = screen.lines();
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['the header', 'the title', 'the footer']);
  expect(lines.at(-2)).toBe(`notice ${notice - 1}`);
  const room = 24 - 3 - notice;
  expect(lines.slice(2, 2 + room)).toEqual(Array.from({ length: room }, (_row, at) => (at < body ? `body ${at}` : '')));
});

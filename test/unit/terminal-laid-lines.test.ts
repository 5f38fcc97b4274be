// Lines that pass Ink as one character: drawn whole, cut with an ellipsis, and read only once however often the frame comes.
import { expect, test } from 'vitest';
import { createFrameParser, type Grid } from '../../src/terminal/cells.ts';
import { createLaidLines, laidLinesOf } from '../../src/terminal/laid-lines.ts';
import { createLineOutput } from '../../src/terminal/line-output.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';

const look = { profile: terminalProfile('xterm'), glyphs: 'unicode', colour: true } as const;
const size = { columns: 8, rows: 3 };

const rowsOf = ({ texts, columns, rows }: Grid): readonly string[] =>
  Array.from({ length: rows }, (_, row) => texts.slice(row * columns, (row + 1) * columns).join(''));

test('a line stands where its mark stood, and what does not fit is cut', () => {
  const lines = createLaidLines();
  const parser = createFrameParser(look, lines.lineOf);
  const frame = [lines.mark('\u001B[1mbold\u001B[m on'), lines.mark('too long for it'), lines.mark('seven 漢字')];
  const grid = parser.parse(frame.join('\n'), size);
  expect(rowsOf(grid)).toEqual(['bold on ', 'too lon…', 'seven 漢…'.replace('漢', ' ')]);
  expect(grid.styles[0]?.flags).toBe(1);
  expect(grid.styles[5]?.flags).toBe(0);
});

test('a private-use character that stands for nothing is itself', () => {
  const grid = createFrameParser(look, createLaidLines().lineOf).parse('a\uE123b', size);
  expect(rowsOf(grid)[0]).toBe('a\uE123b     ');
});

test('the same line has the same mark, and one in use is never given away', () => {
  const lines = createLaidLines();
  const used = lines.mark('stays');
  for (let at = 0; at < 20_000; at++) {
    lines.mark(`second ${at}`);
    expect(lines.mark('stays')).toBe(used);
  }
  expect(lines.lineOf(used)).toBe('stays');
});

test('rows that are as they were are not read again; an equal frame is not read at all', () => {
  const sent: string[] = [];
  const stream = {
    write: (bytes: string, callback: () => void) => {
      sent.push(bytes);
      callback();
    },
  };
  const output = createLineOutput({ stream, ...size, ...look, maxFps: 100_000 });
  const lines = laidLinesOf(output);
  const frame = (second: number) => ['title', lines?.mark(`second ${second}`), 'foot'].join('\n');
  output.write(frame(1));
  expect(output.rowsDrawn).toBe(3);
  output.write(frame(1));
  expect(output.rowsDrawn).toBe(3);
  output.close();
});

test('of a changed frame only the changed rows are read', () => {
  const lines = createLaidLines();
  const parser = createFrameParser(look, lines.lineOf);
  const frame = (second: number) => ['title', lines.mark(`sec ${second}`), 'foot'].join('\n');
  parser.parse(frame(1), size);
  const grid = parser.parse(frame(2), size);
  expect(parser.rowsDrawn).toBe(4);
  expect(rowsOf(grid)).toEqual(['title   ', 'sec 2   ', 'foot    ']);
  // A style that goes on beyond its row is a change of the rows below it.
  parser.parse(`\u001B[1mtitle\n${lines.mark('sec 2')}\nfoot`, size);
  expect(parser.rowsDrawn).toBe(7);
});

test('a frame of one mark is the rows that it stands for, and of those only the changed ones are read', () => {
  const lines = createLaidLines();
  const parser = createFrameParser(look, lines.lineOf);
  const frame = (second: number) => lines.mark(['title', `sec ${second}`, 'foot'].map(lines.mark).join('\n'));
  expect(rowsOf(parser.parse(frame(1), size))).toEqual(['title   ', 'sec 1   ', 'foot    ']);
  expect(rowsOf(parser.parse(frame(2), size))).toEqual(['title   ', 'sec 2   ', 'foot    ']);
  expect(parser.rowsDrawn).toBe(4);
  // On fewer rows it is clipped, as every frame.
  expect(rowsOf(parser.parse(frame(2), { columns: 8, rows: 2 }))).toEqual(['title   ', 'sec 2   ']);
});

// A picture of a terminal's screen as SVG, for the documents: every cell with its colours, as the emulator holds it.
import type { IBufferCell, Terminal } from '@xterm/headless';

const cellWidth = 9;
const cellHeight = 19;
const margin = 14;
const background = '#10141c';
const foreground = '#d5dbe6';
const palette = [
  '#1b212d',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#c8cfda',
  '#6b7587',
  '#ef8a92',
  '#b5d99a',
  '#f0d499',
  '#8cc6f5',
  '#d9a0e8',
  '#86d0d8',
  '#ffffff',
];

const indexed = (index: number): string => {
  if (index < 16) return palette[index] ?? foreground;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `rgb(${step(Math.floor(cube / 36))},${step(Math.floor(cube / 6) % 6)},${step(cube % 6)})`;
};

const colour = (isDefault: boolean, isRgb: boolean, value: number, otherwise: string): string => {
  if (isDefault) return otherwise;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : indexed(value);
};

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const drawCell = (cell: IBufferCell, x: number, y: number): string => {
  const front = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), foreground);
  const back = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), background);
  const [ink, paper] = cell.isInverse() !== 0 ? [back, front] : [front, back];
  const left = margin + x * cellWidth;
  const top = margin + y * cellHeight;
  const width = cellWidth * Math.max(1, cell.getWidth());
  const box =
    paper === background
      ? ''
      : `<rect x="${left}" y="${top}" width="${width}" height="${cellHeight}" fill="${paper}"/>`;
  const text = cell.getChars();
  if (text === '' || text === ' ') return box;
  const weight = cell.isBold() !== 0 ? ' font-weight="bold"' : '';
  const dim = cell.isDim() !== 0 ? ' opacity="0.6"' : '';
  return `${box}<text x="${left}" y="${top + 14}" fill="${ink}"${weight}${dim}>${escapeXml(text)}</text>`;
};

/** The whole visible screen of `terminal` as one SVG document. */
export const screenPicture = (terminal: Terminal): string => {
  const width = margin * 2 + terminal.cols * cellWidth;
  const height = margin * 2 + terminal.rows * cellHeight;
  const cells: string[] = [];
  for (let y = 0; y < terminal.rows; y += 1) {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + y);
    for (let x = 0; x < terminal.cols; x += 1) {
      const cell = line?.getCell(x);
      if (cell !== undefined && cell.getWidth() > 0) cells.push(drawCell(cell, x, y));
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15">`,
    ...cells.filter((cell) => cell !== ''),
    '</g></svg>',
    '',
  ].join('\n');
};

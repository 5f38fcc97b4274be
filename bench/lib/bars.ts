// Draws groups of bars as an SVG document, readable in light and dark.
import type { Bars } from './roots.ts';

const colours = ['#4878a8', '#d08030', '#58a070', '#9868a8'];
const width = 860;
const left = 160;
const barHeight = 14;
const groupGap = 16;
const top = 64;

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export const drawBars = ({ title, unit, names, groups }: Bars): string => {
  const most = Math.max(1, ...groups.flatMap(({ values }) => values));
  const scale = (width - left - 80) / most;
  const groupHeight = names.length * barHeight + groupGap;
  const height = top + groups.length * groupHeight + 8;
  const text = (x: number, y: number, content: string, anchor = 'start', size = 12): string =>
    `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
  const legend = names.map((name, index) => {
    const x = left + index * 150;
    return `<rect x="${x}" y="34" width="12" height="12" fill="${colours[index]}"/>${text(x + 18, 45, name)}`;
  });
  const bars = groups.flatMap(({ name, values }, group) => {
    const y = top + group * groupHeight;
    return [
      text(left - 10, y + (names.length * barHeight) / 2 + 4, name, 'end'),
      ...values.map((value, index) => {
        const at = y + index * barHeight;
        const long = Math.max(0, value * scale);
        return `<rect x="${left}" y="${at}" width="${long.toFixed(1)}" height="${barHeight - 2}" fill="${colours[index]}"/>${text(left + long + 6, at + 10, value.toFixed(0), 'start', 11)}`;
      }),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    '<style>text{fill:#222}rect.paper{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ddd}rect.paper{fill:#1c1c1c}}</style>',
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text(left, 22, `${title}, ${unit}`, 'start', 15),
    ...legend,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
};

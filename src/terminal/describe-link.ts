// The line in words, for the help screen and for whoever is asked over the phone what he sees.
import type { LinkState } from './link.ts';

const roundTripWords = (milliseconds: number | undefined): string =>
  milliseconds === undefined
    ? 'the terminal does not answer'
    : milliseconds < 1
      ? 'under 1 ms'
      : `${Math.round(milliseconds)} ms`;

const speedWords = ({ budget }: LinkState): string => {
  if (budget.bytesPerSecond === undefined) return 'faster than can be measured';
  const from = { told: 'as told', 'serial port': 'serial port', measured: 'measured', unknown: '' }[budget.speedFrom];
  return `${Math.round(budget.bytesPerSecond)} B/s (${from})`;
};

const sizeNotes: Readonly<Record<LinkState['sizeFrom'], string>> = {
  terminal: '',
  kernel: ' by the kernel',
  default: ' assumed',
  told: ' as told',
};

/** `Line: 80×24, 12 ms, 960 B/s (measured), ASCII, mono, 10 frames/s; TERM=vt220, glyphs by …` */
export const describeLink = (link: LinkState): string => {
  const { columns, rows, glyphs, colour, budget, term, chosenBy } = link;
  const parts = [
    `${columns}×${rows}${sizeNotes[link.sizeFrom]}`,
    roundTripWords(link.roundTripMs),
    speedWords(link),
    glyphs === 'ascii' ? 'ASCII' : glyphs === 'console' ? "the kernel font's glyphs" : 'Unicode',
    colour ? 'colour' : 'mono',
    `at most ${budget.maxFps} frames/s`,
    budget.decorated ? 'trend' : 'no trend',
  ];
  return `Line: ${parts.join(', ')}; ${[`TERM=${term}`, ...chosenBy].join(', ')}. Ctrl-L measures again.`;
};

/** What the help says about the line: one paragraph each. */
export const lineWords = (link: LinkState | undefined): readonly string[] =>
  link === undefined ? [] : [describeLink(link), ...link.ignored];

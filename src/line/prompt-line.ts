// The last line of a question, in a form that a script can wait for: `Hostname [stor-01]: `.
import stringWidth from 'string-width';
import { columns } from './plain-text.ts';

/** `fallback` is what Enter takes; a long one is cut here, and taken whole. */
export const promptLine = (label: string, fallback: string | undefined): string => {
  if (fallback === undefined || fallback === '') return `${label}: `;
  const room = columns - stringWidth(label) - ' []: '.length;
  const points = [...fallback];
  const shown = stringWidth(fallback) <= room ? fallback : `${points.slice(0, Math.max(8, room - 3)).join('')}...`;
  return `${label} [${shown}]: `;
};

/** Where nothing is taken for Enter, and an example says what could be typed. */
export const promptWithExample = (label: string, example: string): string => `${label} (${example}): `;

// Texts that are read and copied: the difference to the saved profile, and the profile as a whole.
import { blank, type Line, line, proseWidth, span, type Tone, wrapWords } from '../components/line.ts';
import type { Profile } from '../state/profile.ts';
import { redactClusterSecrets } from '../state/redact-profile.ts';
import { renderProfile } from '../state/render-profile.ts';

const diffTone = (text: string): Tone =>
  text.startsWith('+') ? 'good' : text.startsWith('-') ? 'bad' : text.startsWith('@') ? 'accent' : 'plain';

/** Long lines are continued, never cut: what is shown is what is saved. */
const wholeLines = (text: string, width: number, toneOf: (line: string) => Tone): readonly Line[] =>
  text
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap((row) => wrapHard(row, width - 2).map((part) => line(' ', span(part, toneOf(row)))));

const wrapHard = (text: string, width: number): readonly string[] => {
  const points = [...text];
  const parts: string[] = [];
  for (let at = 0; at < points.length; at += width) parts.push(points.slice(at, at + width).join(''));
  return parts.length === 0 ? [''] : parts;
};

export const compareLines = (diff: string | undefined, width: number): readonly Line[] => {
  if (diff === undefined) return [blank, line(' Reading what is saved…')];
  if (diff === '')
    return [blank, line(' ', span('Nothing to save:', 'good'), ' the saved profile is this one already.')];
  return wholeLines(diff, width, diffTone);
};

export const exportIntro = 'For node/profile.yaml on a config partition.';

export const exportLines = (profile: Profile, width: number): readonly Line[] => [
  ...wrapWords(
    `${exportIntro} Long lines are continued on the next row; in a shell \`mayfly profile export\` prints them whole.`,
    Math.min(width - 2, proseWidth),
  ).map((text) => line(' ', span(text, 'dim'))),
  blank,
  ...wholeLines(renderProfile(redactClusterSecrets(profile)), width, () => 'plain'),
];

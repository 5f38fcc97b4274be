// The operations on the zram root: what each would come to, or why it cannot be done; then the one that was chosen.
import { blank, fitted, type Line, line, paragraph, type Span, span } from '../components/line.ts';
import { textWindow } from '../components/text-window.ts';
import { renderBytes } from '../state/bytes.ts';
import type { Session } from '../state/session.ts';
import { type OperationName, operationNames } from '../state/zram-operation.ts';
import type { Forecast, ZramOverlay } from '../state/zram-overlay.ts';

export const operationWords: Readonly<
  Record<OperationName, { readonly letter: string; readonly label: string; readonly about: string }>
> = {
  trim: { letter: 't', label: 'Trim', about: 'Give back what deleted files still hold, then pack what is left' },
  compact: { letter: 'c', label: 'Compact', about: 'Pack what is scattered, only' },
  grow: { letter: 'g', label: 'Grow', about: 'Make the root filesystem larger' },
  limit: { letter: 'l', label: 'Limit', about: 'Change how much memory the root may take' },
  recompress: { letter: 'r', label: 'Recompress', about: 'Compress once more with a second algorithm' },
};

const labelColumn = 18;

const nowLine = (session: Session): readonly Line[] => {
  const zram = session.statuses.at(-1)?.zram;
  if (zram?.kind !== 'live' && zram?.kind !== 'stale') return [];
  const { device, used, limit, algorithm, disksize } = zram.value;
  const most = limit === undefined ? 'no limit' : `limit ${renderBytes(limit)}`;
  return [
    line(
      ` ${device}, ${algorithm}: `,
      span(`${renderBytes(used)} used`, 'strong'),
      `, ${most}, disk ${renderBytes(disksize)}`,
    ),
    blank,
  ];
};

const operationLines = (name: OperationName, forecast: Forecast | undefined, width: number): readonly Line[] => {
  const { letter, label } = operationWords[name];
  const can = forecast?.possible === true;
  const words = forecast?.words ?? 'reading…';
  const head: readonly Span[] = [
    span(`   ${letter}  `, can ? 'accent' : 'dim'),
    span(fitted(label, labelColumn - 6), can ? 'strong' : 'dim'),
  ];
  return paragraph(
    forecast?.possible === false ? `not here. ${words}` : words,
    width,
    labelColumn,
    can ? 'plain' : 'dim',
  ).map((part, index) => (index === 0 ? [...head, ...part.slice(1)] : part));
};

/** What a size means where one is typed. */
export const sizeHint: Readonly<Record<'grow' | 'limit', string>> = {
  grow: 'The size of the filesystem, e.g. 4GiB; empty: as far as disk and memory allow',
  limit: 'RAM for the root, e.g. 1536MiB, or none',
};

const chosenLines = (chosen: NonNullable<ZramOverlay['chosen']>, width: number): readonly Line[] => {
  const { name, typed, caret, stage } = chosen;
  const { label, about } = operationWords[name];
  const head = [line(' ', span(label, 'strong'), `: ${about.charAt(0).toLowerCase()}${about.slice(1)}.`), blank];
  const size = (focused: boolean): Line =>
    line('   Size  ', ...(focused ? textWindow(typed, caret, Math.min(30, width - 12)) : [span(typed)]));
  switch (stage.kind) {
    case 'typing':
      return [
        ...head,
        size(true),
        ...(stage.why === undefined
          ? paragraph(name === 'grow' || name === 'limit' ? sizeHint[name] : '', width, 9, 'dim')
          : paragraph(`! ${stage.why}`, width, 9, 'bad')),
      ];
    case 'looking':
      return [...head, size(false), line(span('         Looking at what it would come to…', 'dim'))];
    case 'ready':
      return [
        ...head,
        ...paragraph(stage.words, width, 3),
        blank,
        line('   ', span('y', 'accent'), '    yes, now'),
        line('   ', span('Esc', 'accent'), '  no, back'),
      ];
    case 'working':
      return [...head, line(span('   At work…', 'accent'))];
  }
};

export const zramOverlayLines = (session: Session, overlay: ZramOverlay, width: number): readonly Line[] => [
  blank,
  ...nowLine(session),
  ...(overlay.chosen === undefined
    ? operationNames.flatMap((name) => operationLines(name, overlay.forecasts?.[name], width))
    : chosenLines(overlay.chosen, width)),
];

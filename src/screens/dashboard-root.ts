// The dashboard's part on the zram root: what was written, what it takes, how much is left.
import { type Line, labelled, paragraph, type Span, span } from '../components/line.ts';
import { meter, sparkline } from '../components/sparkline.ts';
import { type Bytes, bytes, renderBytes } from '../state/bytes.ts';
import { deedWords, type GuardStatus } from '../state/guard-status.ts';
import { clockText } from '../state/now.ts';
import type { Reading } from '../state/reading.ts';
import { overlayLimits } from '../state/root-kind.ts';
import type { Session } from '../state/session.ts';
import type { RootStatus, Status, ZramStatus } from '../state/status.ts';
import { column } from './column.ts';
import { countText, percentText, readingSpans } from './words.ts';

const shareSpan = (free: number, whole: number): Span => {
  const share = whole <= 0 ? 1 : free / whole;
  const words = percentText(free, whole);
  return share < 0.05
    ? span(`(${words}, CRITICAL)`, 'bad')
    : share < 0.15
      ? span(`(${words}, LOW)`, 'warn')
      : span(`(${words})`);
};

const sizeLine = (zram: ZramStatus): readonly (Span | string)[] => [
  'original ',
  span(renderBytes(zram.original), 'strong'),
  '  compressed ',
  span(renderBytes(zram.compressed), 'strong'),
  '  used ',
  span(renderBytes(zram.used), 'strong'),
];

const ratioLine = (zram: ZramStatus, trend: readonly number[], room: number): readonly (Span | string)[] => {
  const ratio = zram.used === 0 ? 'n/a: nothing stored' : `${(zram.original / zram.used).toFixed(2)} : 1`;
  return ['ratio ', span(ratio, 'strong'), '  ', span(sparkline(trend, room - 20), 'accent')];
};

const limitLine = (zram: ZramStatus): readonly (Span | string)[] => {
  if (zram.limit === undefined) return ['limit ', span('none', 'strong'), '  so that only the RAM itself ends it'];
  const share = zram.used / zram.limit;
  const left = bytes(Math.max(0, zram.limit - zram.used));
  const words = `${meter(share, 10)} ${Math.round(share * 100)} % used`;
  return [
    'limit ',
    span(renderBytes(zram.limit), 'strong'),
    '  headroom ',
    span(renderBytes(left), 'strong'),
    '  ',
    share > 0.9 ? span(`${words} (CRITICAL)`, 'bad') : share > 0.8 ? span(`${words} (HIGH)`, 'warn') : span(words),
  ];
};

/** What only a large screen has room for: pages that cost nothing, pages that cost all, and what went wrong. */
const pagesLine = (zram: ZramStatus): readonly (Span | string)[] => [
  'most used ',
  span(renderBytes(zram.usedMax), 'strong'),
  '  same-filled pages ',
  span(countText(zram.samePages), 'strong'),
  '  incompressible ',
  span(countText(zram.hugePages), 'strong'),
];

const failedLine = (zram: ZramStatus): readonly (Span | string)[] => {
  const words = `failed reads ${countText(zram.failedReads)}, writes ${countText(zram.failedWrites)}`;
  return [zram.failedReads + zram.failedWrites > 0 ? span(`! ${words}`, 'bad') : span(words)];
};

const freeLine = (root: RootStatus): readonly (Span | string)[] => [
  'blocks free ',
  span(renderBytes(root.free), 'strong'),
  ' ',
  shareSpan(root.free, root.size),
  '  inodes free ',
  span(countText(root.inodesFree), 'strong'),
  ' ',
  shareSpan(root.inodesFree, root.inodes),
];

/** How the device was made; only a boot can change it. */
const madeText = ({ algorithm, dictionary, disksize }: ZramStatus, roomy: boolean): string => {
  const words =
    dictionary === undefined
      ? []
      : [
          dictionary === 'none'
            ? 'no dictionary'
            : `dictionary ${renderBytes(dictionary.bytes)}${roomy ? ` at level ${dictionary.level}` : ''}`,
        ];
  return ['', algorithm, ...words, `disk ${renderBytes(disksize)}`].join(', ');
};

const levelTones = { ok: 'good', watch: 'warn', act: 'warn', critical: 'bad' } as const;

const guardWords = ({ level, why, heldBack, last }: GuardStatus): readonly (Span | string)[] => {
  const words = level === 'critical' ? 'CRITICAL' : level;
  return [
    span(why === '' ? words : `${words}: ${why}`, levelTones[level]),
    ...(heldBack === 0 ? [] : [`, holds back ${renderBytes(heldBack)}`]),
    last === undefined ? '  nothing done yet' : `  ${clockText(last.atMs)} ${deedWords(last)}`,
  ];
};

/** How the guard stands, and what it did last. */
export const guardLine = (status: Status, nowMs: number): Line =>
  labelled('Guard', column, ...readingSpans(status.guard, guardWords, nowMs));

/** Where there is no zram: what is in memory, what is left of it, and what this kind of root cannot do. */
const overlayLines = (
  root: Reading<RootStatus>,
  { squashfs, why }: NonNullable<RootStatus['overlay']>,
  nowMs: number,
  width: number,
): readonly Line[] => [
  labelled('Root', column, 'squashfs with an overlay, ', span('not on zram', 'warn')),
  ...paragraph(why, width, column, 'dim'),
  labelled('', column, ...readingSpans(root, (value) => writtenLine(value, squashfs), nowMs)),
  labelled('', column, ...readingSpans(root, freeLine, nowMs)),
  ...paragraph(`Here ${overlayLimits.join('; ')}.`, width, column),
];

const writtenLine = ({ size, free }: RootStatus, squashfs: Bytes): readonly (Span | string)[] => [
  'in memory: squashfs ',
  span(renderBytes(squashfs), 'strong'),
  '  written ',
  span(renderBytes(bytes(size - free)), 'strong'),
  ` of ${renderBytes(size)}  ${meter(size === 0 ? 1 : (size - free) / size, 10)}`,
];

export const rootLines = (
  session: Session,
  status: Status,
  nowMs: number,
  width: number,
  roomy: boolean,
): readonly Line[] => {
  const zram = status.zram;
  const root = status.root;
  if (root.kind === 'live' || root.kind === 'stale') {
    const { overlay } = root.value;
    if (overlay !== undefined) return overlayLines(root, overlay, nowMs, width);
  }
  const name = readingSpans(root, ({ device, filesystem }) => [`${device}, ${filesystem}`], nowMs);
  const made = zram.kind === 'live' ? [madeText(zram.value, roomy)] : [];
  if (zram.kind !== 'live' && zram.kind !== 'stale')
    return [
      labelled('Root', column, ...name),
      labelled('', column, ...readingSpans(root, freeLine, nowMs)),
      labelled('zram', column, ...readingSpans(zram, sizeLine, nowMs)),
    ];
  return [
    labelled('Root', column, ...name, ...made),
    labelled('', column, ...readingSpans(zram, sizeLine, nowMs)),
    labelled('', column, ...readingSpans(zram, (value) => ratioLine(value, session.trend, width - column), nowMs)),
    labelled('', column, ...readingSpans(zram, limitLine, nowMs)),
    labelled('', column, ...readingSpans(root, freeLine, nowMs)),
    ...(roomy ? [pagesLine, failedLine].map((more) => labelled('', column, ...readingSpans(zram, more, nowMs))) : []),
  ];
};

// The list of disks of which one becomes the config partition, and the question before that.
import { blank, fitted, type Line, labelled, line, paragraph, type Span, span } from '../components/line.ts';
import { textWindow } from '../components/text-window.ts';
import { renderBytes } from '../state/bytes.ts';
import type { DiskFact } from '../state/facts.ts';
import { configDiskChoices, meantDisk, type PrepareOverlay } from '../state/prepare-overlay.ts';
import { isUnread } from '../state/refresh-facts.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';

export const prepareIntro =
  'A config partition keeps what this node is: every boot reads the profile there and applies it. A small disk or stick is enough; it gets one ext4 filesystem, and everything on it now is lost.';

const preparingWords = 'Making the filesystem and saving the profile on it…';

export const preparingStage = ({ stage }: PrepareOverlay): string => (stage.kind === 'working' ? preparingWords : '');

const column = 11;

const holds = ({ contents }: DiskFact): string => (contents.length === 0 ? 'nothing recognised' : contents.join(', '));

/** `vdb, 64 MiB: ext4 label data (QEMU HARDDISK)`: what matters most first, since the end may be cut. */
export const diskText = (disk: DiskFact): string =>
  `${disk.name}, ${renderBytes(disk.size)}: ${holds(disk)}${disk.model === undefined ? '' : ` (${disk.model})`}`;

const row = (name: string, text: string, width: number, marked: boolean | undefined): Line => {
  const before: Span = span(marked === true ? ' ▸ ' : '   ', 'accent');
  const tone = marked === undefined ? 'dim' : marked ? 'strong' : 'plain';
  return [before, span(fitted(name, 22), tone), span(fitted(text, width - 26), marked === undefined ? 'dim' : 'plain')];
};

export const prepareLines = (
  session: Session,
  overlay: PrepareOverlay,
  width: number,
  height: number,
): readonly Line[] => {
  const { stage } = overlay;
  if (stage.kind === 'working') return [blank, line(' ', span(preparingWords, 'accent'))];
  if (stage.kind === 'typing')
    return [
      blank,
      ...questionLines(session, overlay, width),
      blank,
      ...paragraph('Type its serial number to go on. Esc goes back, and nothing is changed.', width, 1),
      blank,
      line('   Serial  ', ...textWindow(stage.typed, stage.caret, Math.min(60, width - 14))),
      ...(stage.why === undefined ? [] : paragraph(`! ${stage.why}: type it as it stands above`, width, column, 'bad')),
    ];
  const { possible, others } = configDiskChoices(session);
  const head = [blank, ...paragraph(prepareIntro, width, 1), blank];
  const rows = Math.max(1, height - head.length - 1);
  const marked = Math.min(overlay.highlight, possible.length - 1);
  const all = [
    ...possible.map((disk, index) => row(disk.serial, diskText(disk), width, index === marked)),
    ...others.map(({ disk, why }) =>
      row(disk.serial ?? `(${disk.name})`, `not this one: ${disk.name}, ${why}`, width, undefined),
    ),
  ];
  const from = Math.max(0, Math.min(marked - Math.floor(rows / 2), all.length - rows));
  return [
    ...head,
    ...(all.length === 0 ? paragraph(noDiskWords(session), width, 1, 'warn') : all.slice(from, from + rows)),
  ];
};

const noDiskWords = (session: Session): string => {
  const facts = factsOf(session);
  return facts === undefined || isUnread(facts, 'disks')
    ? 'The disks of this node could not be read yet: they are read again.'
    : 'This node has no disk at all: plug a stick in, or add a small disk; it appears here.';
};

/** Which disk it is, and what becomes of it. */
export const questionLines = (session: Session, overlay: PrepareOverlay, width: number): readonly Line[] => {
  const disk = meantDisk(session, overlay);
  if (disk === undefined) return [];
  return [
    ...paragraph('Everything on this disk will be lost:', width, 1, 'bad'),
    blank,
    labelled('  Serial', column, span(disk.serial ?? '', 'strong')),
    labelled(
      '  Disk',
      column,
      `${disk.name}, ${renderBytes(disk.size)}${disk.model === undefined ? '' : `, ${disk.model}`}`,
    ),
    labelled('  On it', column, fitted(holds(disk), width - column - 1)),
    labelled('  Becomes', column, 'the config partition (ext4, label MAYFLY) with the profile on it'),
  ];
};

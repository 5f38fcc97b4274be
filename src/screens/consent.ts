// The question before data is lost: which disk, what is on it, and its serial number to be typed.
import { blank, type Line, labelled, line, paragraph, span } from '../components/line.ts';
import { textWindow } from '../components/text-window.ts';
import { renderBytes } from '../state/bytes.ts';
import { questioned, unagreed } from '../state/consent.ts';
import type { ConsentOverlay, Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';

const column = 11;

const countText = (session: Session): string => {
  const { view } = session;
  const count = view.kind === 'reviewing' ? unagreed(view.profile, view.plan).length : 0;
  return count > 1
    ? `${count} disks hold data that would be lost. The first of them:`
    : 'This disk holds data that would be lost:';
};

/** What is about to be lost, and on what. */
export const lossOfDisk = (session: Session, { serial }: ConsentOverlay, width: number): readonly Line[] => {
  const disk = factsOf(session)?.disks.find((each) => each.serial === serial);
  const change = questioned(session);
  const contents = disk === undefined || disk.contents.length === 0 ? change?.before : disk.contents.join(', ');
  const mounted = disk?.mountedAt.join(' ') ?? '';
  return [
    ...paragraph(countText(session), width, 1, 'bad'),
    blank,
    labelled('  Serial', column, span(serial, 'strong')),
    ...(disk === undefined
      ? []
      : [
          labelled(
            '  Disk',
            column,
            `${disk.name}, ${renderBytes(disk.size)}${disk.model === undefined ? '' : `, ${disk.model}`}`,
          ),
        ]),
    ...[contents ?? 'not known', ...(mounted === '' ? [] : [`in use, at ${mounted}`])].flatMap((text, index) =>
      paragraph(text, width, column).map((words, row) =>
        index === 0 && row === 0 ? labelled('  On it', column, ...words.slice(1)) : words,
      ),
    ),
    labelled('  Becomes', column, change?.after ?? 'not known'),
  ];
};

export const consentRule =
  'The agreement is for this apply only: it is not kept in the profile, and nothing on another disk is touched.';

export const consentLines = (session: Session, overlay: ConsentOverlay, width: number): readonly Line[] => [
  blank,
  ...lossOfDisk(session, overlay, width),
  blank,
  ...paragraph('Type its serial number to agree. Esc goes back, and nothing is changed.', width, 1),
  blank,
  line('   Serial  ', ...textWindow(overlay.typed, overlay.caret, Math.min(60, width - 14))),
  ...(overlay.why === undefined ? [] : paragraph(`! ${overlay.why}: type it as it stands above`, width, column, 'bad')),
  blank,
  ...paragraph(consentRule, width, 1, 'dim'),
];

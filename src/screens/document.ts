// The screens that are longer than the terminal: a head that stays and lines that scroll.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import { scrolled } from '../components/scrolled.ts';
import type { Session } from '../state/session.ts';
import { compareLines, exportLines } from './documents.ts';
import { bodyHeight, type Size } from './layout.ts';
import { planSummary, reviewLines } from './review.ts';

export type Document = { readonly head: readonly Line[]; readonly lines: readonly Line[]; readonly scroll: number };

/** Undefined where the view is no document. */
export const documentOf = ({ view }: Session, { columns }: Size): Document | undefined => {
  switch (view.kind) {
    case 'reviewing': {
      const asked = view.apply === 'asked' ? span('  asked for; waiting for it to begin…', 'accent') : span('');
      const head = line(' ', span(planSummary(view.plan), 'strong'), asked);
      return { head: [head, blank], lines: reviewLines(view.profile, view.plan, columns), scroll: view.scroll };
    }
    case 'comparing': {
      const words = 'What changes on the config partition. It is written only when you say so.';
      const head = view.saving ? [line(' ', span('Writing…', 'accent'))] : paragraph(words, columns, 1, 'dim');
      return { head: [...head, blank], lines: compareLines(view.diff, columns), scroll: view.scroll };
    }
    case 'exporting':
      return { head: [], lines: exportLines(view.profile, columns), scroll: view.scroll };
    default:
      return undefined;
  }
};

/** How many lines there are, and how many of them are seen at once. */
export const documentLength = (session: Session, size: Size): { readonly length: number; readonly height: number } => {
  const document = documentOf(session, size);
  const height = bodyHeight(session, size) - (document?.head.length ?? 0);
  return { length: document?.lines.length ?? 0, height };
};

export const documentView = ({ head, lines, scroll }: Document, height: number): readonly Line[] => [
  ...head,
  ...scrolled(lines, scroll, height - head.length),
];

// The access screen: who gets in, by what, and what time it is.
import { blank, type Line, paragraph } from '../components/line.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { formLines } from './form.ts';

export const accessLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const intro = paragraph(
    'SSH takes keys only; the password is for this console. There is no default one.',
    width,
    1,
    'dim',
  );
  const form = formLines(
    { fields: fieldsHere(session, 'access'), view, problems: allProblems(session), width },
    height - intro.length - 2,
  );
  const work = view.work === 'hashing' ? [blank, ...paragraph('Hashing the password…', width, 3)] : [];
  return [blank, ...intro, blank, ...form, ...work];
};

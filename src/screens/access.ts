// The access screen: who gets in, by what, and what time it is.
import { blank, type Line, paragraph } from '../components/line.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { formLines } from './form.ts';

export const hashingWords = 'Hashing the password…';
const introText = 'SSH takes keys only; the password is for this console. There is no default one.';

export const accessIntro = (width: number): readonly Line[] => paragraph(introText, width, 1, 'dim');

export const accessLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const intro = accessIntro(width);
  const form = formLines(
    { fields: fieldsHere(session, 'access'), view, problems: allProblems(session), width },
    height - intro.length - 2,
  );
  const work = view.work === 'hashing' ? [blank, ...paragraph(hashingWords, width, 3)] : [];
  return [blank, ...intro, blank, ...form, ...work];
};

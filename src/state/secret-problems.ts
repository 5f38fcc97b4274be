// The rules for a password that is being typed: it exists only in this process, so they cannot be part of the profile's.
import type { FieldId } from './draft.ts';
import type { FieldProblem } from './field-problem.ts';

const shortest = 8;

const problem = (field: FieldId, code: string, summary: string, remedy: string): FieldProblem => ({
  step: 'access',
  field,
  problem: { code, summary, remedy },
});

export const secretProblems = (secrets: Readonly<Record<FieldId, string>>): readonly FieldProblem[] => {
  const password = secrets['access.password'] ?? '';
  const repeat = secrets['access.repeat'] ?? '';
  if (password === '' && repeat === '') return [];
  const length = [...password].length;
  if (length < shortest)
    return [
      problem(
        'access.password',
        'access/password-short',
        `${length} characters are too few`,
        `type at least ${shortest}, e.g. four words of your own`,
      ),
    ];
  if (/\p{Control}/u.test(password))
    return [
      problem(
        'access.password',
        'access/password-control',
        'a control character is in it',
        'type letters, digits, signs and spaces only',
      ),
    ];
  if (password === repeat) return [];
  const summary = repeat === '' ? 'it has to be typed twice' : 'the two differ';
  return [problem('access.repeat', 'access/password-differs', summary, 'type the same again')];
};

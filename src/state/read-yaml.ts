// Turns the text of a profile into plain values, safely: one document, no aliases, no tags, no duplicate keys, bounded size.
import { isNode, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import { fail, ok, type Problem, type Result } from './problem.ts';
import type { PathPart } from './profile-path.ts';

/** Characters. A real profile has a few thousand; the bound keeps a wrong file from being read as one. */
const sizeLimit = 256 * 1024;
/** Nesting; the schema needs 6. */
const depthLimit = 32;

export type YamlText = {
  readonly values: unknown;
  /** Where a value stands in the text: `line 12`. */
  placeOf(path: readonly PathPart[]): string | undefined;
};

type YamlProblems = readonly [Problem, ...Problem[]];

export const readYaml = (text: string): Result<YamlText, YamlProblems> => {
  if (text.length > sizeLimit) {
    return refuse('yaml/too-long', `the text has ${text.length} characters`, 'give a profile of at most 256 KiB');
  }
  if (nestsTooDeep(text)) {
    return refuse('yaml/too-deep', `values are nested deeper than ${depthLimit}`, 'write the profile in block style');
  }
  const lines = new LineCounter();
  // Not even a warning of the parser may go to standard error: it quotes what it warns of.
  const documents = parseAllDocuments(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [document, ...others] = 'empty' in documents ? [] : documents;
  if (document === undefined || (document.contents === null && document.errors.length === 0)) {
    return refuse('yaml/empty', 'there is nothing in it', 'begin with `version: 1` and `role: storage`');
  }
  const found = [...document.errors, ...document.warnings].map((error) => yamlProblem(error, lines));
  const [first, ...rest] = found;
  if (first !== undefined) return fail([first, ...rest]);
  if (others.length > 0) {
    const line = lines.linePos(others[0]?.range[0] ?? 0).line;
    return refuse('yaml/documents', `a second document begins at line ${line}`, 'keep one; remove the line `---`');
  }
  const values = toPlain(() => document.toJS({ maxAliasCount: 0 }));
  if (!values.ok) return refuse('yaml/alias', 'it has an alias (`*name`)', 'write the value out in each place');
  return ok({
    values: values.value,
    placeOf: (path) => {
      const node = document.getIn(path, true);
      const start = isNode(node) ? node.range?.[0] : undefined;
      return start === undefined ? undefined : `line ${lines.linePos(start).line}`;
    },
  });
};

/** Before the parser sees it, since that one recurses: flow brackets, and the columns that block nesting needs. */
const nestsTooDeep = (text: string): boolean => {
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    if (open > depthLimit) return true;
  }
  return text.split('\n').some((line) => (/^[ \t?:-]*/.exec(line)?.[0].length ?? 0) > 4 * depthLimit);
};

/** The library throws a ReferenceError for an alias, resolved or not: the one expected throw here. */
const toPlain = (convert: () => unknown): Result<unknown, undefined> => {
  try {
    return ok(convert());
  } catch (error) {
    if (error instanceof ReferenceError) return fail(undefined);
    throw error;
  }
};

const yamlProblem = (error: YAMLError, lines: LineCounter): Problem => {
  const { line, col } = lines.linePos(error.pos[0]);
  const place = `line ${line}, column ${col}`;
  // What the parser quotes may be a password hash that slipped out of its place; line and column say where to look.
  const message = error.message.replaceAll(/\s+/g, ' ').replace(/(: | ["']).*$/, '');
  if (error.code === 'DUPLICATE_KEY') {
    return { code: 'yaml/duplicate-key', summary: `${place}: a key is there twice`, remedy: 'keep one of the two' };
  }
  if (error.code === 'TAG_RESOLVE_FAILED') {
    return { code: 'yaml/tag', summary: `${place}: ${message}`, remedy: 'remove the tag; profiles need none' };
  }
  return {
    code: 'yaml/syntax',
    summary: `${place}: ${message}`,
    remedy: 'correct the line; values with `: `, `#`, `*`, `&`, `%` or `@` in them need quotes',
  };
};

const refuse = (code: string, summary: string, remedy: string): Result<never, YamlProblems> =>
  fail([{ code, summary, remedy }]);

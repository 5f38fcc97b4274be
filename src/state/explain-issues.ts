// Turns what zod found into problems for people: the place, what was found there, and an example that would pass.
import * as z from 'zod';
import { nearMiss } from './near-miss.ts';
import type { Problem } from './problem.ts';
import { type PathPart, pathParts, renderPath, valueAt } from './profile-path.ts';
import { expectationOf, keysOf, memberFor, schemaAt } from './profile-walk.ts';
import { describeValue, escapeControls, quote, renderExample } from './quote.ts';
import { redactSecretsInMessage } from './redact-profile.ts';

/** Where a value stands in its text, e.g. `line 12`; undefined where nobody knows. */
export type PlaceOf = (path: readonly PathPart[]) => string | undefined;

type Issue = z.core.$ZodIssue;
type Context = { readonly root: unknown; readonly placeOf: PlaceOf };

export const explainIssues = (issues: readonly Issue[], root: unknown, placeOf: PlaceOf): readonly Problem[] =>
  issues
    .flatMap((issue) => explain(issue, pathParts(issue.path), { root, placeOf }))
    // A key may be a hash that lost its place: then its path shows it.
    .map((problem) =>
      problem.path === undefined ? problem : { ...problem, path: redactSecretsInMessage(problem.path, '(not shown)') },
    );

const explain = (issue: Issue, path: readonly PathPart[], context: Context): readonly Problem[] => {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], context));
  if (issue.code === 'invalid_union') {
    const inner = issuesOfMember(issue, path, context);
    if (inner.length > 0) return inner.flatMap((one) => explain(one, [...path, ...pathParts(one.path)], context));
  }
  return [wrongValue(issue, path, context)];
};

/** The issues of the one member that the value was meant for, so that the message names the value inside it. */
const issuesOfMember = (issue: z.core.$ZodIssueInvalidUnion, path: readonly PathPart[], context: Context) => {
  const schema = schemaAt(path, context.root);
  if (!(schema instanceof z.ZodUnion) || schema instanceof z.ZodDiscriminatedUnion) return [];
  const member = memberFor(schema, valueAt(context.root, path));
  return member === undefined ? [] : (issue.errors[schema.options.indexOf(member)] ?? []);
};

const unknownKey = (path: readonly PathPart[], context: Context): Problem => {
  const key = String(path.at(-1) ?? '');
  const schema = schemaAt(path.slice(0, -1), context.root);
  const member = schema instanceof z.ZodUnion ? memberFor(schema, valueAt(context.root, path.slice(0, -1))) : undefined;
  const known = keysOf(member ?? schema);
  const meant = nearMiss(key, known);
  return {
    code: 'profile/unknown-key',
    path: escapeControls(renderPath(path)),
    summary: `there is no key ${quote(key)} here${at(path, context)}`,
    remedy: meant === undefined ? `remove it; the keys here are ${known.join(', ')}` : `did you mean \`${meant}\`?`,
  };
};

const wrongValue = (issue: Issue, path: readonly PathPart[], context: Context): Problem => {
  const value = valueAt(context.root, path);
  const schema = schemaAt(path, context.root);
  const { form, example, secret } =
    schema === undefined ? { form: issue.message, example: undefined, secret: false } : expectationOf(schema);
  const key = path.at(-1);
  const place = { path: path.length === 0 ? undefined : escapeControls(renderPath(path)) };
  const shown = example === undefined ? '' : `, e.g. ${renderExample(example)}`;
  if (value === undefined && typeof key === 'string') {
    return withPath(place.path, {
      code: 'profile/missing',
      summary: `\`${key}\` is missing${at(path.slice(0, -1), context)}`,
      remedy: `add \`${key}: ${example === undefined ? form : renderExample(example)}\` (${form})`,
    });
  }
  const found = secret ? 'found a value (not shown)' : `found ${describeFound(value, example)}`;
  return withPath(place.path, {
    code: 'profile/value',
    summary: `${found}${at(path, context)}`,
    remedy: slipOf(value, schema, secret) ?? `write ${form}${shown}`,
  });
};

/** Text where keys belong is often keys that lost a colon or a quote, with whatever was behind them. */
const describeFound = (value: unknown, example: unknown): string =>
  typeof value === 'string' && typeof example === 'object' && !Array.isArray(example) && value.length > 20
    ? `text of ${value.length} characters`
    : describeValue(value);

/** The slips that YAML makes easy: a number without quotes where text belongs, quotes around a number, a near miss of a word. */
const slipOf = (value: unknown, schema: z.core.$ZodType | undefined, secret: boolean): string | undefined => {
  if (schema === undefined || secret) return undefined;
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) {
    const words = schema instanceof z.ZodEnum ? schema.options : [...schema.values];
    const texts = words.filter((word) => typeof word === 'string');
    const meant = typeof value === 'string' ? nearMiss(value, texts) : undefined;
    if (meant !== undefined) return `did you mean \`${meant}\`? It can be: ${texts.join(', ')}`;
  }
  if ((typeof value === 'number' || typeof value === 'boolean') && z.safeParse(schema, String(value)).success) {
    return `put it in quotes, exactly as it is meant: "${value}"`;
  }
  if (typeof value === 'string' && value !== '') {
    const plain = value === 'true' ? true : value === 'false' ? false : Number(value);
    if (z.safeParse(schema, plain).success) return `write it without quotes: ${plain}`;
  }
  return undefined;
};

const at = (path: readonly PathPart[], { placeOf }: Context): string => {
  const place = placeOf(path);
  return place === undefined ? '' : ` (${place})`;
};

const withPath = (path: string | undefined, problem: Problem): Problem =>
  path === undefined ? problem : { ...problem, path };

// Answers, for a place in a profile, which part of the schema rules there: what form a value must have, what passes, what keys exist.
import * as z from 'zod';
import { profileSchema } from './profile.ts';
import { type PathPart, valueAt } from './profile-path.ts';

/** The innermost schema at a place; undefined where the schema has nothing. `root` decides between the members of a union. */
export const schemaAt = (path: readonly PathPart[], root: unknown): z.core.$ZodType | undefined => {
  let schema: z.core.$ZodType | undefined = profileSchema;
  for (const [depth, part] of path.entries()) {
    schema = stepInto(schema, part, valueAt(root, path.slice(0, depth)));
    if (schema === undefined) return undefined;
  }
  return unwrap(schema);
};

/** What a value at this place must look like, in words, and one that passes. */
export type Expectation = { readonly form: string; readonly example: unknown; readonly secret: boolean };

export const expectationOf = (schema: z.core.$ZodType): Expectation => {
  const { form, examples, writeOnly } = z.globalRegistry.get(schema) ?? {};
  const [example] = Array.isArray(examples) ? examples : [];
  const secret = writeOnly === true;
  if (typeof form === 'string') return { form, example, secret };
  if (schema instanceof z.ZodArray) {
    const inner = expectationOf(unwrap(schema.element));
    return { form: `a list of: ${inner.form}`, example: [inner.example], secret: secret || inner.secret };
  }
  if (schema instanceof z.ZodObject) return { form: 'a group of keys', example: exampleOfObject(schema), secret };
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return { form: 'a group of keys', example: { [schema.def.discriminator]: 'none' }, secret };
  }
  return { form: 'a value', example, secret };
};

/** Only the keys that must be there: the smallest example that passes; with none, the first key. */
const exampleOfObject = (schema: z.ZodObject): unknown => {
  const entries = Object.entries(schema.shape);
  const needed = entries.filter(([, inner]) => !(inner instanceof z.ZodOptional));
  const shown = needed.length > 0 ? needed : entries.slice(0, 1);
  return Object.fromEntries(shown.map(([key, inner]) => [key, expectationOf(unwrap(inner)).example]));
};

/** The keys that a group at this place may have, in the order of the schema. */
export const keysOf = (schema: z.core.$ZodType | undefined): readonly string[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOf(option));
  return [];
};

/** The member of a union that a value was meant for, as far as its discriminator or its keys tell. */
export const memberFor = (schema: z.ZodUnion, value: unknown): z.core.$ZodType | undefined => {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const wanted = valueAt(value, [schema.def.discriminator]);
    return schema.options.find((option) => {
      const literal = option instanceof z.ZodObject ? option.shape[schema.def.discriminator] : undefined;
      return literal instanceof z.ZodLiteral && literal.values.has(typeof wanted === 'string' ? wanted : '');
    });
  }
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return schema.options.find((option) => keysOf(option).some((key) => keys.includes(key)));
};

export const unwrap = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;

const stepInto = (outer: z.core.$ZodType, part: PathPart, value: unknown): z.core.$ZodType | undefined => {
  const schema = unwrap(outer);
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, part) ? schema.shape[String(part)] : undefined;
  }
  if (schema instanceof z.ZodArray) return typeof part === 'number' ? schema.element : undefined;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const member = memberFor(schema, value);
  if (member !== undefined) return stepInto(member, part, value);
  return schema instanceof z.ZodDiscriminatedUnion && part === schema.def.discriminator
    ? discriminatorOf(schema)
    : undefined;
};

/** The words that may stand where a union is decided, for when what stands there is none of them. */
const discriminatorOf = (union: z.ZodDiscriminatedUnion): z.core.$ZodType => {
  const words = union.options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[union.def.discriminator] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
  return z.enum(words).meta({ form: `one of ${words.join(', ')}`, examples: [words[0]] });
};

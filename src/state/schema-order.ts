// Puts the keys of a profile in the order of the schema, so that the same wishes always read the same.

import * as z from 'zod';
import { keysOf, memberFor, schemaAt, unwrap } from './profile-walk.ts';

export const schemaOrder = (values: unknown): unknown => order(values, schemaAt([], values));

const order = (value: unknown, outer: z.core.$ZodType | undefined): unknown => {
  const schema = outer === undefined ? undefined : member(unwrap(outer), value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => order(item, schema instanceof z.ZodArray ? schema.element : undefined));
  }
  if (typeof value !== 'object' || value === null) return value;
  const known = keysOf(schema);
  const rank = (key: string): number => (known.includes(key) ? known.indexOf(key) : known.length);
  const sorted = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([one], [other]) => rank(one) - rank(other));
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  return Object.fromEntries(sorted.map(([key, inner]) => [key, order(inner, shape[key])]));
};

const member = (schema: z.core.$ZodType, value: unknown): z.core.$ZodType | undefined =>
  schema instanceof z.ZodUnion ? memberFor(schema, value) : schema;

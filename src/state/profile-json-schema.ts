// The JSON Schema of the profile, generated from the one zod schema, so that editors complete and check it.
import * as z from 'zod';
import { profileSchema } from './profile.ts';

export const profileJsonSchema = (): unknown => {
  const { $schema, ...schema } = z.toJSONSchema(profileSchema, { io: 'input' });
  return {
    $schema,
    $id: 'urn:mayfly:profile:1',
    title: 'Mayfly node profile, version 1',
    description: 'What a node shall be. Unknown keys are errors.',
    ...withForms(schema),
  };
};

/** Our own `form` (what a value looks like, in words) becomes the end of the description, which editors show. */
const withForms = (schema: object): object => {
  const { form, description, ...rest } = { form: undefined, description: undefined, ...schema };
  const told = [description, form].filter((part) => typeof part === 'string').join(': ');
  return {
    ...(told === '' ? {} : { description: told }),
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inner(value)])),
  };
};

const inner = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inner);
  return typeof value === 'object' && value !== null ? withForms(value) : value;
};

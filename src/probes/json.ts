// Parses what a program or a file says in JSON against a schema: undefined when it says something else.
import type * as z from 'zod';

export const parseJsonAs = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

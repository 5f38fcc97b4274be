// The table of every field of a profile, made from its JSON Schema: docs/profile-fields.md is this text.
import * as z from 'zod';
import { profileJsonSchema } from '../../src/state/profile-json-schema.ts';

type Node = z.infer<typeof node>;
const node = z.object({
  description: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  type: z.string().optional(),
  const: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), node).optional();
  },
  get items() {
    return node.optional();
  },
  get oneOf() {
    return z.array(node).optional();
  },
  get anyOf() {
    return z.array(node).optional();
  },
});

const head = `<!-- Made from the schema by test/unit/profile-docs.test.ts; \`npx vitest run --project unit -u profile-docs\` makes it anew. -->
# Fields of a profile

A field marked * must be there when the group that it is in is there. Lists are written \`[]\`.
`;

export const renderProfileFields = (): string => {
  const rows = rowsOf(node.parse(profileJsonSchema()), '');
  const table = rows.map(
    ({ path, needed, text, example }) => `| \`${path}\`${needed ? ' *' : ''} | ${text} | ${example} |`,
  );
  return `${[head, '| field | what it is | for example |', '|---|---|---|', ...table].join('\n')}\n`;
};

type Row = { readonly path: string; readonly needed: boolean; readonly text: string; readonly example: string };

const rowsOf = (at: Node, path: string): readonly Row[] =>
  Object.entries(at.properties ?? {}).flatMap(([key, inner]) => {
    const place = path === '' ? key : `${path}.${key}`;
    return [row(inner, place, at.required?.includes(key) ?? false), ...below(inner, place)];
  });

const below = (at: Node, path: string): readonly Row[] => {
  if (at.items?.properties !== undefined) return rowsOf(at.items, `${path}[]`);
  if (at.oneOf === undefined) return rowsOf(at, path);
  return at.oneOf.flatMap((option) => {
    const [[key, chosen] = ['', undefined]] = Object.entries(option.properties ?? {});
    return rowsOf(option, `${path}(${String(chosen?.const)})`).filter((one) => !one.path.endsWith(`).${key}`));
  });
};

const row = (at: Node, path: string, needed: boolean): Row => {
  const isList = at.items !== undefined;
  const item = isList && at.items?.properties === undefined ? at.items?.description : undefined;
  const text = [at.description, item === undefined ? undefined : `each ${item}`].filter(Boolean).join('; ');
  const [example] = (isList ? at.items?.examples : at.examples) ?? [];
  const shown = example === undefined ? '' : `\`${typeof example === 'string' ? example : JSON.stringify(example)}\``;
  return { path: isList ? `${path}[]` : path, needed, text: text.replaceAll('|', '\\|'), example: shown };
};

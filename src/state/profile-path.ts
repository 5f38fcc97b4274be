// How a place in a profile is written for people: `network.links[0].mtu`.

export type PathPart = string | number;

export const renderPath = (parts: readonly PathPart[]): string =>
  parts.reduce<string>((path, part) => {
    if (typeof part === 'number') return `${path}[${part}]`;
    const name = /^[\w-]+$/.test(part) ? part : JSON.stringify(part);
    return path === '' ? name : `${path}.${name}`;
  }, '');

/** zod's paths, without symbols: YAML has none. */
export const pathParts = (path: readonly PropertyKey[]): readonly PathPart[] =>
  path.map((part) => (typeof part === 'symbol' ? String(part) : part));

/** What lies at a path of a parsed document; undefined where it leads nowhere. */
export const valueAt = (root: unknown, path: readonly PathPart[]): unknown => {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
};

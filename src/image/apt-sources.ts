// Reads where this machine gets Debian from, so that the image comes from the same mirror: both forms of apt's source lists (sources.list(5)).

export type AptSource = {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
};

export type DebianArchive = {
  /** Where suites like `bookworm` and `bookworm-updates` are. */
  readonly main: string;
  /** Where `bookworm-security` is; undefined when this machine has none. */
  readonly security?: string;
};

/** Every binary-package source of one file; `name` tells the form apart. */
export const parseAptSources = (name: string, text: string): readonly AptSource[] =>
  name.endsWith('.sources') ? parseStanzas(text) : text.split('\n').flatMap(parseLine);

const parseLine = (line: string): readonly AptSource[] => {
  const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.replace(/#.*$/, ''));
  const [, uri, suite, rest = ''] = match ?? [];
  if (uri === undefined || suite === undefined) return [];
  return [{ uri: withoutSlash(uri), suite, components: words(rest) }];
};

const parseStanzas = (text: string): readonly AptSource[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = parseFields(stanza);
      const types = words(fields.get('types') ?? '');
      if (!types.includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
      const components = words(fields.get('components') ?? '');
      return words(fields.get('uris') ?? '').flatMap((uri) =>
        words(fields.get('suites') ?? '').map((suite) => ({ uri: withoutSlash(uri), suite, components })),
      );
    });

const parseFields = (stanza: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of stanza.split('\n')) {
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match?.[1] !== undefined) {
      last = match[1].toLowerCase();
      fields.set(last, match[2] ?? '');
    } else if (/^\s+\S/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`);
    }
  }
  return fields;
};

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const withoutSlash = (uri: string): string => uri.replace(/\/+$/, '');

/** The Debian archive among all sources: the one that has this machine's own codename with component `main`. Third parties reuse neither. */
export const findDebianArchive = (sources: readonly AptSource[], codename: string): DebianArchive | undefined => {
  const debian = sources.filter((source) => source.components.includes('main'));
  // A third party may call its suite by the codename as well; Debian's mirrors also carry -updates beside it.
  const candidates = debian.filter((source) => source.suite === codename);
  const main =
    candidates.find((source) =>
      debian.some((other) => other.uri === source.uri && other.suite === `${codename}-updates`),
    ) ?? candidates[0];
  if (main === undefined) return undefined;
  const security = debian.find((source) => source.suite === `${codename}-security`);
  return { main: main.uri, ...(security === undefined ? {} : { security: security.uri }) };
};

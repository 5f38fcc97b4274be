// The hosts file: our own lines in a block of their own, everything else as the operator or a cluster tool left it.

const begin = '# BEGIN mayfly';
const end = '# END mayfly';
const base = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback'];

export type HostEntry = { readonly name: string; readonly address: string };

/**
 * Text of /etc/hosts. Other lines for 127.0.1.1 go: Debian's own would shadow ours. Where the node itself is among `hosts`, its name leads to
 * that address and not to the loopback: daemons that bind to their own name are then found by the others.
 */
export const renderHosts = (
  before: string,
  hostname: string,
  domain: string | undefined,
  hosts: readonly HostEntry[] = [],
): string => {
  const others = withoutBlock(before.split('\n')).filter((line) => !/^127\.0\.1\.1\s/.test(line));
  const kept = others.join('\n').trim();
  const names = namesOf(hostname, domain);
  const isNamed = hosts.some(({ name }) => names.includes(name));
  const localhost = base.filter((line) => !hasAddress(others, line.split(' ')[0] ?? ''));
  const own = isNamed ? [] : [`127.0.1.1 ${names.join(' ')}`];
  const named = hosts.map(({ name, address }) => {
    return `${address} ${(names.includes(name) ? names : namesOf(name, domain)).join(' ')}`;
  });
  return `${[...localhost, ...(kept === '' ? [] : [kept]), begin, ...own, ...named, end].join('\n')}\n`;
};

/** The full name first, as hosts(5) has it; a name with a dot is taken as it is. */
const namesOf = (name: string, domain: string | undefined): readonly string[] =>
  name.includes('.') || domain === undefined ? [name] : [`${name}.${domain}`, name];

const withoutBlock = (lines: readonly string[]): readonly string[] => {
  const from = lines.indexOf(begin);
  const to = lines.indexOf(end, from);
  // A block without its end is ours to its last line that we would write: only the marker goes.
  if (from === -1) return lines;
  return to === -1 ? lines.filter((line) => line !== begin) : [...lines.slice(0, from), ...lines.slice(to + 1)];
};

const hasAddress = (lines: readonly string[], address: string): boolean =>
  lines.some((line) => line.split(/\s+/)[0] === address);

/** The lines of our block; where there is none, that of the image for the node's own name. */
export const ownLines = (hosts: string): readonly string[] => {
  const lines = hosts.split('\n');
  const [from, to] = [lines.indexOf(begin), lines.indexOf(end)];
  return from === -1 || to < from ? lines.filter((line) => /^127\.0\.1\.1\s/.test(line)) : lines.slice(from + 1, to);
};

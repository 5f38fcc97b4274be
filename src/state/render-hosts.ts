// The hosts file: our own lines in a block of their own, everything else as the operator or a cluster tool left it.

const begin = '# BEGIN mayfly';
const end = '# END mayfly';
const base = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback'];

/** Text of /etc/hosts. Other lines for 127.0.1.1 go: Debian's own would shadow ours. */
export const renderHosts = (before: string, hostname: string, domain: string | undefined): string => {
  const others = withoutBlock(before.split('\n')).filter((line) => !/^127\.0\.1\.1\s/.test(line));
  const kept = others.join('\n').trim();
  const names = domain === undefined ? hostname : `${hostname}.${domain} ${hostname}`;
  const localhost = base.filter((line) => !hasAddress(others, line.split(' ')[0] ?? ''));
  return `${[...localhost, ...(kept === '' ? [] : [kept]), begin, `127.0.1.1 ${names}`, end].join('\n')}\n`;
};

const withoutBlock = (lines: readonly string[]): readonly string[] => {
  const from = lines.indexOf(begin);
  const to = lines.indexOf(end, from);
  // A block without its end is ours to its last line that we would write: only the marker goes.
  if (from === -1) return lines;
  return to === -1 ? lines.filter((line) => line !== begin) : [...lines.slice(0, from), ...lines.slice(to + 1)];
};

const hasAddress = (lines: readonly string[], address: string): boolean =>
  lines.some((line) => line.split(/\s+/)[0] === address);

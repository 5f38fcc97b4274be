// systemd mount units as text: how a filesystem or a folder comes to its place at every boot.

export type Mount = {
  /** What is mounted: a device, a folder to bind, or what the filesystem's own helper understands. */
  readonly what: string;
  readonly where: string;
  /** Absent for a bind mount. */
  readonly type?: string;
  readonly options?: readonly string[];
  /** In words, for `systemctl status`. */
  readonly description: string;
  /** Units that come first. */
  readonly after?: readonly string[];
};

/** Of a unit that stands for a path, as `systemd-escape --path` makes it (systemd.unit(5), "String Escaping for Inclusion in Unit Names"). */
export const mountUnitName = (path: string): string => `${escapePath(path)}.mount`;

const escapePath = (path: string): string => {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return '-';
  return parts.map((part, index) => escapePart(part, index === 0)).join('-');
};

const escapePart = (part: string, first: boolean): string =>
  [...Buffer.from(part, 'utf8')]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const plain = /[A-Za-z0-9:_]/.test(character) || (character === '.' && !(first && index === 0));
      return plain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');

export const renderMountUnit = ({ what, where, type, options = [], description, after = [] }: Mount): string =>
  [
    '[Unit]',
    `Description=${description}`,
    ...(after.length === 0 ? [] : [`Requires=${after.join(' ')}`, `After=${after.join(' ')}`]),
    '',
    '[Mount]',
    `What=${what}`,
    `Where=${where}`,
    ...(type === undefined ? [] : [`Type=${type}`]),
    ...(options.length === 0 ? [] : [`Options=${options.join(',')}`]),
    '',
  ].join('\n');

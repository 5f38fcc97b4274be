// What a person with a bad line, a cat on the keyboard and a clipboard sends to a console: bytes, good and broken.
import type { Session } from '../../../src/state/session.ts';
import { fieldsHere } from '../../../src/state/session-editing.ts';
import type { KeyName } from '../../../src/terminal/key.ts';
import { joinCode, sshKey } from '../../screens/node-data.ts';
import { bytesOfKey } from '../keys.ts';
import type { Random } from './random.ts';

/** In every password that is typed, and in nothing else. */
export const secretMark = 'Geheim';

const moving: readonly [KeyName, ...KeyName[]] = [
  ...(['tab', 'backtab', 'up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown', 'pagedown'] as const),
  ...(['enter', 'enter', 'enter', 'backspace', 'delete', 'insert', 'ctrl-n', 'ctrl-u', 'ctrl-w', 'escape'] as const),
];
const functions: readonly [KeyName, ...KeyName[]] = [
  ...(['f1', 'f2', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9', 'f10', 'f11', 'f12', 'escape', 'escape'] as const),
  ...(['ctrl-c', 'ctrl-d', 'ctrl-g', 'ctrl-l', 'ctrl-p', 'ctrl-t', 'ctrl-y', 'ctrl-z', 'ctrl-a'] as const),
];
const strange = [
  ...[
    'ä',
    'ß',
    '漢',
    '字',
    '한',
    '👩‍👩‍👧',
    '🏳️‍🌈',
    'e\u0301',
    '\u0301',
    '\u200B',
    '\u202E',
    'ﷺ',
    '\u2028',
    '\uFEFF',
    '\u00A0',
  ],
  ...['\uE000', '\uF8FF', '\uFFFD', '𝒳', '→', '…', '\u00AD', 'Ａ', '\u{1F1E9}\u{1F1EA}', '\u0600', '__proto__', '%s%n'],
] as const;
const commandLetters = ['a', 'c', 'v', 'w', 's', 'p', 'r', 'o', 'k', 'y', 'b', 'j', '?', ' ', '0', '2'] as const;
/** Of what xterm, rxvt, linux and PuTTY may send, and what answers of a terminal look like. */
const sequences = [
  ...[
    '\u001B[200~',
    '\u001B[201~',
    '\u001B[24;80R',
    '\u001B[1;2R',
    '\u001B[?1;2c',
    '\u001B[[A',
    '\u001BOM',
    '\u001BOp',
  ],
  ...[
    '\u001B[1;5A',
    '\u001B[27;5;9~',
    '\u001B[<0;10;10M',
    '\u001B[M !!',
    '\u001B]0;title\u0007',
    '\u001BP1$r0m\u001B\\',
  ],
  ...[
    '\u001B[I',
    '\u001B[O',
    '\u001B\u001B[A',
    '\u009BA',
    '\u001B[999999999999999999999999999999999999999A',
    '\u001B1',
  ],
] as const;

const fits: Readonly<Record<string, string>> = {
  'node.hostname': 'stor-07',
  'node.domain': 'rack7.example',
  'network.gateway': '10.0.2.2',
  'network.dns': '10.0.0.1 10.0.0.2',
  'network.search': 'rack7.example',
  'node.hosts': 'stor-02=10.0.2.16 stor-03=10.0.2.17',
  'cluster.peers': 'stor-07 stor-02 stor-03',
  'cluster.monitors': 'stor-07 stor-02 stor-03',
  'cluster.volume.name': 'tank',
  'cluster.volume.replica': '3',
  'cluster.mount': '/srv/tank',
  'cluster.publicNetwork': '10.0.2.0/24',
  'cluster.clusterNetwork': '10.20.0.0/24',
  'cluster.pool.size': '3',
  'cluster.pool.minSize': '2',
  'cluster.fsName': 'cephfs',
  'zram.limit': '1GiB',
  'zram.size': '4GiB',
  'access.keys': sshKey,
  'node.keyboard': 'de',
  'node.timezone': 'berlin',
  'node.ntp': '10.0.0.1',
};

export const inSecret = (session: Session): boolean => {
  const { view } = session;
  return view.kind === 'editing' && fieldsHere(session, view.step)[view.focus]?.kind === 'secret';
};

/** What would be right in the field with the focus. */
const fittingText = (random: Random, session: Session): string => {
  if (session.overlay.kind === 'consent') return session.overlay.serial;
  if (session.overlay.kind === 'join') return joinCode.slice(0, random.happens(0.8) ? joinCode.length : 4).join(' ');
  if (session.view.kind !== 'editing') return random.pick(['r', 'o', 'y', 'w', 'a', 'c']);
  const field = fieldsHere(session, session.view.step)[session.view.focus];
  if (field === undefined || field.kind === 'choice') return ' ';
  if (field.kind === 'secret')
    return field.id === 'access.repeat' && random.happens(0.8)
      ? (session.secrets['access.password'] ?? '')
      : `${secretMark}-${random.below(1_000_000)}`;
  return fits[field.id] ?? (field.id.endsWith('mtu') ? '9000' : '10.0.2.15/24');
};

const textOf = (random: Random, length: number): string =>
  Array.from({ length }, () =>
    random.happens(0.15) ? random.pick(strange) : String.fromCharCode(32 + random.below(95)),
  ).join('');

const cut = (random: Random, bytes: Buffer): Buffer => bytes.subarray(0, 1 + random.below(bytes.length));

type Kind =
  | ('moving' | 'function' | 'letter' | 'text' | 'fitting' | 'strange' | 'paste' | 'open paste')
  | ('sequence' | 'cut sequence' | 'raw' | 'several' | 'forward');

const kinds: readonly (readonly [number, Kind])[] = [
  [30, 'moving'],
  [14, 'function'],
  [8, 'letter'],
  [12, 'text'],
  [12, 'fitting'],
  [3, 'strange'],
  [3, 'paste'],
  [0.3, 'open paste'],
  [4, 'sequence'],
  [4, 'cut sequence'],
  [3, 'raw'],
  [3, 'several'],
  [8, 'forward'],
];

/** One chunk, as `read` would return it. */
export const randomBytes = (random: Random, session: Session): Buffer => {
  const { view } = session;
  // Chance alone would seldom fill a form.
  const asked = view.kind === 'editing' && fieldsHere(session, view.step).length > 0;
  const filled =
    (asked || session.overlay.kind === 'consent' || session.overlay.kind === 'join') && random.happens(0.2);
  switch (filled ? 'fitting' : random.choose<Kind>(kinds, 'moving')) {
    case 'moving':
      return Buffer.from(bytesOfKey(random.pick(moving)));
    case 'function':
      return Buffer.from(bytesOfKey(random.pick(functions)));
    case 'letter':
      return Buffer.from(random.pick(commandLetters));
    case 'text':
      return Buffer.from(textOf(random, 1 + random.below(3)));
    case 'fitting':
      return Buffer.from(
        `\u0015\u001B[200~${fittingText(random, session)}\u001B[201~${random.happens(0.7) ? '\t' : ''}`,
      );
    case 'strange':
      return Buffer.from(random.pick(strange));
    case 'paste':
      return Buffer.from(`\u001B[200~${textOf(random, random.happens(0.05) ? 3000 : random.below(60))}\r\n\u001B[201~`);
    case 'open paste':
      return Buffer.from(`\u001B[200~${textOf(random, random.below(30))}`);
    case 'sequence':
      return Buffer.from(random.pick(sequences));
    case 'cut sequence':
      return cut(random, Buffer.from(random.pick([...sequences, bytesOfKey(random.pick(functions)), '漢', '👩‍👩‍👧'])));
    case 'raw':
      return Buffer.from(Array.from({ length: 1 + random.below(12) }, () => random.below(256)));
    case 'several':
      return Buffer.concat(Array.from({ length: 2 + random.below(8) }, () => randomBytes(random, session)));
    case 'forward':
      return Buffer.from(bytesOfKey('pagedown'));
  }
};

// The join code: everything that a joining node needs to find the offer, to know it for the right one and to be let in, in 45 digits (IPv4).
import ipaddr from 'ipaddr.js';
import { bitsOfGroup, digitOf, fromGroups, groupLength, isWholeGroup, toDigits, toGroups } from './base32.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';

/** Where the offer listens unless told; a code for it need not name a port. */
export const joinPort = 26333;
export const fingerprintBits = 80;
export const secretBits = 40;
/** Of a cluster's identity: enough to see that a code is for another one, not enough to prove it. */
export const clusterMarkBits = 11;

export type JoinCode = {
  /** Of the offering node, in its shortest spelling. */
  readonly address: string;
  readonly port: number;
  /** 0 to 2047: a mark of the cluster's identity. */
  readonly cluster: number;
  /** When the offer ends: minute of the day, UTC, by the clock of the offering node. */
  readonly endsAt: number;
  /** The first 80 bits of SHA-256 of the offer's certificate, in hexadecimal digits. */
  readonly fingerprint: string;
  /** The one-time secret: 8 digits of base 32. */
  readonly secret: string;
};

const version = 1n;
const minuteBits = 11;
const headBits = 4 + 1 + 1;

type Field = readonly [value: bigint, bits: number];

const addressBits = (isV6: boolean): number => (isV6 ? 128 : 32);
const sizeOf = (isV6: boolean, hasPort: boolean): number =>
  headBits + clusterMarkBits + minuteBits + addressBits(isV6) + (hasPort ? 16 : 0) + fingerprintBits + secretBits;

/** Groups of five digits: 9 for IPv4, 14 for IPv6, one more where the port is not the usual one. */
export const renderJoinCode = (code: JoinCode): readonly string[] => {
  const address = ipaddr.parse(code.address);
  const isV6 = address.kind() === 'ipv6';
  const hasPort = code.port !== joinPort;
  const fields: readonly Field[] = [
    [version, 4],
    [isV6 ? 1n : 0n, 1],
    [hasPort ? 1n : 0n, 1],
    [BigInt(code.cluster), clusterMarkBits],
    [BigInt(code.endsAt), minuteBits],
    [address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n), addressBits(isV6)],
    ...(hasPort ? [[BigInt(code.port), 16] as const] : []),
    [BigInt(`0x${code.fingerprint}`), fingerprintBits],
    [fromSecret(code.secret), secretBits],
  ];
  const value = fields.reduce((sum, [field, bits]) => (sum << BigInt(bits)) | field, 0n);
  return toGroups(value, sizeOf(isV6, hasPort));
};

const fromSecret = (secret: string): bigint =>
  [...secret].reduce((value, character) => (value << 5n) | BigInt(digitOf(character) ?? 0), 0n);

/** What of a code has been heard so far: whole groups, and those to be asked for again. */
export type HeardCode = {
  readonly groups: readonly string[];
  /** How many the code has; undefined until its first group is right. */
  readonly expected: number | undefined;
  /** Of the wrong ones: the number from 1, and what is wrong with it. */
  readonly wrong: readonly { readonly group: number; readonly why: string }[];
};

export const hearJoinCode = (text: string): HeardCode => {
  const groups = groupsOf(text);
  const wrong = groups.flatMap((group, index) => {
    const why = whyWrong(group, index);
    return why === undefined ? [] : [{ group: index + 1, why }];
  });
  const [first] = groups;
  const knowsHead = first !== undefined && wrong[0]?.group !== 1;
  return { groups, expected: knowsHead ? expectedGroups(first) : undefined, wrong };
};

/** At its separators where most parts are whole groups, so that a lost digit spoils its own group only; else every five digits. */
const groupsOf = (text: string): readonly string[] => {
  const parts = text.split(/[\s\-–—._,]+/).filter((part) => part !== '');
  const whole = parts.filter((part) => [...part].length % groupLength === 0).length;
  return whole * 2 > parts.length ? parts.flatMap(everyFive) : everyFive(parts.join(''));
};

const everyFive = (text: string): readonly string[] => {
  const characters = [...text];
  return Array.from({ length: Math.ceil(characters.length / groupLength) }, (_, index) =>
    characters.slice(index * groupLength, (index + 1) * groupLength).join(''),
  );
};

const whyWrong = (group: string, index: number): string | undefined => {
  const characters = [...group];
  const strange = characters.find((character) => digitOf(character) === undefined);
  if (strange !== undefined)
    return /^u$/i.test(strange) ? 'has a U, which no code has' : `has ${strange}, which no code has`;
  if (characters.length !== groupLength) return `has ${characters.length} digits instead of ${groupLength}`;
  return isWholeGroup(group, index) ? undefined : 'does not fit its check digit';
};

const headOf = (first: string): bigint => fromGroups([first]) >> BigInt(bitsOfGroup - headBits);

const expectedGroups = (first: string): number | undefined => {
  const head = headOf(first);
  if (head >> 2n !== version) return undefined;
  return Math.ceil(sizeOf(((head >> 1n) & 1n) === 1n, (head & 1n) === 1n) / bitsOfGroup);
};

/** Spaces, dashes, lines and either case are forgiven. Of several wrong groups all are named. */
export const parseJoinCode = (text: string): Result<JoinCode> => {
  const { groups, expected, wrong } = hearJoinCode(text);
  if (groups.length === 0)
    return fail(problem('empty', 'there is no join code', 'Type the code that `mayfly join offer` shows'));
  const [first = ''] = groups;
  if (wrong.length > 0) return fail(wrongGroups(groups, wrong));
  if (expected === undefined) {
    const other = `the code is of version ${headOf(first) >> 2n}, and this Mayfly knows version ${version}`;
    return fail(problem('code-version', other, 'Give both nodes the same image'));
  }
  if (groups.length !== expected) {
    const counted = `the code has ${expected} groups, and ${groups.length} were given`;
    return fail(
      problem('code-length', counted, groups.length < expected ? 'Read out the rest' : 'Leave out what follows it'),
    );
  }
  return decode(groups);
};

const wrongGroups = (groups: readonly string[], wrong: HeardCode['wrong']): Problem => {
  const told = wrong.map(({ group, why }) => `group ${group} (${groups[group - 1]}) ${why}`).join('; ');
  const numbers = wrong.map(({ group }) => group).join(', ');
  return problem('code-group', told, `Read out group ${numbers} again, five digits each`);
};

const decode = (groups: readonly string[]): Result<JoinCode> => {
  const value = fromGroups(groups);
  let left = groups.length * bitsOfGroup;
  const take = (bits: number): bigint => {
    left -= bits;
    return (value >> BigInt(left)) & ((1n << BigInt(bits)) - 1n);
  };
  take(4);
  const isV6 = take(1) === 1n;
  const hasPort = take(1) === 1n;
  const cluster = Number(take(clusterMarkBits));
  const endsAt = Number(take(minuteBits));
  const address = addressOf(take(addressBits(isV6)), isV6);
  const port = hasPort ? Number(take(16)) : joinPort;
  const fingerprint = take(fingerprintBits)
    .toString(16)
    .padStart(fingerprintBits / 4, '0');
  const secret = toDigits(take(secretBits), secretBits);
  // What no offer makes: two slips in one group can pass its check digit.
  if (endsAt >= 24 * 60 || port === 0 || take(left) !== 0n)
    return fail(problem('code-value', 'the code has values that no offer makes', 'Read the whole code out again'));
  return ok({ address, port, cluster, endsAt, fingerprint, secret });
};

const addressOf = (value: bigint, isV6: boolean): string => {
  const length = addressBits(isV6) / 8;
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
};

/** `14:35` */
export const endText = ({ endsAt }: Pick<JoinCode, 'endsAt'>): string =>
  [Math.floor(endsAt / 60), endsAt % 60].map((part) => `${part}`.padStart(2, '0')).join(':');

const problem = (what: string, summary: string, remedy: string): Problem => ({ code: `join/${what}`, summary, remedy });

// Crockford's base 32 with a check digit for every group: what a person reads out over a phone, with the group that was misheard named.

/** No I, L, O and U: what they would be mistaken for is read as such, and U is not used. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Digits of a group; the last is its check digit. */
export const groupLength = 5;
const dataLength = groupLength - 1;
/** What a group carries besides its check digit. */
export const bitsOfGroup = dataLength * 5;

/** 0 to 31; undefined for what is no digit. Either case, O for 0, I and L for 1. */
export const digitOf = (character: string): number | undefined => {
  const upper = character.toUpperCase();
  const read = upper === 'O' ? '0' : upper === 'I' || upper === 'L' ? '1' : upper;
  const value = digits.indexOf(read);
  return read.length !== 1 || value === -1 ? undefined : value;
};

/** Product in GF(32), modulo x⁵+x²+1. */
const times = (one: number, other: number): number => {
  let product = 0;
  for (let bit = 0; bit < 5; bit += 1) if (((other >> bit) & 1) === 1) product ^= one << bit;
  for (let bit = 8; bit >= 5; bit -= 1) if (((product >> bit) & 1) === 1) product ^= 0b100101 << (bit - 5);
  return product;
};

/** Powers of x: another weight for every place, so that any wrong digit and any swap of two in a group shows. */
const weights = [16, 8, 4, 2];

/** Of the four digits before it and of the place of the group, so that groups in another order show too. */
const checkDigit = (data: readonly number[], group: number): number =>
  data.reduce((sum, digit, place) => sum ^ times(digit, weights[place] ?? 1), group & 31);

export const isWholeGroup = (text: string, group: number): boolean => {
  const values = [...text].map(digitOf);
  const data = values.filter((value) => value !== undefined);
  return (
    data.length === groupLength && values.length === groupLength && checkDigit(data.slice(0, -1), group) === data.at(-1)
  );
};

/** `bits` of `value`, the highest first, as groups; what does not fill the last group is filled with zeros. */
export const toGroups = (value: bigint, bits: number): readonly string[] => {
  const count = Math.ceil(bits / bitsOfGroup);
  const padded = value << BigInt(count * bitsOfGroup - bits);
  return Array.from({ length: count }, (_, group) => {
    const data = Array.from({ length: dataLength }, (_, place) => {
      const below = (count - group) * dataLength - place - 1;
      return Number((padded >> BigInt(below * 5)) & 31n);
    });
    return [...data, checkDigit(data, group)].map((digit) => digits[digit]).join('');
  });
};

/** The value of whole groups, without their check digits. */
export const fromGroups = (groups: readonly string[]): bigint =>
  groups
    .flatMap((group) => [...group].slice(0, dataLength))
    .reduce((value, character) => (value << 5n) | BigInt(digitOf(character) ?? 0), 0n);

/** 40 bits or any other multiple of 5 as digits, without a check. */
export const toDigits = (value: bigint, bits: number): string =>
  Array.from({ length: bits / 5 }, (_, place) => digits[Number((value >> BigInt(bits - 5 * (place + 1))) & 31n)]).join(
    '',
  );

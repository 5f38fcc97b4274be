// Sizes in bytes as a branded type, so that no raw number is ever mistaken for one; IEC units only (1 KiB = 1,024 B).

declare const bytesBrand: unique symbol;
export type Bytes = number & { readonly [bytesBrand]: true };

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A whole, non-negative number of bytes. Throws RangeError otherwise: that is a bug, not input. */
export const bytes = (count: number): Bytes => {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of bytes: ${count}`);
  return count as Bytes;
};

export const kib = (count: number): Bytes => bytes(Math.round(count * 1024));
export const mib = (count: number): Bytes => bytes(Math.round(count * 1024 ** 2));
export const gib = (count: number): Bytes => bytes(Math.round(count * 1024 ** 3));

/** `2GiB`, `512 MiB`, `1.5GiB`, `4096` (bytes). Undefined for anything else, so that the caller can say what would pass. */
export const parseBytes = (text: string): Bytes | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB|TiB|PiB)?$/.exec(text.trim());
  const number = match?.[1];
  if (number === undefined) return undefined;
  const power = units.findIndex((unit) => unit === (match?.[2] ?? 'B'));
  const count = Math.round(Number(number) * 1024 ** power);
  return Number.isSafeInteger(count) ? bytes(count) : undefined;
};

/** Three significant digits: `512 MiB`, `1.24 GiB`, `0 B`. */
export const renderBytes = (size: Bytes): string => {
  let value: number = size;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toFixed(digits).replace(/\.0+$/, '');
  return `${text} ${units[unit]}`;
};

/** The exact form that a profile stores: the largest unit that divides the size, `2GiB`, `1536MiB`, `4096B`. */
export const formatBytes = (size: Bytes): string => {
  let value: number = size;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${units[unit]}`;
};

// The live changes of a zram root, as data: what somebody can ask for, and how it is written on a command line.
import { type Bytes, formatBytes, parseBytes } from './bytes.ts';

export type ZramOperation =
  /** As far as the device and the memory allow where no size is told. */
  | { readonly kind: 'grow'; readonly size: Bytes | undefined }
  /** Undefined: only looked at. */
  | { readonly kind: 'limit'; readonly limit: Bytes | 'none' | undefined }
  | { readonly kind: 'trim' | 'compact' | 'recompress' };

export const operationNames = ['trim', 'compact', 'grow', 'limit', 'recompress'] as const;
export type OperationName = (typeof operationNames)[number];

/** Those with a size to be told. */
export const takesSize = (name: OperationName): name is 'grow' | 'limit' => name === 'grow' || name === 'limit';

const isName = (text: string): text is OperationName => operationNames.some((name) => name === text);

/** A sentence where it is none. */
export const parseOperation = ([name, value, ...rest]: readonly string[]): ZramOperation | string => {
  if (name === undefined) return 'which command?';
  if (!isName(name)) return `unknown command ${name}`;
  if (rest.length > 0) return `too many arguments: ${rest.join(' ')}`;
  const size = value === undefined ? undefined : parseBytes(value);
  switch (name) {
    case 'grow':
      return value !== undefined && size === undefined
        ? `${value} is not a size, write it like 4GiB`
        : { kind: 'grow', size };
    case 'limit':
      if (value === 'none') return { kind: 'limit', limit: 'none' };
      return size === undefined ? 'limit needs a size like 1536MiB, or none' : { kind: 'limit', limit: size };
    default:
      return value === undefined ? { kind: name } : `${name} takes no argument`;
  }
};

/** As `mayfly zram` takes it. */
export const operationArguments = (operation: ZramOperation): readonly string[] => {
  const size = operation.kind === 'grow' ? operation.size : operation.kind === 'limit' ? operation.limit : undefined;
  return [operation.kind, ...(size === undefined ? [] : [size === 'none' ? size : formatBytes(size)])];
};

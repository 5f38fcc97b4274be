// Whether the zram root is compressed with the image's dictionary: the rule of use_dictionary in assets/dracut/90mayfly/parameters.sh.
import type { Bytes } from './bytes.ts';

export type Dictionary = {
  readonly bytes: Bytes;
  /** zstd's, for which it was measured. */
  readonly level: number;
};

/** The image's dictionary is trained for this one. */
export const dictionaryAlgorithm = 'zstd';

type Question = {
  readonly algorithm: string;
  /** Whether the initramfs carries one for this image. */
  readonly carried: boolean;
  readonly wish: boolean | undefined;
  /** Zram bytes of the image as measured at build, by algorithm; `zstd-dict` is zstd with the dictionary. */
  readonly measured: Readonly<Record<string, number>> | undefined;
};

/** Unless somebody wishes: where measurement at build says that it is smaller. */
export const usesDictionary = ({ algorithm, carried, wish, measured }: Question): boolean => {
  if (algorithm !== dictionaryAlgorithm || !carried) return false;
  if (wish !== undefined) return wish;
  const having = measured?.[`${algorithm}-dict`] ?? 0;
  return having > 0 && having < (measured?.[algorithm] ?? 0);
};

// Finds what is there twice, for the many lists of a profile in which nothing may be.

export type Duplicate<T> = { readonly item: T; readonly index: number; readonly first: T; readonly firstIndex: number };

/** Every item whose key an earlier item had; a key of undefined is never the same as another. */
export const duplicatesOf = <T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): readonly Duplicate<T>[] => {
  const seen = new Map<string, { readonly first: T; readonly firstIndex: number }>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === undefined) return [];
    const earlier = seen.get(key);
    if (earlier !== undefined) return [{ item, index, ...earlier }];
    seen.set(key, { first: item, firstIndex: index });
    return [];
  });
};

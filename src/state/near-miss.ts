// Finds the word that somebody probably meant, for keys and names that do not exist.

/** The nearest of `known` within two typing slips (one for short words); undefined when none is near. */
export const nearMiss = (word: string, known: readonly string[]): string | undefined => {
  if (word.length > 64) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, slips: slipsBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= (Math.min(word.length, candidate.length) < 4 ? 1 : 2))
    .sort((one, other) => one.slips - other.slips);
  return ranked[0]?.candidate;
};

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
const slipsBetween = (one: string, other: string): number => {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(one.length, other.length);
};

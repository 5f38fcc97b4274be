// Reads the kernel's space-separated whole numbers.

/** Empty when anything in it is not a whole, non-negative number: half an answer is none. */
export const columns = (text: string): readonly number[] => {
  const words = text.trim().split(/\s+/);
  return words.every((word) => /^\d+$/.test(word)) ? words.map(Number) : [];
};

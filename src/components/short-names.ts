// Names in a column that is too narrow for them: cut in their middle, where they stay different from one another.

const shortened = (name: string, width: number, tail: number): string => {
  const points = [...name];
  if (points.length <= width) return name;
  return `${points.slice(0, width - 1 - tail).join('')}…${points.slice(points.length - tail).join('')}`;
};

/** In the order of `names`; whole where no cut keeps them apart: two ports never look the same. */
export const shortNames = (names: readonly string[], width: number): readonly string[] => {
  if (names.every((name) => [...name].length <= width)) return names;
  const middle = Math.floor((width - 1) / 2);
  const tails = Array.from({ length: width }, (_, tail) => tail).toSorted(
    (a, b) => Math.abs(a - middle) - Math.abs(b - middle),
  );
  const different = new Set(names).size;
  for (const tail of tails) {
    const cut = names.map((name) => shortened(name, width, tail));
    if (new Set(cut).size === different) return cut;
  }
  return names;
};

// Reads the archive's InRelease files: their package index sums are the inputs that the image is pinned to.

export type Release = {
  /** Seconds since the epoch; the main suite's is the image's SOURCE_DATE_EPOCH. */
  readonly date: number;
  /** sha256 of the index of main's binary packages: changes when a package does, not with every new signature. */
  readonly packages: string;
};

export const parseRelease = (text: string, architecture: string): Release | undefined => {
  const date = Date.parse(/^Date: (.+)$/m.exec(text)?.[1] ?? '');
  const sums = text.slice(text.indexOf('\nSHA256:'));
  const packages = new RegExp(`^ ([0-9a-f]{64})\\s+\\d+ main/binary-${architecture}/Packages\\.xz$`, 'm').exec(
    sums,
  )?.[1];
  return Number.isNaN(date) || packages === undefined ? undefined : { date: Math.floor(date / 1000), packages };
};

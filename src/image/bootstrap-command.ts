// Composes the mmdebstrap call that makes the base tree.

export type Bootstrap = {
  readonly suite: string;
  readonly architecture: string;
  readonly mirror: string;
  readonly securityMirror?: string;
  readonly packages: readonly string[];
  readonly target: string;
  /** The shell steps that run last inside, in this order, with the tree as their argument. */
  readonly lastSteps: readonly string[];
  /** apt options of this machine that matter for reaching the mirror, as `Name "value";`. */
  readonly aptOptions: readonly string[];
  readonly asRoot: boolean;
};

/** The suites an image is made of, with where each is. */
export const suitesOf = (
  suite: string,
  mirror: string,
  securityMirror?: string,
): readonly (readonly [suite: string, uri: string])[] => [
  [suite, mirror],
  // Unstable has neither.
  ...(suite === 'sid' || suite === 'unstable' ? [] : [[`${suite}-updates`, mirror] as const]),
  ...(securityMirror === undefined || suite === 'sid' || suite === 'unstable'
    ? []
    : [[`${suite}-security`, securityMirror] as const]),
];

export const renderBootstrapCommand = (bootstrap: Bootstrap): readonly [string, ...string[]] => [
  'mmdebstrap',
  `--mode=${bootstrap.asRoot ? 'root' : 'unshare'}`,
  '--variant=minbase',
  '--format=tar',
  `--architectures=${bootstrap.architecture}`,
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  ...bootstrap.aptOptions.map((option) => `--aptopt=${option}`),
  `--include=${bootstrap.packages.join(',')}`,
  ...bootstrap.lastSteps.map((step) => `--customize-hook=sh ${quote(step)} "$1"`),
  bootstrap.suite,
  bootstrap.target,
  ...suitesOf(bootstrap.suite, bootstrap.mirror, bootstrap.securityMirror).map(
    ([suite, uri]) => `deb ${uri} ${suite} main`,
  ),
];

/** mmdebstrap hands a hook to sh(1). */
const quote = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

// A file that a step writes whole from the profile.

export type GeneratedFile = {
  readonly path: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  /** What it says, for a plan; never a secret. */
  readonly says: string;
  /** Its text must not be shown. */
  readonly secret?: true;
  /** Units that read it at their start only. */
  readonly units: readonly string[];
};

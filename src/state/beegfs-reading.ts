// What was seen of a BeeGFS cluster, in one shape for both releases.
export type NodeKind = 'management' | 'meta' | 'storage' | 'client';

export type BeegfsNodeSeen = {
  readonly kind: NodeKind;
  readonly name: string;
  readonly number: number;
  /** Undefined where nobody tried. */
  readonly reachable: boolean | undefined;
};

export type BeegfsTarget = {
  readonly kind: 'meta' | 'storage';
  readonly number: number;
  /** Name of its server, or its number where that is all that is known. */
  readonly node: string;
  /** `Online`, `Probably-offline`, `Offline`. */
  readonly reachability: string;
  /** `Good`, `Needs-resync`, `Bad`. */
  readonly consistency: string;
  /** `normal`, `low`, `emergency`. */
  readonly pool: string | undefined;
  /** Bytes. */
  readonly total: number | undefined;
  readonly free: number | undefined;
  readonly inodesFreePercent: number | undefined;
};

export type BeegfsReading = {
  /** Undefined when the management daemon did not answer; then `silence` is what was said instead. */
  readonly nodes: readonly BeegfsNodeSeen[] | undefined;
  readonly targets: readonly BeegfsTarget[] | undefined;
  readonly silence: string | undefined;
  /** Daemons of this node that are not active. */
  readonly stopped: readonly string[];
  /** Of `beegfs health check`; undefined with 7.4, or where it did not end. */
  readonly check: 'passed' | 'failed' | undefined;
  /** Undefined where this node mounts nothing. */
  readonly mount: { readonly path: string; readonly mounted: boolean } | undefined;
};

// Where the profile of this boot came from, or why there is none: what the resolver answers and the console shows.
import type { LayerName } from './layers.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';

export const transportKinds = ['kernel-url', 'kernel-file', 'config-partition', 'last-good', 'none'] as const;
type TransportKind = (typeof transportKinds)[number];

export type Transport = {
  readonly kind: TransportKind;
  /** In words: `/dev/vdb at /config`, `http://10.0.0.1/profiles/52:54….yaml`. Never a password. */
  readonly detail: string;
  /** What tells two editions apart: a git commit, or the beginning of the sha256 of the text. */
  readonly revision?: string;
};

/** One regular file of an `etc/` folder beside a profile, to be copied over `/etc`. */
export type OverlayFile = {
  readonly layer: 'global' | 'node';
  /** Where it lies, e.g. `/config/node/etc/motd`. */
  readonly from: string;
  /** Where it goes, e.g. `/etc/motd`. */
  readonly to: string;
  /** What its content must be, where it was signed. */
  readonly sha256?: string;
};

export type Resolution =
  | {
      readonly kind: 'resolved';
      readonly profile: Profile;
      readonly provenance: ReadonlyMap<string, LayerName>;
      readonly transport: Transport;
      /** Only for a last good copy; its age is undefined when nothing sound says when it was kept. */
      readonly stale?: { readonly ageMs: number | undefined };
      readonly overlays: readonly OverlayFile[];
      /** Where the image wants signatures: what was accepted. `text` is that of a bundle of one file. */
      readonly signed?: { readonly serial: number; readonly signature: string; readonly text?: string };
      /** Transports that somebody asked for and that had nothing, with why: this is the second choice. */
      readonly missed: readonly Problem[];
      /** Warnings of this profile, after those of `missed`. */
      readonly warnings: readonly Problem[];
    }
  | { readonly kind: 'none'; readonly tried: readonly Problem[]; readonly missed: readonly Problem[] }
  | {
      readonly kind: 'invalid';
      readonly transport: Transport;
      readonly problems: readonly [Problem, ...Problem[]];
    };

const transportNames: Readonly<Record<TransportKind, string>> = {
  'kernel-url': 'kernel command line (URL)',
  'kernel-file': 'kernel command line (file)',
  'config-partition': 'config partition',
  'last-good': 'last good copy, STALE',
  none: 'none',
};

/** `config partition, /dev/vdb at /config` */
export const describeTransport = ({ kind, detail }: Transport): string =>
  [transportNames[kind], detail].filter((part) => part !== '').join(', ');

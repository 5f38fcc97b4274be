// What a transport answers when it is asked for the profile: nothing, a bundle, or something that must not be passed over in silence.
import type { Problem, Result } from '../state/problem.ts';
import type { OverlayFile, Transport } from '../state/resolved-profile.ts';

/** The text of one layer and what people call it. */
export type LayerText = {
  readonly layer: 'global' | 'node';
  /** `/config/node/profile.yaml` */
  readonly name: string;
  /** Its path in the bundle, as it is signed: `node/profile.yaml`; `profile.yaml` where a bundle is one file. */
  readonly file: string;
  readonly text: string;
};

export type Offered = {
  readonly kind: 'offered';
  readonly transport: Transport;
  readonly layers: readonly LayerText[];
  readonly overlays: readonly OverlayFile[];
  readonly warnings: readonly Problem[];
  readonly stale?: { readonly ageMs: number | undefined };
  /** Asked for only where the image wants one; undefined: there is none. */
  readonly signature: () => Promise<Result<string | FoundSignature | undefined>>;
  /** What people call the file with the signature, or where one is looked for. */
  readonly signatureName: string;
};

/** Where there is more than one place for it. */
export type FoundSignature = { readonly text: string; readonly name: string };

export type Answer =
  | {
      readonly kind: 'absent';
      readonly why: Problem;
      /** Somebody asked for this transport: that it has nothing is worth a warning even when another one helps out. */
      readonly expected: boolean;
    }
  | Offered
  | { readonly kind: 'unusable'; readonly transport: Transport; readonly problems: readonly [Problem, ...Problem[]] };

export const absent = (code: string, summary: string, remedy: string, expected: boolean): Answer => ({
  kind: 'absent',
  why: { code, summary, remedy },
  expected,
});

// Offering a join code, as it is told: by the verb on its terminal, and by a console on its screen.
import type { JoinKind } from './join-bundle.ts';
import type { Problem } from './problem.ts';

export type Joined = { readonly kind: JoinKind; readonly hostname: string; readonly address: string };

/** What the offering node tells while its offer is open. Never the secret but in the code. */
export type OfferEvent =
  | {
      readonly event: 'offered';
      /** The join code. */
      readonly groups: readonly string[];
      readonly address: string;
      readonly port: number;
      /** ISO 8601. */
      readonly ends: string;
      readonly kind: JoinKind;
    }
  | { readonly event: 'wrong-secret'; readonly from: string; readonly triesLeft: number }
  | { readonly event: 'refused'; readonly from: string; readonly problem: Problem }
  | ({ readonly event: 'joined' } & Joined);

/** What is due on members whose profiles name each other. */
export type NamedJoiner = {
  /** This node's profile with the new node named. */
  readonly path: string;
  /** Members for whom the same change is due. */
  readonly others: readonly string[];
};

export const joinedText = ({ hostname, address, kind }: Joined): string =>
  `${hostname} (${address}) has joined as a ${kind}. If you do not know it, take it out again.`;

export const wrongSecretText = ({ from, triesLeft }: { readonly from: string; readonly triesLeft: number }): string =>
  `A wrong secret came from ${from}; ${triesLeft} more and the offer closes.`;

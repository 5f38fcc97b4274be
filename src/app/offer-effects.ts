// An offer of a join code at this console: it listens in this process, and ends with it. It needs no privilege that the console has not.
import { nameJoiner } from '../actions/join/name-joiner.ts';
import { offerJoin } from '../actions/join/offer-join.ts';
import { ok } from '../state/problem.ts';
import type { SecureWire, System } from '../system/system.ts';
import type { Effects } from './effects.ts';

const minutes = 15;

export const createOfferEffects = (system: System, wire: SecureWire): Pick<Effects, 'offerJoin' | 'withdrawOffer'> => {
  let withdrawing = new AbortController();
  return {
    offerJoin: async (kind, profile, told) => {
      withdrawing = new AbortController();
      const offered = await offerJoin(system, wire, profile, { kind, minutes, signal: withdrawing.signal, told });
      if (!offered.ok) return offered;
      return ok({ joined: offered.value, named: await nameJoiner(system, profile, offered.value) });
    },
    withdrawOffer: () => withdrawing.abort(),
  };
};

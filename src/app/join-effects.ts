// What the console asks of the member whose join code was typed: an exchange over the network, which changes nothing on this node.
import { takeJoin } from '../actions/join/take-join.ts';
import type { SecureWire, System } from '../system/system.ts';
import type { Effects } from './effects.ts';

export const createJoinEffects = (system: System, wire: SecureWire): Pick<Effects, 'takeJoin' | 'stopJoin'> => {
  let asking = new AbortController();
  return {
    takeJoin: (joining) => {
      asking.abort();
      asking = new AbortController();
      return takeJoin(system, wire, { ...joining, signal: asking.signal });
    },
    stopJoin: () => asking.abort(),
  };
};

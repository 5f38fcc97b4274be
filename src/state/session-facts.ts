// What the session knows of the machine: the inventory, with its ports as the newest status saw them.
import type { Facts } from './facts.ts';
import type { Reading } from './reading.ts';
import type { Session } from './session.ts';

const valueIn = <T>(reading: Reading<T>): T | undefined =>
  reading.kind === 'live' || reading.kind === 'stale' ? reading.value : undefined;

/** An inventory is taken seldom and a cable is plugged in at any time: carrier and addresses come with every status. */
export const factsOf = (session: Session): Facts | undefined => {
  const facts = valueIn(session.facts);
  const links = session.statuses.at(-1)?.links;
  return facts === undefined || links?.kind !== 'live' || links.value.length === 0
    ? facts
    : { ...facts, links: links.value };
};

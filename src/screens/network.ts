// The network screen: name, ports with what is true of their wires at this moment, addresses, gateway, DNS.
import { blank, fitted, type Line, line, paragraph, type Span, span, wrapWords } from '../components/line.ts';
import { linkField, linkRows } from '../state/draft.ts';
import type { LinkFact } from '../state/facts.ts';
import type { Field } from '../state/field.ts';
import { isUnread } from '../state/refresh-facts.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { type Extra, formLines } from './form.ts';
import { carrierSpan, speedText } from './words.ts';

/** What is true of a port's wire now. */
export const besideOf = (fact: LinkFact | undefined): readonly Span[] => {
  if (fact === undefined) return [span('  not on this machine', 'warn')];
  const carrier = carrierSpan(fact.carrier);
  return [
    span(' '),
    { ...carrier, text: fitted(carrier.text, 11) },
    span(`${fitted(speedText(fact.speedMbps), 8)} ${fitted(fact.driver ?? 'n/a', 10)} ${fact.mac ?? ''}`),
  ];
};

export const underOf = (fact: LinkFact | undefined): readonly Line[] =>
  fact === undefined || fact.addresses.length === 0
    ? []
    : [line(' '.repeat(17), span(`now ${fact.addresses.join(' ')}`, 'dim'))];

/** From this width on every port is one row of a table, with its MTU and its addresses in full. */
const wide = 120;
/** Where the addresses begin. */
const addressColumn = 93;

const wideBeside = (fact: LinkFact): readonly Span[] => {
  const carrier = carrierSpan(fact.carrier);
  return [
    span(' '),
    { ...carrier, text: fitted(carrier.text, 12) },
    span(`${fitted(speedText(fact.speedMbps), 9)}${fitted(fact.driver ?? 'n/a', 12)}`),
    span(`${fitted(fact.mac ?? '', 19)}${fitted(`${fact.mtu}`, 7)}`),
  ];
};

/** The first address stands in the row of its port, the others under it. */
const wideExtra = (fact: LinkFact | undefined, width: number): Omit<Extra, 'above'> => {
  if (fact === undefined) return { beside: besideOf(fact), under: [] };
  const [first = 'none', ...rest] = wrapWords(fact.addresses.join(' ') || 'none', width - addressColumn);
  const indent = ' '.repeat(addressColumn);
  return { beside: [...wideBeside(fact), span(first)], under: rest.map((text) => line(indent, text)) };
};

const wideHeading: Line = line(
  span(
    '   Port            Use            Wire        Speed    Driver      MAC                MTU    Addresses now',
    'dim',
  ),
);
const heading: Line = line(span('   Port          Use            Wire       Speed    Driver     MAC', 'dim'));

export const networkLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const facts = factsOf(session);
  const rows = linkRows(session.draft, facts);
  const fields = fieldsHere(session, 'network');
  const isWide = width >= wide;
  const firstPort = fields.find(({ id }) => id.startsWith('link/'));
  const extra = (field: Field): Extra => {
    const row = rows.find(({ match }) => linkField(match, 'use') === field.id);
    const above =
      field === firstPort ? [blank, isWide ? wideHeading : heading] : field.id === 'network.gateway' ? [blank] : [];
    return row === undefined
      ? { above, beside: [], under: [] }
      : { above, ...(isWide ? wideExtra(row.fact, width) : { beside: besideOf(row.fact), under: underOf(row.fact) }) };
  };
  const none =
    facts === undefined || isUnread(facts, 'links')
      ? 'The network ports of this machine are not known yet: they are read again by themselves.'
      : 'No network port was found on this machine.';
  const loose = rows.length === 0 ? paragraph(none, width, 3, 'warn') : [];
  const focused = rows.findIndex(({ match }) =>
    fields[view.focus]?.id.startsWith(linkField(match, 'use').slice(0, -3)),
  );
  const lines = formLines(
    {
      fields,
      view,
      problems: allProblems(session),
      width,
      extra,
      heading: isWide ? wideHeading : heading,
      ...(focused < 0 ? {} : { place: `port ${focused + 1} of ${rows.length}` }),
    },
    height - loose.length,
  );
  return [...loose, ...lines];
};

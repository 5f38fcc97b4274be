// The network screen: name, ports with what is true of their wires at this moment, addresses, gateway, DNS.
import { blank, fitted, type Line, line, type Span, span } from '../components/line.ts';
import { linkField, linkRows } from '../state/draft.ts';
import type { Field } from '../state/draft-fields.ts';
import type { LinkFact } from '../state/facts.ts';
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
    : [line(' '.repeat(15), span(`now ${fact.addresses.join(' ')}`, 'dim'))];

const heading: Line = line(span('   Port        Use            Wire       Speed    Driver     MAC', 'dim'));

export const networkLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const rows = linkRows(session.draft, factsOf(session));
  const fields = fieldsHere(session, 'network');
  const firstPort = fields.find(({ id }) => id.startsWith('link/'));
  const extra = (field: Field): Extra => {
    const row = rows.find(({ match }) => linkField(match, 'use') === field.id);
    const above = field === firstPort ? [blank, heading] : field.id === 'network.gateway' ? [blank] : [];
    return row === undefined
      ? { above, beside: [], under: [] }
      : { above, beside: besideOf(row.fact), under: underOf(row.fact) };
  };
  const loose = rows.length === 0 ? [line(span('   No network port was found on this machine.', 'warn'))] : [];
  const lines = formLines({ fields, view, problems: allProblems(session), width, extra }, height - loose.length);
  return [...loose, ...lines];
};

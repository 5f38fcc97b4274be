// The dashboard's part on links: carrier, speed, rates and addresses of each.
import { fitted, type Line, labelled, line, span, wrapWords } from '../components/line.ts';
import { shortNames } from '../components/short-names.ts';
import { bytes, renderBytes } from '../state/bytes.ts';
import type { LinkFact } from '../state/facts.ts';
import { type LinkRate, linkRates } from '../state/link-rates.ts';
import type { Session } from '../state/session.ts';
import type { Status } from '../state/status.ts';
import { column } from './column.ts';
import { carrierSpan, readingSpans, speedText } from './words.ts';

const rateText = (rate: LinkRate | undefined): string => {
  const per = (value: number): string => fitted(`${renderBytes(bytes(Math.round(value)))}/s`, 11);
  return rate === undefined ? fitted('', 26) : `↓ ${per(rate.received)} ↑ ${per(rate.sent)}`;
};

/** From this width on there is room for what a port is, and for every address of it. */
const wide = 94;

/** A port's name has at most 15 characters (IFNAMSIZ). */
const nameWidth = { wide: 16, narrow: 9 } as const;

const wideLines = (link: LinkFact, rate: LinkRate | undefined, label: string, width: number): readonly Line[] => {
  const carrier = carrierSpan(link.carrier);
  const head = labelled(
    label,
    column,
    span(fitted(link.name, nameWidth.wide), 'strong'),
    { ...carrier, text: fitted(carrier.text, 12) },
    `${fitted(link.carrier === true ? speedText(link.speedMbps) : '', 9)}${fitted(link.mac ?? 'no MAC', 19)}`,
    `${fitted(link.driver ?? 'no driver', 12)}MTU ${link.mtu}`,
  );
  const rates = rate === undefined ? [] : [rateText(rate).trimEnd()];
  const words = [...rates, ...(link.addresses.length === 0 ? ['no address'] : link.addresses)].join('  ');
  const indent = column + nameWidth.wide;
  return [head, ...wrapWords(words, width - indent).map((text) => line(' '.repeat(indent), text))];
};

const linkLine = (link: LinkFact, name: string, rate: LinkRate | undefined, label: string): Line => {
  const carrier = carrierSpan(link.carrier);
  const global = link.addresses.filter((address) => !address.startsWith('fe80'));
  const addresses = global.length === 0 ? 'no address' : global.join(' ');
  return labelled(
    label,
    column,
    span(`${name} `.padEnd(nameWidth.narrow), 'strong'),
    { ...carrier, text: fitted(carrier.text, 11) },
    link.carrier === true ? `${fitted(speedText(link.speedMbps), 8)}${rateText(rate)}` : fitted('', 8),
    addresses,
  );
};

export const linkLines = (
  session: Session,
  status: Status,
  nowMs: number,
  width: number,
  most: number,
): readonly Line[] => {
  const links = status.links;
  if (links.kind !== 'live' && links.kind !== 'stale')
    return [labelled('Links', column, ...readingSpans(links, () => [], nowMs))];
  const [before] = session.statuses.slice(0, -1);
  const old = before?.links.kind === 'live' ? { links: before.links.value, atMs: before.links.atMs } : undefined;
  const rates: ReadonlyMap<string, LinkRate> =
    old === undefined ? new Map() : linkRates(old, { links: links.value, atMs: links.atMs });
  const shown = links.value.filter(({ kind }) => kind !== 'loopback');
  const stale = links.kind === 'stale' ? [labelled('', column, span(`STALE: ${links.why}`, 'warn'))] : [];
  const label = (index: number): string => (index === 0 ? 'Links' : '');
  const full = shown.flatMap((link, index) => wideLines(link, rates.get(link.name), label(index), width));
  if (width >= wide && full.length > 0 && full.length <= most) return [...full, ...stale];
  const names = shortNames(
    shown.map(({ name }) => name),
    nameWidth.narrow - 1,
  );
  const lines = shown
    .slice(0, most)
    .map((link, index) => linkLine(link, names[index] ?? link.name, rates.get(link.name), label(index)));
  const more = shown.length > most ? [labelled('', column, span(`and ${shown.length - most} more`, 'dim'))] : [];
  return lines.length === 0
    ? [labelled('Links', column, span('none', 'warn')), ...stale]
    : [...lines, ...more, ...stale];
};

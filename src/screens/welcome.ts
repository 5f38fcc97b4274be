// The first screen of a node without a profile: who it is, what it can be reached by, and why it waits.
import { blank, fitted, type Line, labelled, line, paragraph, span } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import type { Facts, LinkFact } from '../state/facts.ts';
import { isUnread } from '../state/refresh-facts.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { diskSpans } from './dashboard-more.ts';
import { carrierSpan, noImage, speedText, unread } from './words.ts';

const column = 15;
const unknown = (text: string | undefined, why: string): string => text ?? `n/a: ${why}`;

const addressWords = (link: LinkFact): string => {
  const global = link.addresses.filter((address) => !address.startsWith('fe80'));
  return global.length === 0 ? (link.addresses[0] ?? 'no address') : global.join(' ');
};

const notYet = 'n/a: they are read again by themselves';

/** From this width on there is room for what a port is, and a disk has a row of its own. */
const wide = 110;

const linkLines = (facts: Facts, most: number, width: number): readonly Line[] => {
  const links = facts.links.filter(({ kind }) => kind !== 'loopback');
  const driver = (link: LinkFact): string => (width < wide ? '' : `${fitted(link.driver ?? 'no driver', 12)}`);
  if (links.length === 0)
    return [labelled('Links', column, isUnread(facts, 'links') ? notYet : 'none: no network port was found')];
  const nameWidth = Math.max(10, ...links.map(({ name }) => name.length + 1));
  const shown = links
    .slice(0, most)
    .map((link, index) =>
      labelled(
        index === 0 ? 'Links' : '',
        column,
        span(link.name.padEnd(nameWidth), 'strong'),
        { ...carrierSpan(link.carrier), text: fitted(carrierSpan(link.carrier).text, 12) },
        `${fitted(speedText(link.speedMbps), 9)}${fitted(link.mac ?? '', 19)}${driver(link)}${addressWords(link)}`,
      ),
    );
  return links.length > most ? [...shown, labelled('', column, span(`and ${links.length - most} more`, 'dim'))] : shown;
};

const mostDisks = 12;

const diskLines = (facts: Facts, width: number): readonly Line[] => {
  const { disks } = facts;
  if (disks.length === 0) return [labelled('Disks', column, isUnread(facts, 'disks') ? notYet : 'none')];
  if (width >= wide && disks.length <= mostDisks)
    return disks.map((disk, index) => labelled(index === 0 ? 'Disks' : '', column, ...diskSpans(disk)));
  return [
    labelled(
      'Disks',
      column,
      `${disks.length}: ${disks.map(({ name, size }) => `${name} ${renderBytes(size)}`).join(', ')}`,
    ),
  ];
};

/** By what its own operating system and a management controller call it. */
const namesOf = (facts: Facts): readonly Line[] => [
  labelled('UUID', column, unknown(facts.uuid, 'firmware says nothing')),
  labelled('Machine ID', column, unknown(facts.machineId, 'there is none yet')),
];

const machineLines = (facts: Facts, most: number, width: number): readonly Line[] => {
  const product = [facts.vendor, facts.model].filter((part) => part !== undefined).join(' ');
  const { image } = facts.root;
  const running = image === undefined ? noImage(facts) : `${image.version}, from ${image.source}`;
  return [
    labelled('Machine', column, span(product === '' ? 'n/a: firmware says nothing' : product, 'strong')),
    labelled('Serial number', column, span(unknown(facts.serial, 'firmware says nothing'), 'strong')),
    ...(width < wide ? [] : namesOf(facts)),
    labelled('Processor', column, `${facts.cpus ?? 'n/a'} × ${facts.cpuModel ?? 'unknown'}`),
    labelled('Memory', column, facts.memory === undefined ? unread(facts, 'memory') : renderBytes(facts.memory)),
    ...diskLines(facts, width),
    labelled('Image', column, running),
    ...(width < wide ? [] : [labelled('Kernel', column, facts.kernel)]),
    ...linkLines(facts, most, width),
  ];
};

const reasonLines = (session: Session, width: number, room: number): readonly Line[] => {
  if (session.inForce !== undefined)
    return paragraph('This node has a profile. Enter changes it, Esc returns to the dashboard.', width, 1);
  const resolved = session.resolved.kind === 'live' ? session.resolved.value : undefined;
  const why = resolved === undefined ? 'still looking for a profile' : resolved.text;
  const notes = (resolved?.notes ?? []).map(({ summary, remedy }) => ({
    cause: paragraph(`- ${summary}`, width, 3, 'dim'),
    remedy: remedy === '' ? [] : paragraph(`-> ${remedy}`, width, 5),
  }));
  const told = paragraph(`Maintenance: ${why}. No disk was touched and no cluster service started.`, width, 1);
  const left = Math.max(0, room - told.length);
  const whole = notes.flatMap(({ cause, remedy }) => [...cause, ...remedy]);
  // Causes first where there is no room for both.
  return [...told, ...(whole.length <= left ? whole : notes.flatMap(({ cause }) => cause).slice(0, left))];
};

export const welcomeLines = (session: Session, width: number, height: number): readonly Line[] => {
  const facts = factsOf(session);
  if (facts === undefined) return [blank, line(' Reading this machine…')];
  const machine = machineLines(facts, Math.max(2, height - (width < wide ? 14 : 30)), width);
  const reason = reasonLines(session, width, height - machine.length - 5);
  const go: Line = line(' ', span('Press Enter', 'strong'), ' to set this node up in five short screens.');
  const unreadLines = (facts.unread ?? []).slice(0, 2).flatMap(({ summary }) => paragraph(`! ${summary}`, width, 1));
  return [blank, ...machine, ...unreadLines, blank, ...reason, blank, go];
};

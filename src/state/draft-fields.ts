// The fields of every wizard screen, as data: what is asked, what was typed, what may be typed and when it takes effect.
import { clusterFields } from './cluster-fields.ts';
import {
  type Draft,
  type FieldId,
  type LinkUse,
  linkField,
  linkRows,
  linkUse,
  linkUses,
  type WizardStep,
} from './draft.ts';
import type { Facts } from './facts.ts';
import { type Field, text } from './field.ts';
import { sizeChoiceLabels, sizeChoiceOf, sizeChoices, sizingInput } from './recommend-root.ts';

const useLabels: Readonly<Record<LinkUse, string>> = {
  off: 'not used',
  dhcp: 'DHCP',
  static: 'static',
  bare: 'no address',
};

const linkFields = (draft: Draft, facts: Facts | undefined): readonly Field[] => {
  const rows = linkRows(draft, facts);
  return rows.flatMap((row): readonly Field[] => {
    const use = linkUse(draft, row, rows);
    const addresses = linkField(row.match, 'addresses');
    const choice: Field = {
      kind: 'choice',
      id: linkField(row.match, 'use'),
      label: row.match,
      value: use,
      options: linkUses.map((value) => ({ value, label: useLabels[value] })),
      hint: 'how this port is used',
      when: undefined,
    };
    const wantsAddresses = use === 'static' || (use === 'dhcp' && (draft.values[addresses] ?? '') !== '');
    const hint = 'IPv4 or IPv6 with prefix length, several apart by spaces, e.g. 10.0.0.11/24 fd00::11/64';
    return [
      choice,
      ...(wantsAddresses ? [text(draft, addresses, 'addresses', 'e.g. 10.0.0.11/24', hint)] : []),
      ...(use === 'off'
        ? []
        : [
            text(
              draft,
              linkField(row.match, 'mtu'),
              'MTU',
              'as it is',
              'Bytes a frame carries: empty, or e.g. 9000 for storage',
            ),
          ]),
    ];
  });
};

const networkFields = (draft: Draft, facts: Facts | undefined): readonly Field[] => [
  text(
    draft,
    'node.hostname',
    'Hostname',
    'e.g. stor-01',
    'The name of this node: letters, digits and -, e.g. stor-01',
  ),
  text(draft, 'node.domain', 'Domain', 'none', 'e.g. rack7.example; empty for none'),
  ...linkFields(draft, facts),
  text(
    draft,
    'network.gateway',
    'Gateway',
    'none, or by DHCP',
    'The default route, e.g. 10.0.0.1; an IPv6 one may follow after a space',
  ),
  text(draft, 'network.dns', 'DNS servers', 'none, or by DHCP', 'Addresses apart by spaces, e.g. 10.0.0.1 10.0.0.2'),
  text(draft, 'network.search', 'Search domains', 'none', 'e.g. rack7.example; several apart by spaces'),
];

const customSize = (draft: Draft): readonly Field[] => [
  text(
    draft,
    'zram.size',
    'Disk size',
    'recommended',
    'Uncompressed size: empty as recommended, or e.g. 4GiB',
    'next boot',
  ),
  text(
    draft,
    'zram.limit',
    'Memory limit',
    'recommended',
    'RAM for the root: empty, a size, e.g. 1536MiB, or none',
    'live',
  ),
];

const zramFields = (draft: Draft, facts: Facts | undefined): readonly Field[] => {
  const algorithms = facts?.root.algorithms ?? [];
  const typed = draft.values['zram.algorithm'] ?? '';
  const known = typed === '' || algorithms.includes(typed) ? algorithms : [typed, ...algorithms];
  const choice = sizeChoiceOf(draft);
  const canSize = facts !== undefined && sizingInput(draft, facts) !== undefined;
  const offered = canSize
    ? sizeChoices
    : sizeChoices.filter((each) => ['recommended', 'custom', choice].includes(each));
  return [
    {
      kind: 'choice',
      id: 'zram.choice',
      label: 'Size',
      value: choice,
      options: offered.map((value) => ({ value, label: sizeChoiceLabels[value] })),
      hint: 'how large the root is',
      when: 'next boot',
    },
    ...(choice === 'custom' ? customSize(draft) : []),
    {
      kind: 'choice',
      id: 'zram.algorithm',
      label: 'Algorithm',
      value: typed,
      options: [{ value: '', label: 'recommended' }, ...known.map((value) => ({ value, label: value }))],
      hint: 'the compressor, of those that this kernel offers',
      when: 'next boot',
    },
  ];
};

/** Names that begin with what was typed first, then those that contain it; `berlin` finds `Europe/Berlin`. */
export const matchesOf = (typed: string, all: readonly string[]): readonly string[] => {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '' || all.some((name) => name.toLowerCase() === wanted && name === typed.trim())) return [];
  const found = all.filter((name) => name.toLowerCase().includes(wanted));
  const leading = found.filter((name) => name.toLowerCase().startsWith(wanted));
  return [...leading, ...found.filter((name) => !leading.includes(name))];
};

export const keyboardField = 'node.keyboard';

const accessFields = (
  draft: Draft,
  secrets: Readonly<Record<FieldId, string>>,
  facts: Facts | undefined,
): readonly Field[] => {
  const secret = (id: FieldId, label: string, placeholder: string, hint: string): Field => ({
    kind: 'secret',
    id,
    label,
    value: secrets[id] ?? '',
    placeholder,
    hint,
  });
  const known = draft.passwordHash === undefined ? 'none: no login at this console' : 'set; typing replaces it';
  const zone = draft.values['node.timezone'] ?? '';
  const layout = draft.values[keyboardField] ?? '';
  return [
    {
      kind: 'filter',
      id: keyboardField,
      label: 'Keyboard',
      value: layout,
      placeholder: `as it is (${facts?.keyboard.inUse ?? 'us'})`,
      matches: matchesOf(layout, facts?.keyboard.layouts ?? []),
      hint: 'Layout at the machine itself, e.g. de; a serial line or SSH brings its own',
    },
    secret('access.password', 'Root password', known, 'At least 8 characters; it is kept as a yescrypt hash only'),
    secret(
      'access.repeat',
      'Once more',
      draft.passwordHash === undefined ? '' : 'not needed',
      'The same again, so that a slip does not lock you out',
    ),
    {
      kind: 'lines',
      id: 'access.keys',
      label: 'SSH keys',
      value: draft.values['access.keys'] ?? '',
      hint: 'Paste one line a key, e.g. ssh-ed25519 AAAA... operator@desk',
    },
    {
      kind: 'filter',
      id: 'node.timezone',
      label: 'Time zone',
      value: zone,
      placeholder: 'as it is (Etc/UTC)',
      matches: matchesOf(zone, facts?.timezones ?? []),
      hint: 'Type a part of it, e.g. berlin',
    },
    text(
      draft,
      'node.ntp',
      'NTP servers',
      'by DHCP, or none',
      'Names or addresses apart by spaces, e.g. 10.0.0.1 ntp.rack7.example',
    ),
  ];
};

export const fieldsOf = (
  step: WizardStep,
  draft: Draft,
  secrets: Readonly<Record<FieldId, string>>,
  facts: Facts | undefined,
): readonly Field[] => {
  switch (step) {
    case 'welcome':
    case 'role':
    case 'cluster':
      return [];
    case 'cluster-form':
      return clusterFields(draft, secrets, facts);
    case 'network':
      return networkFields(draft, facts);
    case 'zram':
      return zramFields(draft, facts);
    case 'access':
      return accessFields(draft, secrets, facts);
  }
};

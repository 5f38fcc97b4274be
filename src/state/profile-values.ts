// The scalar values of a profile: each knows its form in words and an example that passes, for messages, editors and the wizard alike.
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { parseBytes } from './bytes.ts';

/** A text value. `form` reads after "write": `an address with its prefix length`. */
const text = (form: string, example: string, passes: (value: string) => boolean) => {
  const message = `${form}, e.g. ${example}`;
  return z
    .string({ error: message })
    .refine(passes, message)
    .meta({ form, examples: [example] });
};

const matching = (form: string, example: string, pattern: RegExp) => {
  const message = `${form}, e.g. ${example}`;
  return z
    .string({ error: message })
    .regex(pattern, message)
    .meta({ form, examples: [example] });
};

const label = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export const isAddress = (value: string): boolean =>
  !value.includes('%') && (ipaddr.IPv6.isValid(value) || ipaddr.IPv4.isValidFourPartDecimal(value));

const isCidr = (value: string): boolean => ipaddr.isValidCIDR(value) && isAddress(value.split('/')[0] ?? '');

/** RFC 1123, and no last label of digits alone: that is an address with a slip in it. */
const isDomainName = (value: string): boolean => {
  const labels = value.split('.');
  return value.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
};

const isSize = (value: string): boolean => (parseBytes(value) ?? 0) > 0;

export const hostname = matching('a host name of letters, digits and -, at most 63', 'stor-01', label);

export const domainName = text('a domain name', 'rack7.example', isDomainName);

export const ipAddress = text('an IPv4 or IPv6 address without prefix length', '10.0.0.1', isAddress);

export const host = text('a host name or an address', 'stor-01', (value) => isDomainName(value) || isAddress(value));

export const cidr = text('an address with its prefix length', '10.0.0.11/24', isCidr);

export const routeTarget = text('default, or a network with its prefix length', 'default', (value) => {
  return value === 'default' || isCidr(value);
});

/** Narrower than podman: what a unit file or a shell would read something else out of is refused. */
export const containerVolume = matching(
  'an absolute path of the node, :, an absolute path in the container, and :ro where it is only read',
  '/srv/data:/data:ro',
  /^\/[A-Za-z0-9._/+@-]*:\/[A-Za-z0-9._+@-][A-Za-z0-9._/+@-]*(:ro)?$/,
);

export const mac = matching(
  'six pairs of hexadecimal digits with colons',
  '52:54:00:12:34:57',
  /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/,
);

/** Narrower than the kernel: a name that a glob, an option or a path could be read out of is refused. */
export const linkName = matching(
  'a link name of at most 15 letters, digits, -, _ or .',
  'ens3',
  /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/,
);

export const timezone = matching('a time zone as Area/City', 'Europe/Berlin', /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/);

/** A file of that name is loaded: nothing that a path could be read out of. */
export const keyboard = matching('the name of a keyboard layout', 'de', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/);

export const serial = matching(
  'a serial number as the disk reports it, at most 128 characters',
  'VBOX-77',
  /^[!-~]([ -~]{0,126}[!-~])?$/,
);

export const size = text('a size with its unit (KiB, MiB, GiB, TiB)', '2GiB', isSize);

export const sizeOrNone = text('a size with its unit, or none', '1GiB', (value) => value === 'none' || isSize(value));

export const sizeOrPercent = text('a size with its unit, or a percentage of RAM', '25%', (value) => {
  return /^([1-9]\d?|100)%$/.test(value) || isSize(value);
});

export const algorithm = matching('the name of a compressor that the kernel offers', 'zstd', /^[a-z0-9-]{2,16}$/);

export const absolutePath = text('an absolute path', '/srv/tank', (value) => {
  return /^(\/[A-Za-z0-9_@+.-]+)+$/.test(value) && !value.split('/').some((part) => part === '.' || part === '..');
});

export const duration = matching('a duration in s, min or h, or never', '10min', /^([1-9]\d{0,5}(s|min|h)|never)$/);

export const interval = matching('minutes or hours, or never', '30min', /^([1-9]\d{0,3}(min|h)|never)$/);

export const passwordHash = matching(
  'a crypt(5) hash as `mkpasswd -m yescrypt` prints it',
  '$y$j9T$abcdefghijklmnop$abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs',
  /^\$(y|gy|7|2b|6|5)\$[A-Za-z0-9./$=,+_-]+$/,
).meta({ writeOnly: true });

const keyLine =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) ([A-Za-z0-9+/]+={0,3})( [ -~\u00a0-\uffff]*)?$/;

/** Refuses a key that lost characters on its way here, as one pasted over a serial line may. */
export const sshKey = text(
  'one whole public key line as in a .pub file',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7/8Yuu5RgswAOnRed/tKH+Mq60EC4wr77ODhj1Vv3c operator@desk',
  (value) => {
    const [, kind = '', blob = ''] = keyLine.exec(value) ?? [];
    return kind !== '' && isWholeKey(kind, Buffer.from(blob, 'base64'));
  },
);

/** RFC 4253, 6.6: strings with a length of 32 bits before each; the first is the kind; nothing left over. */
const isWholeKey = (kind: string, blob: Buffer): boolean => {
  let offset = 0;
  const fields: Buffer[] = [];
  while (offset + 4 <= blob.length) {
    const end = offset + 4 + blob.readUInt32BE(offset);
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return offset === blob.length && fields.length >= 2 && fields[0]?.toString('latin1') === kind;
};

export const url = text('an http or https address', 'https://packages.example/beegfs', (value) => {
  return /^https?:\/\/[!-~]+$/.test(value) && URL.canParse(value);
});

/** One certificate or several, as text. */
export const certificates = matching(
  'certificates in PEM form',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  /^(\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----)+\s*$/,
);

/** An LNet network identifier, as `lctl list_nids` prints it. */
export const nid = matching(
  'an address, @ and an LNet network',
  '10.0.0.11@tcp',
  /^[0-9A-Fa-f.:]{2,45}@(tcp|o2ib)\d{0,3}$/,
);

/** 32 bytes: as long as the keys that are made from it are strong. */
export const clusterSecret = matching(
  '32 random bytes in base64, as `openssl rand -base64 32` prints them',
  'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  /^[A-Za-z0-9+/]{43}=$/,
).meta({ writeOnly: true });

/** Ceph's CryptoKey: type, time, length, 16 bytes. */
export const cephKey = matching(
  'a key as `ceph auth print-key` prints it',
  'AQBoJ1NoAAAAABAAMDEyMzQ1Njc4OWFiY2RlZg==',
  /^[A-Za-z0-9+/]{38}==$/,
).meta({ writeOnly: true });

export const volumeSetting = matching(
  'a volume option of GlusterFS',
  'network.ping-timeout',
  /^[a-z0-9-]{1,32}(\.[a-z0-9-]{1,64})+$/,
);

/** Text, as glusterd keeps it: quotes make it one in YAML where it looks like a number. */
export const settingValue = matching('the value as text, in quotes', '10', /^[A-Za-z0-9_.:,%/*-]{1,128}$/);

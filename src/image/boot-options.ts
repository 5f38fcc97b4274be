// Reads the options of `mayfly image boot`, which are those of `npm start` as well.
import { resolve } from 'node:path';
import { type Bytes, parseBytes } from '../state/bytes.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import { optionProblem } from './build-options.ts';

export type DiskWish = { readonly size: Bytes; readonly serial?: string };

export type NicWish = { readonly kind: 'user' } | { readonly kind: 'lan'; readonly name: string };

type ForwardWish = { readonly hostPort: number; readonly port: number };

export type AccelWish = 'auto' | 'kvm' | 'tcg';

export type BootOptions = {
  readonly memory: Bytes;
  readonly cpus: number;
  readonly disks: readonly DiskWish[];
  readonly nics: readonly NicWish[];
  readonly forwards: readonly ForwardWish[];
  readonly configDisk?: string;
  readonly append: string;
  readonly accel: AccelWish;
  readonly name: string;
  readonly headless: boolean;
  /** Folder of the built image. */
  readonly image: string;
};

export const bootOptionTable = {
  memory: { type: 'string' },
  cpus: { type: 'string' },
  disk: { type: 'string', multiple: true },
  nic: { type: 'string', multiple: true },
  forward: { type: 'string', multiple: true },
  'config-disk': { type: 'string' },
  append: { type: 'string', multiple: true },
  accel: { type: 'string' },
  name: { type: 'string' },
  headless: { type: 'boolean' },
} as const;

export type BootValues = {
  readonly memory?: string | undefined;
  readonly cpus?: string | undefined;
  readonly disk?: readonly string[] | undefined;
  readonly nic?: readonly string[] | undefined;
  readonly forward?: readonly string[] | undefined;
  readonly 'config-disk'?: string | undefined;
  readonly append?: readonly string[] | undefined;
  readonly accel?: string | undefined;
  readonly name?: string | undefined;
  readonly headless?: boolean | undefined;
};

export const readBootOptions = (values: BootValues, image: string): Result<BootOptions> => {
  const memory = parseSize(values.memory ?? '2GiB');
  if (memory === undefined || memory < 256 * 1024 ** 2)
    return fail(optionProblem('--memory', values.memory ?? '', 'at least 256MiB, like 2GiB'));
  const cpus = Number(values.cpus ?? 2);
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > 64)
    return fail(optionProblem('--cpus', values.cpus ?? '', 'a number from 1 to 64'));
  const disks: DiskWish[] = [];
  for (const text of values.disk ?? []) {
    const disk = parseDisk(text);
    if (disk === undefined)
      return fail(
        optionProblem(
          '--disk',
          text,
          'SIZE or SIZE,serial=S, like 10GiB,serial=VBOX-77 (a serial is 1 to 20 letters, digits, - or _)',
        ),
      );
    disks.push(disk);
  }
  if (disks.length > maximumDisks)
    return fail(optionProblem('--disk', `(${disks.length} times)`, `at most ${maximumDisks} of them`));
  const nics: NicWish[] = [];
  for (const text of values.nic ?? ['user']) {
    const nic = parseNic(text);
    if (nic === undefined) return fail(optionProblem('--nic', text, 'user, or lan:NAME with letters, digits and -'));
    nics.push(nic);
  }
  if (nics.length > maximumNics)
    return fail(optionProblem('--nic', `(${nics.length} times)`, `at most ${maximumNics} of them`));
  const forwards: ForwardWish[] = [];
  for (const text of values.forward ?? []) {
    const forward = parseForward(text);
    if (forward === undefined) return fail(optionProblem('--forward', text, 'HOSTPORT:PORT, like 2222:22'));
    forwards.push(forward);
  }
  if (forwards.length > 0 && !nics.some((nic) => nic.kind === 'user'))
    return fail(
      optionProblem('--forward', String(values.forward), 'also --nic user: only that one can be forwarded to'),
    );
  const accel = (['auto', 'kvm', 'tcg'] as const).find((name) => name === (values.accel ?? 'auto'));
  if (accel === undefined) return fail(optionProblem('--accel', values.accel ?? '', 'auto, kvm or tcg'));
  const name = values.name ?? 'mayfly';
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/i.test(name))
    return fail(optionProblem('--name', name, 'at most 31 letters, digits and -'));
  return ok({
    ...{ memory, cpus, disks, nics, forwards, accel, name, image },
    ...(values['config-disk'] === undefined ? {} : { configDisk: resolve(values['config-disk']) }),
    append: (values.append ?? []).join(' '),
    headless: values.headless ?? false,
  });
};

const maximumNics = 8;
const maximumDisks = 12;

/** IEC sizes, and what people are used to type for an emulator: 2G, 512M. */
export const parseSize = (text: string): Bytes | undefined =>
  parseBytes(
    text.replace(/^([\d.]+)\s*([KMGT])i?B?$/i, (_, number, unit) => `${number}${String(unit).toUpperCase()}iB`),
  );

const parseDisk = (text: string): DiskWish | undefined => {
  const match = /^([^,]+)(?:,serial=([A-Za-z0-9_-]{1,20}))?$/.exec(text);
  const size = parseSize(match?.[1] ?? '');
  if (size === undefined || size < 1024 ** 2) return undefined;
  return match?.[2] === undefined ? { size } : { size, serial: match[2] };
};

const parseNic = (text: string): NicWish | undefined => {
  if (text === 'user') return { kind: 'user' };
  const name = /^lan:([A-Za-z0-9-]{1,30})$/.exec(text)?.[1];
  return name === undefined ? undefined : { kind: 'lan', name };
};

const parseForward = (text: string): ForwardWish | undefined => {
  const [, host, guest] = /^(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
  const hostPort = Number(host ?? 0);
  const port = Number(guest ?? 0);
  return hostPort > 0 && hostPort < 65536 && port > 0 && port < 65536 ? { hostPort, port } : undefined;
};

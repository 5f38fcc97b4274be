// What a profile asks of the zram root against what the device is: what can be done now, and what only the next boot can do.
import { yesOrNo } from './boot-env.ts';
import { type Bytes, bytes, mib, parseBytes, renderBytes } from './bytes.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import type { ZramStatus } from './status.ts';
import { dictionaryAlgorithm } from './zram-dictionary.ts';

export type ZramWish = NonNullable<NonNullable<Profile['zram']>['root']>;

export type ZramRoot = {
  readonly zram: ZramStatus;
  /** The size of the filesystem itself. */
  readonly filesystem: Bytes;
  /** Without what the role's daemons need. */
  readonly memory: Bytes;
};

/** A value that the boot module reads in boot.env. */
export type NextBoot = {
  readonly key: 'ROOT' | 'ZRAM_SIZE' | 'ZRAM_ALGORITHM' | 'ZRAM_DICTIONARY';
  readonly subject: string;
  readonly before: string;
  readonly after: string;
};

export type ZramPlan = {
  /** Undefined: stays as it is. `none` takes it away. */
  readonly limit: { readonly before: Bytes | undefined; readonly after: Bytes | 'none' } | undefined;
  readonly filesystem: { readonly before: Bytes; readonly after: Bytes } | undefined;
  readonly nextBoot: readonly NextBoot[];
};

/** zram rounds its limit up to whole pages, of at most 64 KiB. */
const pageRounding = 65_536;

/** With a limit like this ext4 is full before zram is (reference: sizing, the normal case). */
export const safeLimit = (filesystem: Bytes): Bytes => bytes(Math.ceil(filesystem * 1.03) + mib(64));

/** What kernel and userland need beside the root; zram's table costs 24 bytes a page of the disksize. */
const besideRoot = (disksize: Bytes): number => mib(512) + 0.006 * disksize;

export type Growth =
  | { readonly kind: 'none'; readonly why: string }
  /** `limit`: raised first, because the filesystem must be full before zram is. */
  | { readonly kind: 'grow'; readonly filesystem: Bytes; readonly limit: Bytes | undefined }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** As large as asked, or as the device and the memory of this moment allow. */
export const forecastGrowth = (wanted: Bytes | undefined, root: ZramRoot, available: Bytes): Growth => {
  const { zram, filesystem } = root;
  // What memory can carry when every new block is incompressible and 512 MiB stay free.
  const room = Math.max(0, available - mib(512) + zram.used - mib(64)) / 1.03;
  const most = Math.min(zram.disksize, Math.floor(room / 4096) * 4096);
  const refuse = (summary: string, remedy: string): Growth => ({
    kind: 'refused',
    problem: { code: 'zram/cannot-grow', summary, remedy },
  });
  if (wanted !== undefined && wanted > zram.disksize)
    return refuse(
      `${renderBytes(wanted)} is more than the disksize of ${renderBytes(zram.disksize)}, which only a boot can change`,
      'Set zram.root.size in the profile and restart, or grow less',
    );
  if (wanted !== undefined && wanted < filesystem)
    return refuse(
      `The filesystem has ${renderBytes(filesystem)} already and cannot shrink while it is in use`,
      'Set zram.root.size in the profile and restart',
    );
  if (wanted !== undefined && wanted > most)
    return refuse(
      `${renderBytes(wanted)} may need ${renderBytes(safeLimit(wanted))} of memory, ${renderBytes(available)} are available`,
      `Grow to at most ${renderBytes(bytes(Math.max(most, filesystem)))}, or stop something first`,
    );
  const target = bytes(wanted ?? Math.max(most, filesystem));
  if (target < filesystem + (wanted === undefined ? leastGrowth : 4096))
    return {
      kind: 'none',
      why: `the filesystem has ${renderBytes(filesystem)}, of ${renderBytes(zram.disksize)} at most`,
    };
  const needed = safeLimit(target);
  return {
    kind: 'grow',
    filesystem: target,
    limit: zram.limit !== undefined && zram.limit < needed ? needed : undefined,
  };
};

/** Less than this is not worth a change. */
const leastGrowth = mib(16);

/** At the limit every write fails and the root is lost: never closer to it than a tenth of what is used, and what is on its way there. */
const leastLimit = (zram: ZramStatus): Bytes => bytes(Math.ceil(zram.used * 1.1) + mib(32));

export const limitProblem = (zram: ZramStatus, wanted: Bytes): Problem | undefined =>
  wanted >= leastLimit(zram)
    ? undefined
    : {
        code: 'zram/limit-below-use',
        summary: `A memory limit of ${renderBytes(wanted)} is too close to the ${renderBytes(zram.used)} that ${zram.device} uses: writes would fail`,
        remedy: `Free some with \`mayfly zram trim\`, or choose at least ${renderBytes(leastLimit(zram))}`,
        path: 'zram.root.memoryLimit',
      };

/** Says only what would differ: applied and asked again it answers with nothing. */
export const planZramRoot = (wish: ZramWish, root: ZramRoot): ZramPlan => {
  const { zram, filesystem, memory } = root;
  const wantedLimit = wish.memoryLimit === 'none' ? 'none' : parseBytes(wish.memoryLimit ?? '');
  const wantedSize = parseBytes(wish.size ?? '');

  const target = wantedSize === undefined ? filesystem : bytes(Math.min(wantedSize, zram.disksize));
  const needed = safeLimit(target);
  // Only where the limit can never bind; how a tight root is shared out is decided while it is made, at boot.
  const carries = wantedLimit === 'none' || wantedLimit === undefined || wantedLimit >= needed;
  const fits = needed <= memory - besideRoot(zram.disksize);
  const grows = target >= filesystem + leastGrowth && carries && fits;

  const limitNow = zram.limit;
  const limitFor = (): Bytes | 'none' | undefined => {
    if (wantedLimit === 'none') return limitNow === undefined ? undefined : 'none';
    if (wantedLimit !== undefined) {
      const same = limitNow !== undefined && limitNow >= wantedLimit && limitNow < wantedLimit + pageRounding;
      return same ? undefined : wantedLimit;
    }
    return grows && limitNow !== undefined && limitNow < needed ? needed : undefined;
  };
  const limit = limitFor();

  const { algorithm } = wish;
  const dictionaryNow = zram.dictionary !== undefined && zram.dictionary !== 'none';
  // With another algorithm there is none to ask for; the profile's check says so.
  const dictionary = (algorithm ?? dictionaryAlgorithm) === dictionaryAlgorithm ? wish.dictionary : undefined;
  // The boot module counts disksizes in whole MiB.
  const sizeDiffers = wantedSize !== undefined && Math.abs(wantedSize - zram.disksize) >= mib(1);
  return {
    limit: limit === undefined ? undefined : { before: limitNow, after: limit },
    filesystem: grows ? { before: filesystem, after: target } : undefined,
    nextBoot: [
      ...kindNextBoot(wish, 'zram'),
      ...(sizeDiffers
        ? [
            {
              key: 'ZRAM_SIZE',
              subject: 'zram root size',
              before: renderBytes(zram.disksize),
              after: renderBytes(wantedSize),
            } as const,
          ]
        : []),
      ...(algorithm !== undefined && algorithm !== zram.algorithm
        ? [{ key: 'ZRAM_ALGORITHM', subject: 'zram root algorithm', before: zram.algorithm, after: algorithm } as const]
        : []),
      ...(dictionary !== undefined && dictionary !== dictionaryNow
        ? [
            {
              key: 'ZRAM_DICTIONARY',
              subject: 'zram root dictionary',
              before: yesOrNo(dictionaryNow),
              after: yesOrNo(dictionary),
            } as const,
          ]
        : []),
    ],
  };
};

const kindNextBoot = ({ kind }: ZramWish, now: 'zram' | 'overlay'): readonly NextBoot[] =>
  kind === undefined || kind === now ? [] : [{ key: 'ROOT', subject: 'root kind', before: now, after: kind }];

/** Nothing of an overlay can be changed now, and what a profile says of zram is for a boot that has room for it. */
export const planOverlayRoot = (wish: ZramWish): ZramPlan => ({
  limit: undefined,
  filesystem: undefined,
  nextBoot: kindNextBoot(wish, 'overlay'),
});

/** `KEY=VALUE` lines as the boot module takes them. */
export const parseBootEnv = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, key, value] = /^([A-Za-z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replace(/^"(.*)"$/, '$1')]];
    }),
  );

/** Whether next boot's file carries this wish already. */
export const carriesWish = (bootEnv: ReadonlyMap<string, string>, { key }: NextBoot, wish: ZramWish): boolean => {
  const kept = bootEnv.get(key);
  if (kept === undefined) return false;
  switch (key) {
    case 'ROOT':
      return kept === wish.kind;
    case 'ZRAM_SIZE':
      return parseBytes(kept) === parseBytes(wish.size ?? '');
    case 'ZRAM_ALGORITHM':
      return kept === wish.algorithm;
    case 'ZRAM_DICTIONARY':
      return wish.dictionary !== undefined && kept === yesOrNo(wish.dictionary);
  }
};

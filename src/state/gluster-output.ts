// What `gluster --xml` prints, checked against schemas. It exits with 0 on failure too: `<opRet>` alone tells.
import * as z from 'zod';
import type { BrickLatency, HealBacklog, Peer, Volume, VolumeProcess } from './gluster-reading.ts';
import { parseXml } from './gluster-xml.ts';

/** `refused`: glusterd's own words; `unreadable`: no answer, or another one than these versions give. */
export type GlusterAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

const first = <T>(schema: z.ZodType<T>) => z.tuple([schema], z.unknown()).transform(([value]) => value);
/** An element without anything inside reads as empty text. */
const group = <T>(schema: z.ZodType<T>) => first(z.preprocess((value) => (value === '' ? {} : value), schema));
const text = first(z.string());
/** `-` and `N/A` stand for what is not known. */
const count = first(z.string().transform((value) => (/^\d+$/.test(value) ? Number(value) : undefined)));
const many = <T>(schema: z.ZodType<T>) => z.array(schema).default([]);

const envelope = z.object({ cliOutput: first(z.looseObject({ opRet: text, opErrstr: text.optional() })) });

const answerOf = <T>(schema: z.ZodType<T>, xml: string): GlusterAnswer<T> => {
  const value = parseXml(xml);
  const outer = envelope.safeParse(value);
  if (!outer.success) return { kind: 'unreadable', why: 'no answer in XML' };
  const { opRet, opErrstr } = outer.data.cliOutput;
  if (opRet !== '0') return { kind: 'refused', why: opErrstr || `opRet ${opRet} without a reason` };
  const inner = schema.safeParse(outer.data.cliOutput);
  return inner.success
    ? { kind: 'answer', value: inner.data }
    : { kind: 'unreadable', why: inner.error.issues[0]?.path.join('.') ?? 'another form than expected' };
};

/** Of commands whose success is all that there is to know. */
export const parseDone = (xml: string): GlusterAnswer<undefined> =>
  answerOf(
    z.unknown().transform(() => undefined),
    xml,
  );

const peer = z
  .object({
    uuid: text,
    hostname: text,
    hostnames: group(z.object({ hostname: many(z.string()) })).optional(),
    connected: text,
    state: text.optional(),
  })
  .transform(
    ({ uuid, hostname, hostnames, connected, state }): Peer => ({
      uuid,
      names: [...new Set([hostname, ...(hostnames?.hostname ?? [])])],
      connected: connected === '1',
      // The daemon that was asked says no state of itself; 3 is `Peer in Cluster`.
      member: state === undefined || state === '3',
    }),
  );

/** `pool list` */
export const parsePool = (xml: string): GlusterAnswer<readonly Peer[]> =>
  answerOf(
    z.object({ peerStatus: group(z.object({ peer: many(peer) })) }).transform(({ peerStatus }) => peerStatus.peer),
    xml,
  );

const volumeStates: Readonly<Record<string, Volume['state']>> = { '0': 'created', '1': 'started', '2': 'stopped' };

const brick = z
  .object({ name: text, hostUuid: text, isArbiter: text.optional() })
  .transform(({ name, hostUuid, isArbiter }) => ({
    name,
    path: name.slice(name.indexOf(':/') + 1),
    peer: hostUuid,
    arbiter: isArbiter === '1',
  }));

const volume = z
  .object({
    name: text,
    id: text,
    status: text,
    typeStr: text,
    replicaCount: count,
    arbiterCount: count.optional(),
    disperseCount: count,
    redundancyCount: count,
    bricks: group(z.object({ brick: many(brick) })),
    options: group(z.object({ option: many(z.object({ name: text, value: text })) })).optional(),
  })
  .transform(
    (said): Volume => ({
      name: said.name,
      id: said.id,
      state: volumeStates[said.status] ?? 'stopped',
      type: said.typeStr,
      replica: said.replicaCount ?? 1,
      arbiter: said.arbiterCount ?? 0,
      disperse: said.disperseCount ?? 0,
      redundancy: said.redundancyCount ?? 0,
      bricks: said.bricks.brick,
      settings: new Map((said.options?.option ?? []).map(({ name, value }) => [name, value])),
    }),
  );

/** `volume info` */
export const parseVolumes = (xml: string): GlusterAnswer<readonly Volume[]> =>
  answerOf(
    z
      .object({ volInfo: group(z.object({ volumes: group(z.object({ volume: many(volume) })) })) })
      .transform(({ volInfo }) => volInfo.volumes.volume),
    xml,
  );

const node = z
  .object({
    hostname: text,
    path: text,
    peerid: text,
    status: text,
    port: count.optional(),
    sizeTotal: count.optional(),
    sizeFree: count.optional(),
  })
  .transform(
    (said): VolumeProcess => ({
      kind: said.path.startsWith('/') ? 'brick' : said.hostname === 'Self-heal Daemon' ? 'self-heal' : 'other',
      peer: said.peerid,
      host: said.hostname,
      path: said.path,
      online: said.status === '1',
      port: said.port,
      size: said.sizeTotal,
      free: said.sizeFree,
    }),
  );

/** `volume status NAME [detail]` */
export const parseVolumeStatus = (xml: string): GlusterAnswer<readonly VolumeProcess[]> =>
  answerOf(
    z
      .object({
        volStatus: group(z.object({ volumes: group(z.object({ volume: many(z.object({ node: many(node) })) })) })),
      })
      .transform(({ volStatus }) => volStatus.volumes.volume.flatMap((each) => each.node)),
    xml,
  );

const healed = z
  .object({ name: text, totalNumberOfEntries: count.optional(), numberOfEntriesInSplitBrain: count.optional() })
  .transform(
    ({ name, totalNumberOfEntries, numberOfEntriesInSplitBrain }): HealBacklog => ({
      brick: name,
      entries: totalNumberOfEntries,
      splitBrain: numberOfEntriesInSplitBrain,
    }),
  );

/** `volume heal NAME info summary` */
export const parseHealSummary = (xml: string): GlusterAnswer<readonly HealBacklog[]> =>
  answerOf(
    z
      .object({ healInfo: group(z.object({ bricks: group(z.object({ brick: many(healed) })) })) })
      .transform(({ healInfo }) => healInfo.bricks.brick),
    xml,
  );

const nanosecondsPerMs = 1_000_000;

const profiled = z
  .object({
    brickName: text,
    cumulativeStats: group(
      z.object({
        fopStats: group(z.object({ fop: many(z.object({ name: text, avgLatency: text })) })),
      }),
    ).optional(),
  })
  .transform(({ brickName, cumulativeStats }): BrickLatency => {
    const meanOf = (fop: string): number | undefined => {
      const found = cumulativeStats?.fopStats.fop.find(({ name }) => name === fop);
      return found === undefined ? undefined : Number(found.avgLatency) / nanosecondsPerMs;
    };
    return { brick: brickName, read: meanOf('READ'), write: meanOf('WRITE') };
  });

/** `volume profile NAME info cumulative`; glusterd 11 gives nanoseconds. */
export const parseLatencies = (xml: string): GlusterAnswer<readonly BrickLatency[]> =>
  answerOf(
    z
      .object({ volProfile: group(z.object({ brick: many(profiled) })) })
      .transform(({ volProfile }) => volProfile.brick),
    xml,
  );

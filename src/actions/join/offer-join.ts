// The offering side: shows a code, lets in one node that knows its secret, and ends. Nothing of it outlives this process.
import { randomBytes } from 'node:crypto';
import { readLinks } from '../../probes/links.ts';
import { toDigits } from '../../state/base32.ts';
import { offerPort } from '../../state/cluster-ports.ts';
import { offerAddress } from '../../state/join-address.ts';
import { type JoinKind, longestRequest } from '../../state/join-bundle.ts';
import { clusterMark } from '../../state/join-cluster.ts';
import { joinPort, renderJoinCode, secretBits } from '../../state/join-code.ts';
import type { Joined, OfferEvent } from '../../state/join-offer.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { SecureWire, Serving, System } from '../../system/system.ts';
import { openForMinutes } from '../firewall.ts';
import { admit } from './admit.ts';
import type { Member } from './make-bundle.ts';
import { makeCertificate, type OfferCertificate } from './make-certificate.ts';

export type OfferOptions = {
  readonly kind: JoinKind;
  readonly minutes: number;
  /** Of this node; the one by which the cluster knows it, when absent. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** Withdraws the offer. */
  readonly signal: AbortSignal;
  readonly told: (event: OfferEvent) => void;
};

/** One offer at a time: a code that was forgotten must not stay good beside a new one. */
const lockPath = '/run/mayfly/join.lock';

/** Resolves when a node has joined, or with why none has. */
export const offerJoin = async (
  system: System,
  wire: SecureWire,
  profile: Profile,
  options: OfferOptions,
): Promise<Result<Joined>> => {
  const lock = await system.lock(lockPath);
  if (lock === undefined) return fail(busy);
  try {
    const member = await readMember(system, profile, options.address);
    if (!member.ok) return member;
    const certificate = await makeCertificate(system);
    if (!certificate.ok) return certificate;
    return await holdOpen(system, wire, member.value, certificate.value, options);
  } finally {
    await lock.release();
  }
};

const readMember = async (system: System, profile: Profile, named: string | undefined): Promise<Result<Member>> => {
  const { cluster, node } = profile;
  if (cluster === undefined || cluster.filesystem === 'none') return fail(noCluster);
  const hostname = node?.hostname ?? (await system.readText('/proc/sys/kernel/hostname'))?.trim() ?? 'localhost';
  const address = named ?? offerAddress(profile, (await readLinks(system)) ?? []);
  return address === undefined ? fail(noAddress) : ok({ profile, cluster, hostname, address });
};

const holdOpen = async (
  system: System,
  wire: SecureWire,
  member: Member,
  { certificate, key, fingerprint }: OfferCertificate,
  options: OfferOptions,
): Promise<Result<Joined>> => {
  const { minutes, signal, told, kind } = options;
  const secret = toDigits(BigInt(`0x${randomBytes(secretBits / 8).toString('hex')}`), secretBits);
  const admission = admit(system, member, { kind, secret, lastsMs: minutes * 60_000, told });
  const serving = await listen(wire, options.port, (port) => ({
    ...{ certificate, key, address: member.address, port, answer: admission.answer },
    ...{ longest: longestRequest, patienceMs: 10_000 },
  }));
  if (!serving.ok) return serving;
  const { port, close } = serving.value;
  const opened = await openForMinutes(system, offerPort(port), minutes);
  if (!opened.ok) {
    await close();
    return opened;
  }
  const ends = new Date(Date.now() + minutes * 60_000);
  const endsAt = ends.getUTCHours() * 60 + ends.getUTCMinutes();
  const code = { address: member.address, port, cluster: clusterMark(member.cluster), endsAt, fingerprint, secret };
  told({
    event: 'offered',
    groups: renderJoinCode(code),
    address: member.address,
    port,
    ends: ends.toISOString(),
    kind,
  });
  const timer = setTimeout(() => admission.close(expired(minutes)), minutes * 60_000);
  const withdraw = (): void => admission.close(withdrawn);
  signal.addEventListener('abort', withdraw);
  if (signal.aborted) withdraw();
  try {
    return await admission.ended;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', withdraw);
    await close();
  }
};

type ServeRequest = Parameters<SecureWire['serve']>[0];

/** At the usual port, which a code need not name; where that is taken and none was named, at any. */
const listen = async (
  wire: SecureWire,
  named: number | undefined,
  at: (port: number) => ServeRequest,
): Promise<Result<Serving>> => {
  const first = await wire.serve(at(named ?? joinPort));
  return first.ok || named !== undefined || first.problem.code !== 'join/port-taken' ? first : wire.serve(at(0));
};

const expired = (minutes: number): Problem => ({
  code: 'join/expired',
  summary: `nobody has joined in ${minutes} minute${minutes === 1 ? '' : 's'}, and the code is good no more`,
  remedy: 'Make a new offer: `mayfly join offer`, with --minutes for a longer one',
});

const withdrawn: Problem = {
  code: 'join/withdrawn',
  summary: 'the offer was withdrawn before anybody joined; its code is good no more',
  remedy: 'Make a new offer when it is wanted: `mayfly join offer`',
};

const busy: Problem = {
  code: 'join/busy',
  summary: 'another offer is open on this node',
  remedy: 'Use its code, or end it first (Ctrl-C where it was made)',
};

const noCluster: Problem = {
  code: 'join/no-cluster',
  summary: "this node's profile names no cluster filesystem, so there is nothing to join",
  remedy: 'Run `mayfly join offer` on a member, or set this node up first: `mayfly`',
};

const noAddress: Problem = {
  code: 'join/no-address',
  summary: 'this node has no address that another one could use',
  remedy: 'Give a link an address, or name one with --address',
};

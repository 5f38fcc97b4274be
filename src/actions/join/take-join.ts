// The joining side: finds the offer of a code, makes sure that it is the one, proves the secret and takes what is given.
import { parseJsonAs } from '../../probes/json.ts';
import { readLinks } from '../../probes/links.ts';
import { usableAddresses } from '../../state/join-address.ts';
import { type JoinBundle, type JoinRequest, joinReplySchema, longestReply } from '../../state/join-bundle.ts';
import { clusterIdentity, clusterMark } from '../../state/join-cluster.ts';
import { endText, type JoinCode } from '../../state/join-code.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Asked, SecureWire, System } from '../../system/system.ts';

const connectMs = 15_000;
/** Ceph may be asked for a key meanwhile. */
const answerMs = 120_000;

export type Joining = {
  readonly code: JoinCode;
  /** What this node shall be called. */
  readonly hostname: string;
  /** What it is so far. */
  readonly own: Profile | undefined;
  /** Asks no longer. */
  readonly signal?: AbortSignal;
};

export const takeJoin = async (
  system: System,
  wire: SecureWire,
  { code, hostname, own, signal }: Joining,
): Promise<Result<JoinBundle>> => {
  const cluster = own?.cluster;
  if (cluster !== undefined && cluster.filesystem !== 'none' && clusterMark(cluster) !== code.cluster)
    return fail(otherCluster(clusterIdentity(cluster)));
  const addresses = usableAddresses((await readLinks(system)) ?? []);
  if (addresses.length === 0) return fail(noNetwork);
  const request: JoinRequest = { version: 1, secret: code.secret, hostname, addresses: addresses.slice(0, 64) };
  const { address, port, fingerprint } = code;
  const asked = await wire.ask({
    ...{ address, port, fingerprint, connectMs, answerMs },
    ...{ request: JSON.stringify(request), longest: longestReply },
    ...(signal === undefined ? {} : { signal }),
  });
  if (asked.kind !== 'answered') return fail(problemOf(asked, code));
  const reply = parseJsonAs(joinReplySchema, asked.line);
  if (reply === undefined) return fail(notUnderstood);
  return reply.answer === 'refused' ? fail(reply.problem) : ok(reply.bundle);
};

const problemOf = (asked: Exclude<Asked, { kind: 'answered' }>, code: JoinCode): Problem => {
  const where = `${code.address} port ${code.port}`;
  switch (asked.kind) {
    case 'refused':
      return {
        code: 'join/no-offer',
        summary: `nothing listens at ${where}: the code was good until ${endText(code)} UTC at the latest, and it may be used up, closed after wrong tries, or withdrawn`,
        remedy: 'Look at the offering node what became of it, and have a new code made there: `mayfly join offer`',
      };
    case 'unreachable':
      return {
        code: 'join/unreachable',
        summary: `${where} cannot be reached (${asked.why})`,
        remedy: `See that this node has a link to that network, and that port ${code.port}/tcp is open in a firewall on the way`,
      };
    case 'other-certificate':
      return {
        code: 'join/fingerprint',
        summary: `who answers at ${where} is not who made the code: its certificate has another fingerprint. Somebody may be in between. Nothing was told to it`,
        remedy:
          'Compare the whole code with the offering node. If it is the same, find out who has that address before you go on',
      };
    case 'foreign':
      return {
        code: 'join/foreign',
        summary: `what listens at ${where} is no offer: it does not speak TLS 1.3. Nothing was told to it`,
        remedy: 'See whether the offer is still open, and whether the address is that of the offering node',
      };
    case 'late':
      return {
        code: 'join/late',
        summary: `${where} took the connection and gave no whole answer in time`,
        remedy: 'See at the offering node whether this node has joined. If not, try the same code again',
      };
    case 'stopped':
      return {
        code: 'join/stopped',
        summary: `${where} is asked no longer`,
        remedy: lookThere,
      };
    case 'cut-off':
    case 'too-long':
      return {
        code: asked.kind === 'cut-off' ? 'join/cut-off' : 'join/too-long',
        summary:
          asked.kind === 'cut-off'
            ? `the answer of ${where} ended before it was whole`
            : `the answer of ${where} is longer than any of an offer is`,
        remedy: lookThere,
      };
  }
};

const lookThere =
  'See at the offering node whether this node has joined: then the code is used up, and a new one is needed';

const notUnderstood: Problem = {
  code: 'join/not-understood',
  summary: 'the answer of the member is not understood: the two nodes run different versions of Mayfly',
  remedy: 'Give both nodes the same image, and have a new code made',
};

const noNetwork: Problem = {
  code: 'join/no-network',
  summary: 'this node has no address yet, so it reaches nobody',
  remedy: 'Give a link an address first: `mayfly`, step Network; or DHCP',
};

const otherCluster = (identity: string): Problem => ({
  code: 'join/other-cluster',
  summary: `the code is for another cluster than this node belongs to (${identity}). Nothing was sent`,
  remedy: 'Compare the codes; to change the cluster, take the part `cluster` out of this node’s profile first',
});

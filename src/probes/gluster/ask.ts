// Asks glusterd what only reads, each question with its own deadline: a peer that hangs must not hang who asks.
import {
  type GlusterAnswer,
  parseHealSummary,
  parseLatencies,
  parsePool,
  parseVolumeStatus,
  parseVolumes,
} from '../../state/gluster-output.ts';
import type { BrickLatency, HealBacklog, Peer, Volume, VolumeProcess } from '../../state/gluster-reading.ts';
import type { Reader } from '../../system/system.ts';

export const glusterCommand = ['gluster', '--mode=script', '--xml', '--log-file=/dev/null'] as const;

/** A daemon that has just been started is active before it listens. */
export const isListening = async (reader: Reader): Promise<boolean> =>
  ((await reader.readText('/proc/net/unix')) ?? '').includes('/run/glusterd.socket');

const ask = async <T>(
  reader: Reader,
  parse: (xml: string) => GlusterAnswer<T>,
  words: readonly string[],
  timeoutMs: number,
): Promise<GlusterAnswer<T>> => {
  const said = await reader.query([...glusterCommand, ...words], { timeoutMs });
  const answer = parse(said.stdout);
  if (answer.kind !== 'unreadable') return answer;
  const why = [...said.stderr.split('\n'), ...said.stdout.split('\n')].find((line) => line.trim() !== '');
  return { kind: 'unreadable', why: why?.trim() ?? answer.why };
};

export const askPool = (reader: Reader, timeoutMs = 10_000): Promise<GlusterAnswer<readonly Peer[]>> =>
  ask(reader, parsePool, ['pool', 'list'], timeoutMs);

/** The pool as another node's daemon sees it: glusterd answers this, and nothing that changes it, to anybody who reaches its port. */
export const askPoolOf = (reader: Reader, host: string): Promise<GlusterAnswer<readonly Peer[]>> =>
  askOther(reader, parsePool, host, ['pool', 'list']);

export const askVolumesOf = (reader: Reader, host: string): Promise<GlusterAnswer<readonly Volume[]>> =>
  askOther(reader, parseVolumes, host, ['volume', 'info']);

/** Whether anybody takes calls at the port of its glusterd; cheap beside any question. */
export const listens = async (reader: Reader, host: string): Promise<boolean> => {
  const knock = ['bash', '-c', 'exec 3<> "/dev/tcp/$1/24007"', 'knock', host] as const;
  return (await reader.query(knock, { timeoutMs: 2_000 })).exitCode === 0;
};

/** The port first: where nobody listens, `gluster` itself tries for some 3 s before it says so. */
const askOther = async <T>(
  reader: Reader,
  parse: (xml: string) => GlusterAnswer<T>,
  host: string,
  words: readonly string[],
): Promise<GlusterAnswer<T>> => {
  return (await listens(reader, host))
    ? ask(reader, parse, [`--remote-host=${host}`, ...words], 4_000)
    : { kind: 'unreadable', why: 'nobody answers on its port 24007' };
};

export const askVolumes = (reader: Reader, timeoutMs = 10_000): Promise<GlusterAnswer<readonly Volume[]>> =>
  ask(reader, parseVolumes, ['volume', 'info'], timeoutMs);

export const askProcesses = (
  reader: Reader,
  volume: string,
  timeoutMs: number,
): Promise<GlusterAnswer<readonly VolumeProcess[]>> =>
  ask(reader, parseVolumeStatus, ['volume', 'status', volume], timeoutMs);

/** With sizes, without the self-heal daemons. */
export const askBrickDetails = (
  reader: Reader,
  volume: string,
  timeoutMs: number,
): Promise<GlusterAnswer<readonly VolumeProcess[]>> =>
  ask(reader, parseVolumeStatus, ['volume', 'status', volume, 'detail'], timeoutMs);

export const askHeal = (
  reader: Reader,
  volume: string,
  timeoutMs: number,
): Promise<GlusterAnswer<readonly HealBacklog[]>> =>
  ask(reader, parseHealSummary, ['volume', 'heal', volume, 'info', 'summary'], timeoutMs);

/** Since profiling began: the intervals belong to whoever measures by hand, and asking for one begins the next. */
export const askLatencies = (
  reader: Reader,
  volume: string,
  timeoutMs: number,
): Promise<GlusterAnswer<readonly BrickLatency[]>> =>
  ask(reader, parseLatencies, ['volume', 'profile', volume, 'info', 'cumulative'], timeoutMs);

// Asks the cluster before an OSD is stopped or given up: it alone knows whether data stays reachable.
import { queryCeph } from '../../probes/ceph/ask-ceph.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { Reader } from '../../system/system.ts';

/** `ceph osd ok-to-stop`: every object stays writable without all of these at once. */
export const osdsMayStop = (reader: Reader, ids: readonly number[]): Promise<Result<undefined>> =>
  ask(reader, 'ok-to-stop', ids, {
    code: 'ceph/osd-needed',
    wanted: 'stopped',
    remedy: 'Wait until `ceph -s` shows all placement groups active+clean, then apply again',
  });

/** `ceph osd safe-to-destroy`: nothing is on these that is nowhere else. */
export const osdsMayGo = (reader: Reader, ids: readonly number[]): Promise<Result<undefined>> =>
  ask(reader, 'safe-to-destroy', ids, {
    code: 'ceph/osd-holds-data',
    wanted: 'given up',
    remedy: 'Wait until its data is elsewhere (`ceph osd out`, then `ceph -s`), then apply again',
  });

const ask = async (
  reader: Reader,
  gate: 'ok-to-stop' | 'safe-to-destroy',
  ids: readonly number[],
  { code, wanted, remedy }: { readonly code: string; readonly wanted: string; readonly remedy: string },
): Promise<Result<undefined>> => {
  if (ids.length === 0) return ok(undefined);
  const answer = await queryCeph(reader, ['osd', gate, ...ids.map(String)]);
  if (answer.exitCode === 0) return ok(undefined);
  const why = answer.stderr.trim().split('\n').at(-1) || 'the cluster does not answer';
  return fail({ code, summary: `${ids.map((id) => `osd.${id}`).join(', ')} cannot be ${wanted} now: ${why}`, remedy });
};

// Reads the services that the profile in force wants, and whatever else systemd calls failed.
import * as z from 'zod';
import type { ServiceStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

const shown = ['Id', 'LoadState', 'ActiveState', 'SubState', 'Type', 'Result'] as const;

/** `systemctl show` of several units: blocks of KEY=VALUE, an empty line between. One that exits by design (oneshot) is healthy when it ended well. */
export const parseSystemctlShow = (text: string): readonly ServiceStatus[] =>
  text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block): ServiceStatus[] => {
      const value = new Map(
        block.split('\n').map((line): [string, string] => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      );
      const unit = value.get('Id');
      const active = value.get('ActiveState');
      if (unit === undefined || active === undefined) return [];
      if (value.get('LoadState') !== 'loaded') {
        return [{ unit, state: value.get('LoadState') ?? 'unknown', wanted: 'active', healthy: false }];
      }
      const endedWell = value.get('Type') === 'oneshot' && active === 'inactive' && value.get('Result') === 'success';
      const healthy = active === 'active' || active === 'reloading' || endedWell;
      const state = value.get('SubState') ?? '';
      return [
        { unit, state: state === '' || state === active ? active : `${active} (${state})`, wanted: 'active', healthy },
      ];
    });

/** `systemctl list-units --failed --output=json`. */
export const parseFailedUnits = (text: string): readonly ServiceStatus[] | undefined =>
  parseJsonAs(z.array(z.object({ unit: z.string(), active: z.string() })), text)?.map(({ unit, active }) => ({
    unit,
    state: active,
    healthy: false,
  }));

/** Changes when a service starts or ends, since each has a control group: cheap enough for every second. */
export const readServicesMark = async (reader: Reader): Promise<string> =>
  (await reader.list('/sys/fs/cgroup/system.slice')).join();

/** Undefined when systemd does not answer. */
export const readServices = async (
  reader: Reader,
  units: readonly string[],
): Promise<readonly ServiceStatus[] | undefined> => {
  const options = { timeoutMs: 5_000 };
  const failed = await reader.query(
    ['systemctl', 'list-units', '--failed', '--output=json', '--no-pager', '--full'],
    options,
  );
  const broken = failed.exitCode === 0 ? parseFailedUnits(failed.stdout) : undefined;
  if (broken === undefined) return undefined;
  if (units.length === 0) return broken;
  const answer = await reader.query(
    ['systemctl', 'show', '--no-pager', `--property=${shown.join(',')}`, '--', ...units],
    options,
  );
  if (answer.exitCode !== 0) return undefined;
  const wanted = parseSystemctlShow(answer.stdout);
  const named = new Set(wanted.map(({ unit }) => unit));
  return [...wanted, ...broken.filter(({ unit }) => !named.has(unit))];
};

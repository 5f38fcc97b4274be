// Step services: the units that a node with this profile needs are enabled and running, after all that configures them.
import { type Change, change } from '../state/change.ts';
import { fail } from '../state/problem.ts';
import { vendorServices } from '../state/vendor-services.ts';
import { wantedServices } from '../state/wanted-services.ts';
import type { Reader } from '../system/system.ts';
import type { Action } from './action.ts';
import { applyUpkeep, checkUpkeep } from './upkeep.ts';
import { blocked, verdictOf } from './verdict.ts';

export const servicesAction: Action = {
  id: 'services',
  title: 'Start services',

  check: async (profile, reader) => {
    if ((await reader.stat('/run/systemd/system')) === undefined)
      return blocked({
        code: 'services/no-systemd',
        summary: 'systemd does not run here, so no service can be started',
        remedy: 'Apply on a node that Mayfly booted',
      });
    const units = await Promise.all(wantedServices(profile).map((unit) => readUnit(reader, unit)));
    // The cluster step installs what these come with, or says what is missing.
    const later = vendorServices(profile);
    const missing = units
      .filter(({ unit, load }) => load === 'not-found' && !later.includes(unit))
      .map(({ unit }) => unit);
    if (missing.length > 0)
      return blocked({
        code: 'services/not-installed',
        summary: `not installed on this node: ${missing.join(', ')}`,
        remedy: 'Build the image with the packages of these services',
      });
    return verdictOf([...units.flatMap(changesOfUnit), ...(await checkUpkeep(profile, reader))]);
  },

  apply: async (profile, system, note) => {
    for (const unit of wantedServices(profile)) {
      const now = await readUnit(system, unit);
      if (changesOfUnit(now).length === 0) continue;
      // A unit that failed too often would not be started again otherwise; it is no error that there is nothing to reset.
      await system.run(['systemctl', 'reset-failed', unit]);
      const started = await system.run(['systemctl', 'enable', '--now', unit], { timeoutMs: 60_000 });
      if (started.exitCode !== 0)
        return fail({
          code: 'services/not-started',
          summary: `${unit} did not start: ${lastLine(started.stderr) ?? `exit status ${started.exitCode}`}`,
          remedy: `See \`journalctl -b -u ${unit}\` for the cause, then apply again`,
        });
      note(`${unit} started`);
    }
    return applyUpkeep(profile, system, note);
  },
};

type UnitState = {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly enabled: string;
};

const readUnit = async (reader: Reader, unit: string): Promise<UnitState> => {
  const shown = await reader.query(['systemctl', 'show', '--property=LoadState,ActiveState,UnitFileState', unit]);
  const value = (key: string): string =>
    shown.stdout
      .split('\n')
      .find((line) => line.startsWith(`${key}=`))
      ?.slice(key.length + 1) ?? 'unknown';
  return { unit, load: value('LoadState'), active: value('ActiveState'), enabled: value('UnitFileState') };
};

const changesOfUnit = ({ unit, active, enabled }: UnitState): readonly Change[] => [
  ...(enabled === 'disabled' || enabled === 'masked' ? [change('update', `${unit} at boot`, enabled, 'enabled')] : []),
  ...(active === 'active' || active === 'reloading' ? [] : [change('run', unit, active, 'active')]),
];

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;

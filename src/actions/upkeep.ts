// The timers of a node: written to /run, since the root forgets them at the next boot in any case, and started.
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderUpkeepService, renderUpkeepTimer, upkeepNames, wantedUpkeep } from '../state/upkeep.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { unitFolder } from './mount-units.ts';

type TimerState = { readonly every: string | undefined; readonly active: boolean; readonly same: boolean };

const readTimer = async (reader: Reader, name: (typeof upkeepNames)[number], every: string): Promise<TimerState> => {
  const [timer, service] = await Promise.all(
    [`${name}.timer`, `${name}.service`].map((unit) => reader.readText(`${unitFolder}/${unit}`)),
  );
  const active = (await reader.query(['systemctl', 'is-active', `${name}.timer`])).stdout.trim() === 'active';
  return {
    every: /^OnUnitInactiveSec=(.*)$/m.exec(timer ?? '')?.[1],
    active,
    same: timer === renderUpkeepTimer({ name, every }) && service === renderUpkeepService(name),
  };
};

export const checkUpkeep = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const name of upkeepNames) {
    const every = wantedUpkeep(profile).find((wanted) => wanted.name === name)?.every;
    const now = await readTimer(reader, name, every ?? '');
    const before = now.active ? `every ${now.every ?? 'now and then'}` : undefined;
    if (every === undefined) {
      if (now.active) changes.push(change('delete', `${name}.timer`, before, 'none'));
    } else if (!now.active || !now.same)
      changes.push(change(now.active ? 'update' : 'create', `${name}.timer`, before, `every ${every}`));
  }
  return changes;
};

export const applyUpkeep = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const changes = await checkUpkeep(profile, system);
  for (const name of upkeepNames) {
    if (!changes.some(({ subject }) => subject === `${name}.timer`)) continue;
    const wanted = wantedUpkeep(profile).find((one) => one.name === name);
    const timer = `${name}.timer`;
    if (wanted === undefined) {
      await system.run(['systemctl', 'stop', timer]);
      await system.remove(`${unitFolder}/${timer}`);
      note(`${timer} stopped`);
      continue;
    }
    await system.writeText(`${unitFolder}/${name}.service`, renderUpkeepService(name));
    await system.writeText(`${unitFolder}/${timer}`, renderUpkeepTimer(wanted));
    await system.run(['systemctl', 'daemon-reload'], { timeoutMs: 60_000 });
    const started = await system.run(['systemctl', 'restart', timer]);
    if (started.exitCode !== 0)
      return fail({
        code: 'services/no-timer',
        summary: `${timer} did not start: ${started.stderr.trim().split('\n').at(-1) || 'systemd gave no reason'}`,
        remedy: `See \`systemctl status ${timer}\`, then apply again`,
      });
    note(`${timer}: every ${wanted.every}`);
  }
  return ok(undefined);
};

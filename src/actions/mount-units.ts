// Mounts that systemd makes, keeps in order and shows: written to /run, since the root forgets them at the next boot in any case.
import { parseMountInfo } from '../probes/mount-info.ts';
import { type Mount, mountUnitName, renderMountUnit } from '../state/mount-unit.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';

export const unitFolder = '/run/systemd/system';

/** Whether something, or this very device, is mounted just there: by the kernel's own table, so that no filesystem is asked that may hang. */
export const isMountedAt = async (reader: Reader, where: string, device?: string): Promise<boolean> => {
  const last = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '').findLast(
    (mount) => mount.where === where,
  );
  return last !== undefined && (device === undefined || last.source === device);
};

/** Writes each unit and starts it, in order; a mount that is there is left as it is when its unit says the same. */
export const mountedUnits = async (system: System, mounts: readonly Mount[]): Promise<Result<undefined>> => {
  for (const mount of mounts) {
    const unit = mountUnitName(mount.where);
    const path = `${unitFolder}/${unit}`;
    const text = renderMountUnit(mount);
    if ((await system.readText(path)) !== text) {
      await system.writeText(path, text);
      await system.run(['systemctl', 'daemon-reload'], { timeoutMs: 60_000 });
    }
    await system.makeDirectory(mount.where);
    const started = await system.run(['systemctl', 'start', unit], { timeoutMs: 120_000 });
    if (started.exitCode === 0) continue;
    const log = await system.query(['journalctl', '--boot', '--unit', unit, '--lines', '3', '--output', 'cat'], {
      timeoutMs: 10_000,
    });
    return fail({
      code: 'storage/not-mounted',
      summary: `${mount.what} could not be mounted at ${mount.where}: ${lastLine(log.stdout) ?? lastLine(started.stderr) ?? 'systemd gave no reason'}`,
      remedy: `See \`systemctl status '${unit}'\` and \`dmesg\`; a damaged filesystem is never formatted by itself`,
    });
  }
  return ok(undefined);
};

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;

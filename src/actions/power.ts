// Ends this uptime: restart or power off, through systemd so that everything is stopped in order.
import { fail, ok, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';

export const reboot = (system: System): Promise<Result<undefined>> => end(system, 'reboot');

export const powerOff = (system: System): Promise<Result<undefined>> => end(system, 'poweroff');

const end = async (system: System, verb: 'reboot' | 'poweroff'): Promise<Result<undefined>> => {
  const ended = await system.run(['systemctl', '--no-block', verb]);
  if (ended.exitCode === 0) return ok(undefined);
  return fail({
    code: `power/${verb}`,
    summary: `systemd did not accept ${verb}: ${ended.stderr.trim() || `exit status ${ended.exitCode}`}`,
    remedy: `Open a shell and run \`systemctl ${verb} -i\``,
  });
};

// Runs one config package that has been checked: a script in a unit of its own, or a tarball over the root.
import { parseDuration } from '../state/duration.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { parseTarListing, refuseMembers, type TarMember } from '../state/tar-members.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { type ConfigPackage, packageFolder } from './package-source.ts';

const defaultTimeout = '10min';
/** On the root, for as long as they run: nothing can be executed below /run, which the initramfs mounts so (dracut's init.sh; initramfs-tools does the same). */
const programs = '/var/lib/mayfly/packages';
/** Lines of a script's output that the journal of the apply takes; all of it is in its log. */
const toldLines = 20;

/** In a unit of its own: a clean environment, a deadline for it and all that it starts, and nobody's terminal. */
export const runScript = async (
  system: System,
  item: ConfigPackage,
  file: string,
  note: Note,
): Promise<Result<undefined>> => {
  const allowed = parseDuration(item.timeout ?? defaultTimeout);
  const unit = `mayfly-package-${item.name}`;
  const program = `${programs}/${item.name}`;
  // One that an apply left behind when it was killed: the script is not run twice at once.
  await system.run(['systemctl', 'stop', `${unit}.service`], { timeoutMs: 60_000 });
  const placed = await system.run(['install', '-D', '--mode=0700', file, program]);
  if (placed.exitCode !== 0) return fail(notPlaced(item, program, placed.stderr));
  const ran = await system.run(
    [
      'systemd-run',
      '--quiet',
      '--wait',
      '--pipe',
      '--collect',
      `--unit=${unit}`,
      '--property=KillMode=control-group',
      '--property=TimeoutStopSec=10',
      ...(allowed === undefined ? [] : [`--property=RuntimeMaxSec=${allowed / 1000}`]),
      '--working-directory=/',
      '--setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      '--setenv=LANG=C.UTF-8',
      '--setenv=HOME=/root',
      program,
    ],
    { timeoutMs: allowed === undefined ? 86_400_000 : allowed + 60_000 },
  );
  await system.remove(program);
  const said = `${ran.stdout}${ran.stderr}`.trimEnd();
  const log = `${packageFolder(item)}/log`;
  await system.writeText(log, `${said}\n`, { mode: 0o600 });
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.slice(-toldLines)) note(`${item.name}: ${line.slice(0, 400)}`);
  if (ran.exitCode === 0) return ok(undefined);
  return fail(await scriptProblem(system, item, unit, ran.exitCode, lines.at(-1), log));
};

const notPlaced = ({ name }: ConfigPackage, program: string, stderr: string): Problem => ({
  code: 'packages/not-placed',
  summary: `${name} cannot be put at ${program} to be run: ${stderr.trim().split('\n').at(-1) || 'no reason given'}`,
  remedy: 'Look at the free space (`df /`), then apply again',
});

const scriptProblem = async (
  reader: Reader,
  { name, timeout = defaultTimeout }: ConfigPackage,
  unit: string,
  exitCode: number,
  last: string | undefined,
  log: string,
): Promise<Problem> => {
  const words = last === undefined ? '' : `: ${last.slice(0, 200)}`;
  const journal = await reader.query(['journalctl', '--boot', '--unit', unit, '--lines', '5', '--output', 'cat'], {
    timeoutMs: 10_000,
  });
  const late = /Failed with result 'timeout'|runtime max time exceeded/i.test(journal.stdout);
  return late
    ? {
        code: 'packages/timeout',
        summary: `${name} did not end within ${timeout}, and was ended with all that it had started${words}`,
        remedy: `Make it faster or give it a longer \`timeout\`; what it said is in ${log}`,
      }
    : {
        code: 'packages/failed',
        summary: `${name} ended with exit status ${exitCode}${words}`,
        remedy: `Correct it, then apply again; what it said is in ${log}`,
      };
};

/** What is in it, or why it is not unpacked. */
export const readTarball = async (
  reader: Reader,
  { name, setuid = false }: ConfigPackage,
  file: string,
): Promise<Result<readonly TarMember[]>> => {
  const listed = await reader.query(
    ['tar', '--list', '--verbose', '--numeric-owner', '--full-time', '--quoting-style=escape', '--file', file],
    { timeoutMs: 120_000 },
  );
  const members = listed.exitCode === 0 ? parseTarListing(listed.stdout) : undefined;
  if (members === undefined)
    return fail({
      code: 'packages/not-a-tarball',
      summary: `${name} cannot be read as a tarball: ${listed.stderr.trim().split('\n').at(-1) || 'its listing is not understood'}`,
      remedy: 'Pack it with GNU tar: plain, gzip or zstd',
    });
  const refusal = refuseMembers(members, setuid);
  return refusal === undefined ? ok(members) : fail({ ...refusal, summary: `${name}: ${refusal.summary}` });
};

/** Over the root: folders that are there stay as they are, files are replaced whole. */
export const unpack = async (
  system: System,
  item: ConfigPackage,
  file: string,
  note: Note,
): Promise<Result<undefined>> => {
  const members = await readTarball(system, item, file);
  if (!members.ok) return members;
  const ran = await system.run(
    [
      'tar',
      '--extract',
      '--no-overwrite-dir',
      '--keep-directory-symlink',
      '--numeric-owner',
      '--preserve-permissions',
      '--delay-directory-restore',
      '--directory=/',
      '--file',
      file,
    ],
    { timeoutMs: 600_000 },
  );
  if (ran.exitCode !== 0)
    return fail({
      code: 'packages/not-unpacked',
      summary: `${item.name} was not unpacked to its end: ${ran.stderr.trim().split('\n').at(-1) || `exit status ${ran.exitCode}`}`,
      remedy: 'Look at the free space (`df /`), then apply again',
    });
  note(`${item.name}: ${members.value.length} entries unpacked`);
  return ok(undefined);
};

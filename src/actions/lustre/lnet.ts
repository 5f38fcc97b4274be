// LNet's file and service. A setting by module option, from before, is found and never left beside it.
import { parseIpAddress } from '../../probes/links.ts';
import { type Change, change } from '../../state/change.ts';
import type { GeneratedFile } from '../../state/generated-file.ts';
import { type LnetNetwork, legacyOption, lnetPath, renderLnetConf } from '../../state/lnet-conf.ts';
import type { Lustre } from '../../state/lustre-node.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { checkFiles, writeFiles } from '../generated-files.ts';
import { commandFailed, noLinks, twoConfigurations } from './problems.ts';

const unit = 'lnet.service';
const folders = ['/etc/modprobe.d', '/run/modprobe.d', '/usr/lib/modprobe.d'] as const;

export const checkLnet = async (cluster: Lustre, reader: Reader): Promise<Result<readonly Change[]>> => {
  const file = await wantedFile(cluster, reader);
  if (!file.ok) return file;
  const written = await checkFiles(reader, [file.value]);
  if (cluster.configureOnly === true)
    return ok(written.map((each) => ({ ...each, after: `${each.after}; nothing is started` })));
  return ok([...written, ...((await isUp(reader)) ? [] : [change('run', unit, 'not active', 'active')])]);
};

export const applyLnet = async (cluster: Lustre, system: System, note: Note): Promise<Result<undefined>> => {
  const file = await wantedFile(cluster, system);
  if (!file.ok) return file;
  const written = await writeFiles(system, [file.value]);
  if (cluster.configureOnly === true) return ok(undefined);
  if (!(await isUp(system))) {
    await system.run(['systemctl', 'reset-failed', unit]);
    const started = await system.run(['systemctl', 'enable', '--now', unit], { timeoutMs: 120_000 });
    if (started.exitCode !== 0) return fail(commandFailed(`systemctl start ${unit}`, started));
    note(`LNet: ${file.value.says}`);
    return ok(undefined);
  }
  if (written.length === 0) return ok(undefined);
  // It cannot be stopped under a mounted filesystem; what is new is added, what is gone goes with the next boot.
  const imported = await system.run(['lnetctl', 'import', lnetPath], { timeoutMs: 60_000 });
  note(
    imported.exitCode === 0
      ? `LNet: ${file.value.says}; a network that was taken out stays until the next boot`
      : `LNet goes on with the networks it had; those of the profile (${file.value.says}) come with the next boot`,
  );
  return ok(undefined);
};

const wantedFile = async (cluster: Lustre, reader: Reader): Promise<Result<GeneratedFile>> => {
  const legacy = await findLegacy(reader);
  if (legacy !== undefined) return fail(legacy);
  const networks = cluster.networks ?? (await overAllLinks(reader));
  if (networks.every(({ interfaces }) => interfaces.length === 0)) return fail(noLinks);
  return ok({
    path: lnetPath,
    text: renderLnetConf(networks),
    mode: 0o644,
    // Without a word of the profile the links are what they are when the file is written.
    says:
      cluster.networks === undefined
        ? 'tcp over every link with an address'
        : networks.map(({ net, interfaces }) => `${net} over ${interfaces.join(', ')}`).join('; '),
    units: [],
  });
};

const findLegacy = async (reader: Reader): Promise<Problem | undefined> => {
  for (const folder of folders)
    for (const name of await reader.list(folder)) {
      if (!name.endsWith('.conf')) continue;
      const line = legacyOption((await reader.readText(`${folder}/${name}`)) ?? '');
      if (line !== undefined) return twoConfigurations(`${folder}/${name}`, line);
    }
  return undefined;
};

const overAllLinks = async (reader: Reader): Promise<readonly LnetNetwork[]> => {
  const answer = await reader.query(['ip', '-details', '-json', 'address'], { timeoutMs: 10_000 });
  const links = answer.exitCode === 0 ? (parseIpAddress(answer.stdout) ?? []) : [];
  const usable = links.filter(
    ({ kind, addresses }) => kind !== 'loopback' && addresses.some((address) => !address.startsWith('fe80:')),
  );
  return [{ net: 'tcp', interfaces: usable.map(({ name }) => name) }];
};

const isUp = async (reader: Reader): Promise<boolean> =>
  (await reader.query(['systemctl', 'is-active', '--quiet', unit], { timeoutMs: 10_000 })).exitCode === 0;

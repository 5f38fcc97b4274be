// Step identity: the name of the node, in the kernel, in /etc/hostname and in the hosts file.
import { type Change, change } from '../state/change.ts';
import { ok } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { ownLines, renderHosts } from '../state/render-hosts.ts';
import type { Reader } from '../system/system.ts';
import type { Action } from './action.ts';
import { keepFiles, putBackFiles, settleFiles } from './kept-files.ts';
import { verdictOf } from './verdict.ts';

const namePath = '/etc/hostname';
const hostsPath = '/etc/hosts';
const kernelPath = '/proc/sys/kernel/hostname';

export const identityAction: Action = {
  id: 'identity',
  title: 'Set hostname and hosts file',

  check: async (profile, reader) => {
    const now = await readIdentity(reader);
    const wanted = wantedIdentity(profile, now);
    const changes: Change[] = [];
    if (now.kernel !== wanted.name) changes.push(change('update', 'hostname', now.kernel, wanted.name));
    if (now.file !== wanted.name) changes.push(change(opFor(now.file), namePath, now.file, wanted.name));
    if (now.hosts !== wanted.hosts)
      changes.push(change(opFor(now.hosts), hostsPath, ownLine(now.hosts), ownLine(wanted.hosts) ?? 'localhost only'));
    return verdictOf(changes);
  },

  apply: async (profile, system) => {
    const now = await readIdentity(system);
    const wanted = wantedIdentity(profile, now);
    await keepFiles(system, 'identity', [namePath, hostsPath]);
    if (now.file !== wanted.name) await system.writeText(namePath, `${wanted.name}\n`);
    if (now.hosts !== wanted.hosts) await system.writeText(hostsPath, wanted.hosts);
    if (now.kernel !== wanted.name) await system.writeKernel(kernelPath, wanted.name);
    await settleFiles(system, 'identity');
    return ok(undefined);
  },

  undo: async (system) => {
    await putBackFiles(system, 'identity');
    const before = (await system.readText(namePath))?.trim();
    if (before !== undefined && before !== '') await system.writeKernel(kernelPath, before);
    return ok(undefined);
  },
};

type Identity = {
  readonly kernel: string | undefined;
  readonly file: string | undefined;
  readonly hosts: string | undefined;
};

const readIdentity = async (reader: Reader): Promise<Identity> => ({
  kernel: (await reader.readText(kernelPath))?.trim(),
  file: (await reader.readText(namePath))?.trim(),
  hosts: await reader.readText(hostsPath),
});

/** A profile without a hostname leaves the node the name it has. */
const wantedIdentity = (profile: Profile, now: Identity): { readonly name: string; readonly hosts: string } => {
  const name = profile.node?.hostname ?? now.file ?? now.kernel ?? 'localhost';
  return { name, hosts: renderHosts(now.hosts ?? '', name, profile.node?.domain, profile.node?.hosts) };
};

const ownLine = (hosts: string | undefined): string | undefined => {
  const own = ownLines(hosts ?? '');
  return own.length === 0 ? undefined : own.join(', ');
};

const opFor = (before: string | undefined): Change['op'] => (before === undefined ? 'create' : 'update');

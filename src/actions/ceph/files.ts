// Ceph's files on this node: configuration, keys that every server can make for itself, and what the packaged manager lacks.
import { type Change, change } from '../../state/change.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import { adminKeyring, bcryptShim, bootstrapKeyring, renderCephConf, socketAccess } from '../../state/render-ceph.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { mustRun } from './command.ts';
import type { CephContext } from './context.ts';
import { osdsMayStop } from './osd-gates.ts';
import { osdUnit, runningOsds } from './units.ts';

type Wanted = { readonly path: string; readonly text: string; readonly secret?: true };

const confPath = '/etc/ceph/ceph.conf';
/** Packaged beside the template, and restarts for ever where that runs. */
const strayUnit = 'ceph-mon.service';

const wantedFiles = ({ conf, server, roles }: CephContext): readonly Wanted[] => [
  { path: confPath, text: renderCephConf(conf) },
  ...(server === undefined
    ? []
    : [{ path: '/etc/ceph/ceph.client.admin.keyring', text: adminKeyring(server.secret), secret: true as const }]),
  ...(server !== undefined && roles.osds
    ? [
        {
          path: '/var/lib/ceph/bootstrap-osd/ceph.keyring',
          text: bootstrapKeyring(server.secret),
          secret: true as const,
        },
      ]
    : []),
  ...(roles.monitor ? [{ path: socketAccess.path, text: socketAccess.text }] : []),
  ...(roles.manager
    ? [
        { path: bcryptShim.path, text: bcryptShim.text },
        { path: bcryptShim.dropInPath, text: bcryptShim.dropIn },
      ]
    : []),
];

const isMasked = async (reader: Reader): Promise<boolean> =>
  (await reader.readLink(`/etc/systemd/system/${strayUnit}`)) === '/dev/null';

const differs = async (reader: Reader, { path, text, secret }: Wanted): Promise<boolean> =>
  (await reader.readText(path)) !== text || (secret === true && (await reader.stat(path))?.mode !== 0o600);

export const checkFiles = async (context: CephContext, reader: Reader): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const file of wantedFiles(context)) {
    if (!(await differs(reader, file))) continue;
    const exists = (await reader.stat(file.path)) !== undefined;
    changes.push(
      exists
        ? change('update', file.path, 'another text', 'from the profile')
        : change('create', file.path, undefined, 'from the profile'),
    );
  }
  if (context.roles.monitor && !(await isMasked(reader)))
    changes.push(change('update', strayUnit, 'can be started', 'masked'));
  return changes;
};

export const applyFiles = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const wanted: Wanted[] = [];
  for (const file of wantedFiles(context)) if (await differs(system, file)) wanted.push(file);
  const before = await system.readText(confPath);
  const isNewConf = before !== undefined && wanted.some(({ path }) => path === confPath);
  const restarted = isNewConf ? [...(await runningOsds(system))] : [];
  const allowed = await osdsMayStop(system, restarted);
  if (!allowed.ok) return allowed;

  for (const { path, text, secret } of wanted) {
    await system.writeText(path, text, secret === true ? { mode: 0o600 } : {});
    note(`${path} written`);
  }
  if (wanted.some(({ path }) => path === socketAccess.path)) {
    const made = await mustRun(system, ['systemd-tmpfiles', '--create', socketAccess.path]);
    if (!made.ok) return made;
  }
  if (wanted.some(({ path }) => path === bcryptShim.dropInPath)) {
    const reloaded = await mustRun(system, ['systemctl', 'daemon-reload']);
    if (!reloaded.ok) return reloaded;
  }
  if (context.roles.monitor && !(await isMasked(system))) {
    const masked = await mustRun(system, ['systemctl', 'mask', '--now', strayUnit]);
    if (!masked.ok) return masked;
  }
  for (const id of restarted) {
    const ran = await mustRun(system, ['systemctl', 'restart', osdUnit(id)], { timeoutMs: 180_000 });
    if (!ran.ok) return ran;
    note(`osd.${id} started again with its new configuration`);
  }
  return ok(undefined);
};

/** The programs of each role, by the package that brings them. */
export const missingPackages = async (
  { roles, cluster }: CephContext,
  reader: Reader,
): Promise<Problem | undefined> => {
  const needed: readonly (readonly [needed: boolean, packageName: string, program: string])[] = [
    [true, 'ceph-common', '/usr/bin/ceph'],
    [roles.monitor, 'ceph-mon', '/usr/bin/ceph-mon'],
    [roles.manager, 'ceph-mgr', '/usr/bin/ceph-mgr'],
    [roles.osds, 'ceph-osd', '/usr/bin/ceph-osd'],
    [roles.osds, 'ceph-volume', '/usr/sbin/ceph-volume'],
    [roles.mds, 'ceph-mds', '/usr/bin/ceph-mds'],
    [cluster.mount !== undefined && cluster.client !== 'kernel', 'ceph-fuse', '/usr/bin/ceph-fuse'],
  ];
  const missing: string[] = [];
  for (const [wanted, name, program] of needed)
    if (wanted && (await reader.stat(program)) === undefined) missing.push(name);
  return missing.length === 0
    ? undefined
    : {
        code: 'ceph/not-installed',
        summary: `not installed on this node: ${missing.join(', ')}`,
        remedy: 'Boot an image that was built with Ceph: `mayfly image build --with ceph`',
        path: 'cluster.filesystem',
      };
};

export const unresolvedProblem = (names: readonly string[]): Result<never> =>
  fail({
    code: 'ceph/unknown-address',
    summary: `no address is known for ${names.join(', ')}, named as a monitor`,
    remedy: 'Give each its address under node.hosts, or correct the name or the DNS server',
    path: 'cluster.monitors',
  });

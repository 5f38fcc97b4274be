// The vendors' own programs, run with the very command lines of the steps, where they are installed; skipped where they are not.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { managementDirectory, setupManagement } from '../../src/state/beegfs-node.ts';
import { lustreTargets, makeTarget, writeconfTarget } from '../../src/state/lustre-node.ts';
import { parseTunefs } from '../../src/state/lustre-output.ts';
import type { Profile } from '../../src/state/profile.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const isRoot = process.getuid?.() === 0;
const lacking = (...programs: readonly string[]): string | undefined =>
  isRoot ? programs.find((program) => spawnSync('which', [program]).status !== 0) : 'root';
const title = (what: string, lacks: string | undefined): string =>
  lacks === undefined ? what : `${what} (skipped: no ${lacks})`;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each();
});

/** A disk of this size that is gone after the test. */
const loopDisk = (bytes: number): { readonly device: string; readonly folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-vendor-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'disk');
  writeFileSync(file, '');
  truncateSync(file, bytes);
  const device = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
  undo.push(() => void spawnSync('losetup', ['--detach', device]));
  return { device, folder };
};

const mounted = (type: string, bytes: number): string => {
  const { device, folder } = loopDisk(bytes);
  const place = join(folder, 'mounted');
  mkdirSync(place);
  execFileSync(`mkfs.${type}`, [device], { stdio: 'ignore' });
  execFileSync('mount', [device, place]);
  undo.push(() => void spawnSync('umount', ['--lazy', place]));
  return place;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const run = ([program, ...words]: readonly [string, ...string[]]) => spawnSync(program, words, { encoding: 'utf8' });

const releases = [
  ['7.4', '/opt/beegfs/sbin/beegfs-setup-mgmtd', 'format.conf'],
  ['8', '/opt/beegfs/sbin/beegfs-mgmtd', 'mgmtd.sqlite'],
] as const;

describe.each(releases)('BeeGFS %s', (release, program, left) => {
  // Both releases name their daemon alike; only 7.4 brings a script to set it up.
  const other = release === '8' && existsSync('/opt/beegfs/sbin/beegfs-setup-mgmtd') ? 'BeeGFS 8' : undefined;
  const lacks = lacking(program, 'mkfs.xfs', 'losetup') ?? other;

  test.skipIf(lacks !== undefined)(title('a management daemon is set up once, starts and listens', lacks), async () => {
    const place = join(mounted('xfs', 512 * 2 ** 20), 'beegfs');
    mkdirSync(place);
    const [setup, ...words] = setupManagement({ filesystem: 'beegfs', management: 'here', release });
    const command: readonly [string, ...string[]] = [
      setup,
      ...words.map((word) => word.replace(managementDirectory, place)),
    ];
    expect(run(command)).toMatchObject({ status: 0 });
    expect(readdirSync(place)).toContain(left);
    expect(run(command).status).not.toBe(0);

    const start =
      release === '8'
        ? ['--db-file', join(place, left), '--tls-disable', '--auth-disable', '--log-target', 'std']
        : [`storeMgmtdDirectory=${place}`, 'connDisableAuthentication=true', 'runDaemonized=false', 'logType=syslog'];
    const daemon = spawn('/opt/beegfs/sbin/beegfs-mgmtd', start, { stdio: 'ignore' });
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    undo.push(() => daemon.kill('SIGKILL'));
    await waitUntil(() => answers(8008), 'it listens', 60_000);
    expect(daemon.exitCode).toBeNull();
    daemon.kill('SIGTERM');
    await ended;
  });
});

const profile: Profile = {
  version: 1,
  role: 'storage',
  node: { hostname: 'oss-01' },
  cluster: {
    filesystem: 'lustre',
    fsname: 'lfs0',
    mgs: ['10.77.0.41'],
    targets: [{ kind: 'ost', index: 3, device: { serial: 'D1' }, serviceNodes: ['10.77.0.42@tcp'] }],
  },
};

describe('Lustre', () => {
  const tools = lacking('mkfs.lustre', 'tunefs.lustre', 'losetup');
  const kernel =
    tools ?? (readFileSync('/proc/filesystems', 'utf8').includes('ldiskfs') ? undefined : 'ldiskfs in this kernel');
  const make = (device: string): readonly [string, ...string[]] => {
    const [target] = profile.cluster?.filesystem === 'lustre' ? lustreTargets(profile, profile.cluster) : [];
    if (target === undefined) throw new Error('the profile above has a target');
    return makeTarget(target, 'lfs0', ['10.77.0.41@tcp'], device);
  };

  test.skipIf(tools !== undefined)(title('mkfs.lustre takes our command line', tools), () => {
    const { device } = loopDisk(2 ** 30);
    const [program, ...words] = make(device);
    expect(run([program, '--dryrun', ...words])).toMatchObject({ status: 0 });
    const tooLong = words.map((word) => word.replace('--fsname=lfs0', '--fsname=muchtoolong'));
    expect(run([program, '--dryrun', ...tooLong]).status).not.toBe(0);
    expect(run(['tunefs.lustre', '--dryrun', device]).status).toBe(19);
  });

  test.skipIf(kernel !== undefined)(title('a target is made once, known again, and takes writeconf', kernel), () => {
    const { device } = loopDisk(2 ** 30);
    expect(run(make(device))).toMatchObject({ status: 0 });
    expect(run(make(device))).toMatchObject({ status: 1, stderr: expect.stringContaining('previously formatted') });
    const seen = () => parseTunefs(run(['tunefs.lustre', '--dryrun', device]).stdout);
    expect(seen()).toMatchObject({ name: 'lfs0-OST0003', mgsNodes: ['10.77.0.41@tcp'] });
    expect(run(writeconfTarget(device))).toMatchObject({ status: 0 });
    expect(seen()?.flags).toContain('writeconf');
  });
});

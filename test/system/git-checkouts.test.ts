// Profiles that are git checkouts, for real: a loop disk with clones on it, a bare repository to pull from, and everything that can be wrong with it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMountpoint, mountConfigPartition } from '../../src/sources/config-partition.ts';
import { pullCheckouts } from '../../src/sources/pull-checkouts.ts';
import { resolveProfile } from '../../src/sources/resolve-profile.ts';
import { pullStatePath } from '../../src/state/pull-state.ts';
import { createHost } from '../../src/system/host.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();
const git = (folder: string, ...args: readonly string[]): string =>
  run('git', '-C', folder, '-c', 'user.name=fleet', '-c', 'user.email=fleet@example', ...args);

const obstacle = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  if (existsSync(configMountpoint)) return 'this machine has a /config of its own';
  if (run('lsblk', '--noheadings', '--output', 'LABEL').includes('MAYFLY')) return 'a disk here has the label MAYFLY';
  try {
    run('losetup', '--find');
    run('git', '--version');
    return undefined;
  } catch {
    return 'no loop devices, or no git';
  }
})();

const profileOf = (hostname: string): string => `version: 1\nrole: client\nnode: { hostname: ${hostname} }\n`;

describe.skipIf(obstacle !== undefined)(
  `profiles in git${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    const system = createHost();
    let folder = '';
    let loop = '';
    let work = '';
    let daemon: ChildProcess | undefined;

    /** A commit in the operator's clone, pushed. */
    const push = (text: string): string => {
      writeFileSync(join(work, 'profile.yaml'), text);
      git(work, 'add', '.');
      git(work, 'commit', '--quiet', '--message', 'change');
      git(work, 'push', '--quiet', '--force', 'origin', 'main');
      return git(work, 'rev-parse', 'HEAD');
    };
    const plug = async (change: (node: string) => void = () => undefined): Promise<void> => {
      const tree = join(folder, 'tree');
      mkdirSync(tree);
      writeFileSync(join(tree, '.mayfly-config'), '');
      git(folder, 'clone', '--quiet', join(folder, 'fleet.git'), join(tree, 'node'));
      change(join(tree, 'node'));
      run('truncate', '-s', '32M', join(folder, 'disk.img'));
      run('mkfs.ext4', '-q', '-L', 'MAYFLY', '-d', tree, join(folder, 'disk.img'));
      loop = run('losetup', '--find', '--show', join(folder, 'disk.img'));
      expect(await mountConfigPartition(system)).toMatchObject({ ok: true });
    };
    /** `git daemon` is a process below `git`: the group. */
    const signalDaemon = (signal: NodeJS.Signals): void => {
      if (daemon?.pid !== undefined) process.kill(-daemon.pid, signal);
    };
    const pull = async () => (await pullCheckouts(system, Date.now()))[0];
    const hostname = async () => {
      const resolution = await resolveProfile(system);
      return resolution.kind === 'resolved' ? resolution.profile.node?.hostname : resolution;
    };
    const writable = (work: () => void): void => {
      run('mount', '-o', 'remount,rw', configMountpoint);
      work();
      run('mount', '-o', 'remount,ro', configMountpoint);
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'mayfly-git-'));
      work = join(folder, 'work');
      git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', 'fleet.git');
      git(folder, 'init', '--quiet', '--initial-branch=main', 'work');
      git(work, 'remote', 'add', 'origin', join(folder, 'fleet.git'));
      push(profileOf('one'));
    });
    afterEach(() => {
      signalDaemon('SIGKILL');
      daemon = undefined;
      rmSync(pullStatePath, { force: true });
      if (existsSync(configMountpoint)) {
        try {
          run('umount', configMountpoint);
        } catch {
          // Not mounted: the test ended before that.
        }
        rmdirSync(configMountpoint);
      }
      if (loop !== '') {
        run('blockdev', '--setrw', loop);
        run('losetup', '--detach', loop);
      }
      loop = '';
      rmSync(folder, { recursive: true, force: true });
    });

    it('are pulled, and are read-only at rest', async () => {
      await plug();
      expect(await pull()).toMatchObject({ layer: 'node', outcome: 'same' });
      const tip = push(profileOf('two'));
      expect(await pull()).toMatchObject({ outcome: 'new', revision: tip });
      expect(await hostname()).toBe('two');
      expect(readFileSync('/proc/mounts', 'utf8')).toMatch(new RegExp(`${loop} /config ext4 ro,`));
      expect(JSON.parse(readFileSync(pullStatePath, 'utf8'))).toMatchObject({ checkouts: [{ revision: tip }] });
      // Somebody rewrote history: the branch is what counts.
      git(work, 'reset', '--quiet', '--hard', 'HEAD~1');
      push(profileOf('three'));
      expect(await pull()).toMatchObject({ outcome: 'new' });
      expect(await hostname()).toBe('three');
    });

    it('are used as they are when the remote is gone, and the reason is told', async () => {
      await plug();
      renameSync(join(folder, 'fleet.git'), join(folder, 'gone.git'));
      expect(await pull()).toMatchObject({ outcome: 'not-pulled', problem: { code: 'sources/git' } });
      const resolution = await resolveProfile(system);
      expect(resolution).toMatchObject({ kind: 'resolved', profile: { node: { hostname: 'one' } } });
      expect(resolution.kind === 'resolved' && resolution.warnings.map(({ summary }) => summary)).toContainEqual(
        expect.stringMatching(/^\/config\/node cannot reach .*fleet\.git: fatal: .*fleet\.git/),
      );
    });

    it('are used as they are when the server takes the call and never answers', async () => {
      const port = '39418';
      daemon = spawn(
        'git',
        ['daemon', '--export-all', `--base-path=${folder}`, '--listen=127.0.0.1', `--port=${port}`],
        {
          stdio: 'ignore',
          detached: true,
        },
      );
      await plug((node) => git(node, 'remote', 'set-url', 'origin', `git://127.0.0.1:${port}/fleet.git`));
      await waitUntil(async () => (await pull())?.outcome === 'same', 'the daemon answers');
      push(profileOf('two'));
      signalDaemon('SIGSTOP');
      expect(await pull()).toMatchObject({ problem: { summary: expect.stringContaining('no answer in time') } });
      expect(await hostname()).toBe('one');
      signalDaemon('SIGCONT');
      expect(await pull()).toMatchObject({ outcome: 'new' });
    });

    it('are taken back when nothing valid can be made of what came, until something better comes', async () => {
      await plug();
      const wrong = push('version: 1\nrole: clint\n');
      const refused = await pull();
      expect(refused).toMatchObject({
        outcome: 'not-pulled',
        refused: wrong,
        problem: { code: 'sources/git-taken-back', summary: expect.stringContaining('clint') },
      });
      expect(await hostname()).toBe('one');
      expect(await pull()).toEqual(refused);
      push(profileOf('two'));
      expect(await pull()).toMatchObject({ outcome: 'new' });
      expect(await hostname()).toBe('two');
    });

    it('are not pulled on a medium that refuses writes', async () => {
      await plug();
      run('umount', configMountpoint);
      run('blockdev', '--setro', loop);
      expect(await mountConfigPartition(system)).toMatchObject({ ok: true, value: { readOnly: true } });
      push(profileOf('two'));
      expect(await pull()).toMatchObject({ outcome: 'not-pulled', problem: { code: 'sources/read-only-medium' } });
      expect(await hostname()).toBe('one');
    });

    it('keep what was changed there and is nowhere else', async () => {
      await plug();
      push(profileOf('two'));
      const file = join(configMountpoint, 'node/profile.yaml');
      writable(() => appendFileSync(file, 'access: { sshPasswords: true }\n'));
      expect(await pull()).toMatchObject({ problem: { code: 'sources/git-changed' } });
      writable(() => git(join(configMountpoint, 'node'), 'commit', '--quiet', '--all', '--message', 'here'));
      expect(await pull()).toMatchObject({ problem: { code: 'sources/git-not-pushed' } });
      expect(readFileSync(file, 'utf8')).toContain('sshPasswords');
    });

    it('are made whole after a power cut in the middle of a pull, with the remote gone', async () => {
      await plug();
      const tip = push(profileOf('two'));
      const node = join(configMountpoint, 'node');
      writable(() => {
        git(node, 'fetch', '--quiet', 'origin');
        writeFileSync(join(node, '.git/mayfly-pull'), `${tip}\n`);
        writeFileSync(join(node, '.git/index.lock'), '');
        writeFileSync(join(node, '.git/refs/remotes/origin/main.lock'), '');
        writeFileSync(join(node, 'profile.yaml'), 'version: 1\nro');
      });
      renameSync(join(folder, 'fleet.git'), join(folder, 'gone.git'));
      expect(await pull()).toMatchObject({ outcome: 'not-pulled', revision: tip });
      expect(await hostname()).toBe('two');
      expect(existsSync(join(node, '.git/mayfly-pull'))).toBe(false);
      renameSync(join(folder, 'gone.git'), join(folder, 'fleet.git'));
      push(profileOf('three'));
      expect(await pull()).toMatchObject({ outcome: 'new' });
    });

    it('run no program that they name', async () => {
      const trap = join(folder, 'sprung');
      await plug((node) => {
        writeFileSync(join(node, '.git/hooks/reference-transaction'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
        writeFileSync(join(node, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
        writeFileSync(join(node, '.git/info/attributes'), '* filter=trap\n');
      });
      push(profileOf('two'));
      expect(await pull()).toMatchObject({ outcome: 'new' });
      writable(() => git(join(configMountpoint, 'node'), 'config', 'filter.trap.smudge', `touch ${trap}; cat`));
      push(profileOf('three'));
      rmSync(trap, { force: true });
      expect(await pull()).toMatchObject({ problem: { code: 'sources/git-config' } });
      expect(await hostname()).toBe('two');
      expect(existsSync(trap)).toBe(false);
    });

    it('ask nobody, where a server wants to know who is there', async () => {
      await plug((node) => git(node, 'remote', 'set-url', 'origin', 'ssh://git@127.0.0.1:9/fleet.git'));
      expect(await pull()).toMatchObject({
        outcome: 'not-pulled',
        problem: { code: 'sources/git', summary: expect.stringMatching(/ssh:\/\/…@127\.0\.0\.1.*refused/i) },
      });
    });
  },
);

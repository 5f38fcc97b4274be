// The real door to the OS: commands always answer, files are whole or absent, the lock dies with its holder.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../src/system/host.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mayfly-host-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const host = createHost();

test('a command answers with its status and its exact output', async () => {
  expect(await host.query(['printf', 'a\\nb\\n'])).toEqual({ exitCode: 0, stdout: 'a\nb\n', stderr: '' });
  expect((await host.query(['false'])).exitCode).toBe(1);
  expect(await host.query(['no-such-program-here'])).toMatchObject({ exitCode: 127, stdout: '' });
  expect((await host.query(['/etc/passwd'])).exitCode).toBe(126);
});

test('a command killed by a signal is 128 plus its number', async () => {
  expect((await host.query(['sh', '-c', 'kill -9 $$'])).exitCode).toBe(137);
});

test('standard input arrives, and a command that ignores it is no failure', async () => {
  expect((await host.run(['cat'], { input: 'hush' })).stdout).toBe('hush');
  expect((await host.run(['true'], { input: 'x'.repeat(1_000_000) })).exitCode).toBe(0);
  expect((await host.run(['cat'])).stdout).toBe('');
});

test('the environment is minimal', async () => {
  const { stdout } = await host.query(['env'], { environment: { EXTRA: '1' } });
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .sort(),
  ).toEqual(['EXTRA', 'HOME', 'LANG', 'PATH']);
});

test('a command that ignores SIGTERM and whose child keeps the pipe answers 124 in time and is gone afterwards', async () => {
  const before = Date.now();
  const answer = await host.query(['sh', '-c', `trap "" TERM; echo $$ > ${root}/pid; sleep 60 & sleep 60; sleep 60`], {
    timeoutMs: 300,
  });
  expect(answer.exitCode).toBe(124);
  expect(Date.now() - before).toBeLessThan(2_000);
  const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5_000 }).toBe(false);
});

test('output without end is cut off', async () => {
  const answer = await host.query(['yes'], { timeoutMs: 20_000 });
  expect(answer.exitCode).toBe(143);
  expect(answer.stdout.length).toBeLessThanOrEqual(16 * 1024 * 1024);
});

test('writeText replaces whole files with the exact mode, whatever the umask', async () => {
  const machine = createHost({ root });
  const umask = process.umask(0o077);
  try {
    await machine.writeText('/etc/deep/name', 'one');
    await machine.writeText('/etc/deep/name', 'two');
    await machine.writeText('/etc/secret', 's', { mode: 0o600 });
  } finally {
    process.umask(umask);
  }
  expect(await machine.readText('/etc/deep/name')).toBe('two');
  expect(statSync(join(root, 'etc/deep/name')).mode & 0o777).toBe(0o644);
  expect(statSync(join(root, 'etc/secret')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(root, 'etc/deep'))).toEqual(['name']);
});

test('a failed write leaves the old file and nothing beside it', async () => {
  const machine = createHost({ root });
  await machine.writeText('/data/dir/inside', 'x');
  await expect(machine.writeText('/data/dir', 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(join(root, 'data'))).toEqual(['dir']);
});

test('a full filesystem: the old text stays', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'mayfly-test', root]);
  try {
    const machine = createHost({ root });
    await machine.writeText('/f', 'old');
    await expect(machine.writeText('/f', 'x'.repeat(1_000_000))).rejects.toThrow('ENOSPC');
    expect(readdirSync(root)).toEqual(['f']);
    expect(await machine.readText('/f')).toBe('old');
  } finally {
    execFileSync('umount', [root]);
  }
});

test('append, link, remove, stat, list', async () => {
  const machine = createHost({ root });
  await machine.appendText('/run/j', 'a\n');
  await machine.appendText('/run/j', 'b\n');
  expect(await machine.readText('/run/j')).toBe('a\nb\n');
  await machine.link('/run/j', '/run/l');
  await machine.link('/run/k', '/run/l');
  expect(await machine.readLink('/run/l')).toBe('/run/k');
  expect(await machine.stat('/run/l')).toMatchObject({ kind: 'symlink' });
  expect(await machine.stat('/run/j')).toMatchObject({ kind: 'file', size: 4, mode: 0o644 });
  expect(await machine.list('/run')).toEqual(['j', 'l']);
  await machine.remove('/run/l');
  await machine.remove('/run/l');
  expect(await machine.list('/run')).toEqual(['j']);
  expect(await machine.readText('/nowhere')).toBeUndefined();
  expect(await machine.readText('/run')).toBeUndefined();
  expect(await machine.list('/nowhere')).toEqual([]);
  await expect(machine.writeKernel('/sys/none', '1')).rejects.toThrow('ENOENT');
  await machine.makeDirectory('/var/private', { mode: 0o700 });
  expect((await machine.stat('/var/private'))?.mode).toBe(0o700);
});

test('a path cannot climb out of the root', async () => {
  const machine = createHost({ root });
  await machine.writeText('/../../etc/mine', 'x');
  expect(readFileSync(join(root, 'etc/mine'), 'utf8')).toBe('x');
  await expect(async () => machine.readText('etc/passwd')).rejects.toThrow('not an absolute path');
});

test('a lock is exclusive until released', async () => {
  const machine = createHost({ root });
  const first = await machine.lock('/run/lock');
  expect(first).toBeDefined();
  expect(await machine.lock('/run/lock')).toBeUndefined();
  await first?.release();
  const second = await machine.lock('/run/lock');
  expect(second).toBeDefined();
  await second?.release();
});

test('a lock dies with a holder that is killed', async () => {
  const program = join(root, 'holder.ts');
  writeFileSync(
    program,
    `import { createHost } from ${JSON.stringify(new URL('../../src/system/host.ts', import.meta.url).href)};
     const lock = await createHost().lock(${JSON.stringify(join(root, 'lock'))});
     console.log(lock === undefined ? 'refused' : 'held');
     setInterval(() => undefined, 1000);`,
  );
  const holder = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const said = await new Promise<string>((resolve) =>
      holder.stdout.once('data', (data) => resolve(`${data}`.trim())),
    );
    expect(said).toBe('held');
    expect(await host.lock(join(root, 'lock'))).toBeUndefined();
  } finally {
    holder.kill('SIGKILL');
  }
  await expect
    .poll(async () => {
      const lock = await host.lock(join(root, 'lock'));
      await lock?.release();
      return lock !== undefined;
    })
    .toBe(true);
});

test('a process that holds a lock can end by itself', async () => {
  const program = join(root, 'holder.ts');
  writeFileSync(
    program,
    `import { createHost } from ${JSON.stringify(new URL('../../src/system/host.ts', import.meta.url).href)};
     await createHost().lock(${JSON.stringify(join(root, 'lock'))});`,
  );
  execFileSync(process.execPath, [program], { timeout: 10_000 });
});

// Brings a fresh clone to where the program can run: npm packages, among them the pinned Node. Plain JavaScript without
// dependencies, because it is the one file that the machine's own Node runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const stamp = `${root}node_modules/.mayfly-setup`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');
const started = Date.now();

const say = (text) => process.stderr.write(`${text}\n`);
const fail = (cause, remedy) => {
  say(`mayfly setup: ${cause}\n  → ${remedy}`);
  process.exit(1);
};

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node ${process.versions.node} is too old to start from`, "install Debian's or any other Node 20 or newer");
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  say('mayfly setup: installing npm packages (about half a minute the first time)…');
  // Not `npm ci`: it refuses a lock file without the binaries of other platforms, which a registry need not carry. This
  // installs what the lock file says as well, and leaves that file as it is.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0)
    fail(
      '`npm install` failed',
      'read its message above; is the npm registry within reach? Then run the same command again',
    );
  mkdirSync(`${root}node_modules`, { recursive: true });
  writeFileSync(stamp, wanted);
  say(`mayfly setup: packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}
const node = spawnSync(`${root}node_modules/.bin/node`, ['-p', 'process.versions.node'], { encoding: 'utf8' });
if (node.status !== 0 || Number(node.stdout.split('.')[0]) < 24) {
  fail(
    'the pinned Node 24 is not in node_modules',
    'it comes as an optional npm package for x86-64 and arm64 Linux: run `npm install --no-save --include=optional`',
  );
}

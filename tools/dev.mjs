// `npm run dev`: the console against this machine, changing nothing, started again after every edit of the source.
import { spawn } from 'node:child_process';
import { context } from 'esbuild';
import { bundle } from './bundle.mjs';

let child;
const start = async () => {
  if (child !== undefined) {
    const old = child;
    child = undefined;
    const ended = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await ended;
  }
  const next = spawn(process.execPath, ['dist/mayfly.mjs', 'console', '--rehearse', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  child = next;
  next.once('exit', (code) => {
    if (child === next) process.exit(code ?? 1);
  });
};

const watching = await context({
  ...bundle,
  plugins: [
    { name: 'restart', setup: (build) => build.onEnd((result) => (result.errors.length === 0 ? start() : undefined)) },
  ],
});
await watching.watch();

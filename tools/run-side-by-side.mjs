// Runs test projects side by side, each in a runner of its own, with a report each (build/reports/PROJECT.json). The first one's output is seen as it comes,
// that of the others when they end. Daemons of clusters are waited for most of the time, and the other tests of hosts fill the gaps.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const projects = process.argv.slice(2);

const run = (project, index) =>
  new Promise((resolve) => {
    const report = `build/reports/${project}.json`;
    rmSync(report, { force: true });
    const child = spawn(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        project,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { stdio: ['ignore', index === 0 ? 'inherit' : 'pipe', index === 0 ? 'inherit' : 'pipe'] },
    );
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => parts.push(part));
    child.once('error', (error) => resolve({ code: 1, output: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() }));
  });

const running = projects.map(run);
let failed = projects.length === 0;
for (const [index, ended] of running.entries()) {
  const { code, output } = await ended;
  if (output !== '') process.stdout.write(`\n${projects[index]}, beside ${projects[0]}:\n${output}`);
  if (code !== 0) failed = true;
}
process.exit(failed ? 1 : 0);

// Runs the test files that failed in a report (build/reports/PROJECT.json) once more, alone, into PROJECT-again.json; exits as that run does.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const project = process.argv[2] ?? '';
const { testResults } = JSON.parse(readFileSync(`build/reports/${project}.json`, 'utf8'));
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name));
if (failed.length === 0) {
  process.stderr.write(`no test file of ${project} failed, and yet its run did: see its output above\n`);
  process.exit(1);
}
const output = `--outputFile.json=build/reports/${project}-again.json`;
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    output,
    ...failed,
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);

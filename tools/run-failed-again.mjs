// Runs the test files that failed in reports (build/reports/PROJECT.json) once more, alone, into PROJECT-again.json; exits with 1 when one fails again, and
// when a report names no failure or is not there: whoever calls this knows that something failed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const failedIn = (project) => {
  const { testResults } = JSON.parse(readFileSync(`build/reports/${project}.json`, 'utf8'));
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name));
};

const projects = process.argv.slice(2).map((project) => ({ project, failed: failedIn(project) }));
let again = 0;
if (projects.every(({ failed }) => failed.length === 0)) {
  process.stderr.write('no test file failed, and yet the run did: see its output above\n');
  again = 1;
}
for (const { project, failed } of projects) {
  if (failed.length === 0) continue;
  const report = `--outputFile.json=build/reports/${project}-again.json`;
  const runner = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
  ];
  const { status } = spawnSync(process.execPath, [...runner, report, ...failed], { stdio: 'inherit' });
  if (status !== 0) again = 1;
}
process.exit(again);

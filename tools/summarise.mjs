// Adds up the test runner's JSON reports and prints the closing line that says how many tests ran. No report, or none
// that ran a test, is a failure: a run that examined nothing must not look like one that passed.
// Files that were run once more (NAME-again.json beside NAME.json) count as they ended then, and are named.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const total = { passed: 0, failed: 0, skipped: 0 };
let broken = 0;

const read = (file) => {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  if (report.numPassedTests + report.numFailedTests === 0) throw new Error('no test ran');
  return report;
};

/** The report, with the files that were run again as they ended then. */
const readBoth = (file) => {
  const first = read(file);
  const again = file.replace(/\.json$/, '-again.json');
  if (first.success || !existsSync(again)) return first;
  const second = read(again);
  const rerun = new Map(second.testResults.map((result) => [result.name, result]));
  const testResults = first.testResults.map((result) => rerun.get(result.name) ?? result);
  for (const { name, status } of second.testResults)
    process.stdout.write(`${relative('.', name)}: failed, and ${status} when it was run once more\n`);
  return { success: testResults.every(({ status }) => status === 'passed'), testResults };
};

for (const file of process.argv.slice(2)) {
  try {
    const report = readBoth(file);
    const states = report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
    const failed = states.filter((status) => status === 'failed').length;
    total.passed += states.filter((status) => status === 'passed').length;
    total.failed += failed;
    total.skipped += states.filter((status) => ['pending', 'skipped', 'todo'].includes(status)).length;
    if (!report.success && failed === 0) broken += 1;
  } catch (error) {
    process.stderr.write(`${file}: no report (${error.message})\n`);
    broken += 1;
  }
}
process.stdout.write(`${total.passed} passed, ${total.failed + broken} failed, ${total.skipped} skipped\n`);
process.exit(total.failed + broken > 0 || total.passed === 0 ? 1 : 0);

// Adds up the test runner's JSON reports and prints the closing line that says how many tests ran. No report, or none
// that ran a test, is a failure: a run that examined nothing must not look like one that passed.
import { readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
let broken = 0;
for (const file of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    if (report.numPassedTests + report.numFailedTests === 0) {
      process.stderr.write(`${file}: no test ran\n`);
      broken += 1;
    }
    if (!report.success && report.numFailedTests === 0) broken += 1;
  } catch (error) {
    process.stderr.write(`${file}: no report (${error.message})\n`);
    broken += 1;
  }
}
process.stdout.write(`${total.passed} passed, ${total.failed + broken} failed, ${total.skipped} skipped\n`);
process.exit(total.failed + broken > 0 || total.passed === 0 ? 1 : 0);

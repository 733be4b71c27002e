// test-totals.mjs <report.json>…: adds up the JSON reports of Vitest runs and prints the totals alone on a line.
import { readFileSync } from 'node:fs';

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const path of process.argv.slice(2)) add(JSON.parse(readFileSync(path, 'utf8')));
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);

function add(report) {
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + report.testResults.filter(failedToLoad).length;
  totals.skipped += report.numPendingTests + report.numTodoTests;
}

/** A file that fails outside of its tests has no failed test to count. */
function failedToLoad({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

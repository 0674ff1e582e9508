// Counts the tests in the JSON reports of vitest, and makes the last line of `npm test` from them.
import { existsSync, readFileSync } from 'node:fs';

/**
 * Counts one report. A test file that did not load, and an error outside all tests, count as one failure each, so that
 * a run that ended badly never counts zero failures.
 */
export function countReport(path, exitStatus) {
  const count = { passed: 0, failed: 0, skipped: [] };
  const files = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : [];
  for (const { status, assertionResults } of files) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    count.failed += status === 'failed' && failed === 0 ? 1 : failed;
    count.passed += assertionResults.filter((test) => test.status === 'passed').length;
    count.skipped.push(...assertionResults.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName));
  }
  if (exitStatus !== 0 && count.failed === 0) count.failed = 1;
  return count;
}

/** Adds counts up. Where every test is required, a skipped one has failed. */
export function sumCounts(counts, requireAll) {
  const skipped = counts.flatMap((count) => count.skipped);
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum('passed'), failed: sum('failed') + (requireAll ? skipped.length : 0), skipped: requireAll ? 0 : skipped.length };
}

/** `N passed, N failed`, and how many were skipped if any were. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

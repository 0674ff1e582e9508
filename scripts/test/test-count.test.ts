import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { countReport, sumCounts, summaryLine } from '../test-count.mjs';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'count-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A report of test files, each its status and the status of each of its tests. */
function report(...files: [string, string[]][]): string {
  const path = join(folder, 'report.json');
  const testResults = files.map(([status, tests]) => ({ status, assertionResults: tests.map((test, index) => ({ fullName: `t${index}`, status: test })) }));
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}

describe('countReport', () => {
  it.each([
    ['tests of several files', [['passed', ['passed', 'passed']], ['failed', ['failed', 'passed']]], 1, { passed: 3, failed: 1, skipped: [] }],
    ['a skipped test and one still to be written', [['passed', ['skipped', 'todo']]], 0, { passed: 0, failed: 0, skipped: ['t0', 't1'] }],
    ['a file that did not load as one failure', [['failed', []]], 1, { passed: 0, failed: 1, skipped: [] }],
    ['an error outside all tests as one failure', [['passed', ['passed']]], 1, { passed: 1, failed: 1, skipped: [] }],
  ] as [string, [string, string[]][], number, ReturnType<typeof countReport>][])('counts %s', (_title, files, status, count) => {
    expect(countReport(report(...files), status)).toEqual(count);
  });

  it('counts a run without a report by its exit status', () => {
    expect(countReport(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 0, skipped: [] });
    expect(countReport(join(folder, 'none.json'), 2)).toEqual({ passed: 0, failed: 1, skipped: [] });
  });
});

describe('the last line', () => {
  const counts = [
    { passed: 3, failed: 0, skipped: ['needs nginx'] },
    { passed: 2, failed: 1, skipped: [] },
  ];

  it.each([
    ['names skipped tests', false, '5 passed, 1 failed, 1 skipped'],
    ['counts them as failed where every test is required', true, '5 passed, 2 failed'],
  ])('%s', (_title, requireAll, line) => {
    expect(summaryLine(sumCounts(counts, requireAll))).toBe(line);
  });

  it('leaves skipped tests out when there are none', () => {
    expect(summaryLine(sumCounts([{ passed: 1, failed: 0, skipped: [] }], false))).toBe('1 passed, 0 failed');
  });
});

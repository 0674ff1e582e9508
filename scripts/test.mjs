// `npm test`: installs what is missing, runs every check, then the end-to-end tests. All steps run, also after one that
// failed; the last line is `N passed, N failed`, where a failed check counts as one.
// `--without-e2e` leaves the end-to-end tests out. OCCLUM_REQUIRE_ALL=1 makes a skipped test a failure.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fingerprint, recordBuild, written } from './freshness.mjs';
import { dropForeignCmakeCache, install, npm, stopAt } from './prepare.mjs';
import { toolProblems, writeProblems } from './prerequisites.mjs';
import { countReport, sumCounts, summaryLine } from './test-count.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const requireAll = process.env.OCCLUM_REQUIRE_ALL === '1';
const withE2e = !process.argv.includes('--without-e2e') && existsSync(join(root, 'e2e', 'vitest.config.ts'));
const hasGenerator = existsSync(join(root, 'scripts', 'generate.ts'));

const STEPS = [
  'docs:extract',
  ...(hasGenerator ? ['generate:check'] : []),
  'lint',
  'typecheck',
  'build:native',
  'test:unit',
  'build',
  'api:check',
  'pack:check',
  ...(withE2e ? ['test:e2e'] : []),
];

stopAt(toolProblems(process.env.PATH ?? ''));
install(root);
stopAt(writeProblems(root, written(root)));

dropForeignCmakeCache(root);

const reports = mkdtempSync(join(tmpdir(), 'occlum-test-'));
const sources = fingerprint(root);
const results = STEPS.map((step) => run(step));
rmSync(reports, { recursive: true });
if (results.every(({ step, status }) => status === 0 || !step.startsWith('build'))) recordBuild(root, sources);

console.log('');
for (const { step, seconds, status } of results) console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s  ${step}`);
const skipped = results.flatMap((result) => result.count.skipped);
for (const name of skipped) console.log(`${requireAll ? 'FAILED, since it was skipped' : 'skipped'}: ${name}`);

const total = sumCounts(results.map((result) => result.count), requireAll);
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(summaryLine(total));

/** Runs one npm script; a script of vitest also writes its report, which is counted. */
function run(step) {
  console.log(`\n== ${step}`);
  const report = join(reports, `${step.replace(':', '-')}.json`);
  const more = step.startsWith('test:') ? ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const start = performance.now();
  const status = npm(root, ['run', '--silent', step, ...more], 'inherit');
  return { step, status, seconds: (performance.now() - start) / 1000, count: countReport(report, status) };
}

// The page of what e2e/guest/scheduling.c asks of two kernels, a line a row of it. For scripts/generate.ts.

/**
 * Prints the page.
 *
 * @param source - Text of the program, in which each row is `ROW("call", "case", ...)`.
 */
export function schedulingPage(source: string): string {
  const rows = [...source.matchAll(/^ *ROW\("([^"]+)", "([^"]+)"/gm)].map(([, call = '', what = '']) => ({ call, what }));
  const calls = new Map<string, string[]>();
  for (const { call, what } of rows) {
    const known = calls.get(call) ?? [];
    calls.set(call, known.includes(what) ? known : [...known, what]);
  }
  return [
    '# Scheduling: what is compared with Linux',
    '',
    'Generated from `e2e/guest/scheduling.c` by `npm run generate`. That program runs on Linux and in the LibOS, for root, for an ordinary user, under the',
    'refusals of a stock container and with `--no-rewrite`, without the capabilities CAP_SYS_NICE and CAP_SYS_ADMIN; every result must be the same',
    '(`e2e/scheduling.test.ts`). Where a case names two mistakes, it shows which of them is found first.',
    '',
    `${rows.length} rows of ${calls.size} calls.`,
    '',
    '| call | cases |',
    '| --- | --- |',
    ...[...calls].map(([call, cases]) => `| \`${call}\` | ${cases.join('; ')} |`),
    '',
  ].join('\n');
}

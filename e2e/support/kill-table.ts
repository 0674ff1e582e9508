import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './places.js';
import { PROGRAMS } from './stop-program.js';
import type { Program } from './stop-program.js';

/** What was found: for each column, and each program in it, the ways to stop it and whether something was left. */
export type Findings = ReadonlyMap<string, ReadonlyMap<Program, ReadonlyMap<string, boolean>>>;

/** How the README names what a program does. */
const TITLES: Readonly<Record<Program, string>> = {
  ignore: 'ignores every signal',
  block: 'blocks every signal',
  leave: 'forks twice, `setsid`s, and computes there',
  spin: 'computes and makes no system call',
  threads: 'has 64 threads, half of them in blocking calls',
  bomb: 'forks until it is refused, and goes on trying',
  'raw-block': 'blocks signal 64 by the runtime\'s own instructions',
  stop: 'stops itself by SIGSTOP',
};
const README = join(ROOT, 'README.md');
const BEGIN = '<!-- kill matrix: written by e2e/kill-matrix.test.ts with OCCLUM_UPDATE_README=1 -->\n';
const END = '<!-- end of kill matrix -->';

/** The table of the README for what was found. */
export function killTable(findings: Findings): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const columns = [...findings];
  const head = row(['a program that', ...columns.map(([column]) => column)]) + row(['---', ...columns.map(() => '---')]);
  return head + PROGRAMS.map((program) => row([TITLES[program], ...columns.map(([, found]) => cell(found.get(program)))])).join('');
}

/** The table that the README has. */
export function readmeTable(): string {
  const [, rest = ''] = readFileSync(README, 'utf8').split(BEGIN);
  return rest.split(END)[0] ?? '';
}

/** What a table says of Occlum: the first two cells of each row. */
export function ourColumn(table: string): string[] {
  return table.split('\n').map((row) => row.split('|').slice(0, 3).join('|'));
}

export function writeReadmeTable(table: string): void {
  const text = readFileSync(README, 'utf8');
  writeFileSync(README, text.replace(BEGIN + readmeTable(), BEGIN + table));
}

function cell(ways: ReadonlyMap<string, boolean> | undefined): string {
  if (ways === undefined) return 'not there';
  const surviving = [...ways].filter(([, isLeft]) => isLeft).map(([way]) => way).sort();
  if (surviving.length === 0) return 'nothing left';
  return surviving.length === ways.size ? 'survives every way' : `survives: ${surviving.join(', ')}`;
}

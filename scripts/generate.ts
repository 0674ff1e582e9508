// Writes what is made from the sources: of the system call table the runtime's table (native/enclave/generated/syscall-table.h, in the form that
// native/enclave/syscall.h names), the page of what is supported (docs/syscalls.md), that of what scheduling is compared by, and the schema of Occlum.json.
// `--check` compares instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ArgumentKind, SyscallRow } from '@occlum/abi';
import { jsonSchema } from '@occlum/config';
import { Errno } from '@occlum/errno';

import { describeSyscalls } from '../packages/libos/src/syscalls.js';
import { schedulingPage } from './scheduling-page.js';

/** A row and its name. */
type Named = readonly [name: string, row: SyscallRow<never>];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rows: readonly Named[] = Object.entries(describeSyscalls()).sort(([, a], [, b]) => a.nr - b.nr);

const outputs: readonly (readonly [path: string, text: string])[] = [
  ['native/enclave/generated/syscall-table.h', runtimeTable()],
  ['docs/syscalls.md', supportPage()],
  ['docs/scheduling-rows.md', schedulingPage(readOrEmpty(join(root, 'e2e/guest/scheduling.c')))],
  ['packages/config/occlum.schema.json', `${JSON.stringify(jsonSchema(), undefined, 2)}\n`],
];

let differences = 0;
for (const [path, text] of outputs) {
  const file = join(root, path);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readOrEmpty(file) !== text) {
    console.error(`${path}: differs from the sources; run "npm run generate" and commit it`);
    differences++;
  }
}
process.exitCode = differences === 0 ? 0 : 1;

function runtimeTable(): string {
  const known = rows.filter(([, { support }]) => support !== 'missing');
  const runners = (macro: string, wanted: (row: SyscallRow<never>) => boolean): string[] =>
    known.filter(([, row]) => wanted(row)).map(([name]) => `${macro}(${name})`);
  return [
    '// Generated from the system call table by scripts/generate.ts. Do not edit.',
    `#define SYSCALL_COUNT ${Math.max(...known.map(([, { nr }]) => nr)) + 1}`,
    ...runners('LOCAL_RUNNER', (row) => row.class === 'local'),
    ...runners('DIRECT_RUNNER', (row) => row.class === 'direct' && row.custom),
    'static const struct syscall_row syscall_table[SYSCALL_COUNT] = {',
    ...known.map(([name, row]) => `  [${row.nr}] = ${runtimeRow(name, row)},  // ${name}`),
    '};',
    '',
  ].join('\n');
}

function runtimeRow(name: string, row: SyscallRow<never>): string {
  const kinds = row.args.length === 0 ? ['INTEGER'] : row.args.map((kind, index) => (index === 0 && row.sendsFd ? 'FD_SENT' : runtimeKind(kind)));
  if (row.class === 'local') return `LOCAL(${[name, ...kinds].join(', ')})`;
  if (row.class === 'kernel') return `KERNEL(${kinds.join(', ')})`;
  if (row.custom) return `CUSTOM(${[name, ...kinds].join(', ')})`;
  const directory = row.directory === undefined ? 0 : Errno[row.directory];
  return `DIRECT(${[row.blocks ? 'ROW_BLOCKS' : '0', directory, ...kinds].join(', ')})`;
}

function runtimeKind(kind: ArgumentKind): string {
  if (kind === 'fd') return 'FD';
  if (kind === 'path') return 'PATH';
  if (typeof kind === 'string' || 'names' in kind) return 'INTEGER';
  switch (kind.kind) {
    case 'input': return `IN(${kind.size})`;
    case 'output': return `OUT(${kind.size})`;
    case 'inoutput': return `INOUT(${kind.size})`;
    case 'inputBuffer': return kind.unit === 1 ? `IN_BUFFER(${kind.length}, ${kind.max})` : `IN_ARRAY(${kind.length}, ${kind.unit}, ${kind.max})`;
    case 'outputBuffer': return kind.unit === 1 ? `OUT_BUFFER(${kind.length}, ${kind.max})` : `OUT_ARRAY(${kind.length}, ${kind.unit}, ${kind.max})`;
  }
}

function supportPage(): string {
  const count = (support: string): number => rows.filter(([, row]) => row.support === support).length;
  return [
    '# System calls',
    '',
    'Generated from the system call table by `npm run generate`. A number that is not listed answers `ENOSYS`, and the log names it.',
    '',
    'Who answers: `local` the runtime from its own memory, `direct` the runtime by a call of the host on what the process holds, `kernel` TypeScript.',
    '',
    `${count('full')} are complete, ${count('partial')} in part, ${count('missing')} are known and not there.`,
    '',
    '| number | name | answered | support | what is not there |',
    '| ---: | --- | --- | --- | --- |',
    ...rows.map(([name, row]) => `| ${row.nr} | \`${name}\` | ${row.support === 'missing' ? '-' : row.class} | ${row.support} | ${row.note ?? ''} |`),
    '',
  ].join('\n');
}

function readOrEmpty(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

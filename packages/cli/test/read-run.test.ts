import { describe, expect, it } from 'vitest';

import { readCommandLine, readRun } from '@occlum/cli';

const NONE = {
  rootfs: [], volume: [], tmpfs: [], env: [], 'explain-env': [], 'env-file': [], user: [], 'read-only': [], memory: [], 'pids-limit': [], explain: [], result: [], json: [], workdir: [], network: [], hostname: [],
  'cpuset-cpus': [], cpus: [],
  tty: [], interactive: [], timeout: [], 'stop-timeout': [], 'no-rewrite': [],
  'log-file': [],
};

// Both readers must agree on what the fast one accepts, else a flag would mean one thing with --help near and another without.
describe.each([
  ['readRun', readRun],
  ['readCommandLine', (words: readonly string[]) => {
    const parsed = readCommandLine(['run', ...words], '1.2.3');
    return 'run' in parsed ? parsed.run : undefined;
  }],
])('%s', (_name, read) => {
  it.each<[string, string[], object, string[]]>([
    ['a program alone', ['--rootfs', '/', 'true'], { rootfs: ['/'] }, ['true']],
    ['a program after --', ['--rootfs', '/', '--', 'ls', '-l'], { rootfs: ['/'] }, ['ls', '-l']],
    ['flags of the program without --', ['--rootfs', '/', 'ls', '-l', '--rootfs', 'x'], { rootfs: ['/'] }, ['ls', '-l', '--rootfs', 'x']],
    ['flags of ours after the program', ['--rootfs=/', '--', 'sh', '-c', 'x', '-e', 'y'], { rootfs: ['/'] }, ['sh', '-c', 'x', '-e', 'y']],
    ['a second -- for the program', ['--rootfs=/', '--', 'env', '--', 'x'], { rootfs: ['/'] }, ['env', '--', 'x']],
    ['values joined by =', ['--rootfs=/a=b', '--timeout=5s', 'true'], { rootfs: ['/a=b'], timeout: ['5s'] }, ['true']],
    ['values joined to a short flag', ['--rootfs', '/', '-eA=b', '-w/tmp', 'true'], { rootfs: ['/'], env: ['A=b'], workdir: ['/tmp'] }, ['true']],
    ['repeated flags in their order', ['-e', 'A=1', '--rootfs', '/', '-e', 'B', '--env', 'C=', 'true'], { rootfs: ['/'], env: ['A=1', 'B', 'C='] }, ['true']],
    ['volumes and tmpfs', ['--rootfs', '/', '-v', '.:/w', '--volume', '/a:/b:ro', '--tmpfs', '/t', 'true'], { rootfs: ['/'], volume: ['.:/w', '/a:/b:ro'], tmpfs: ['/t'] }, ['true']],
    ['a flag without a value', ['--no-rewrite', '--rootfs', '/', 'true'], { rootfs: ['/'], 'no-rewrite': [''] }, ['true']],
    ['switches in one word', ['-it', '--rootfs', '/', 'true'], { rootfs: ['/'], tty: [''], interactive: [''] }, ['true']],
    ['switches in words of their own', ['-t', '--rootfs', '/', '--interactive', 'true'], { rootfs: ['/'], tty: [''], interactive: [''] }, ['true']],
    ['an empty value', ['--rootfs', '', 'true'], { rootfs: [''] }, ['true']],
    ['a newline in a value', ['--rootfs', '/', '--env=A=1\n2', 'true'], { rootfs: ['/'], env: ['A=1\n2'] }, ['true']],
    ['a lone dash as the program', ['--rootfs', '/', '-', 'x'], { rootfs: ['/'] }, ['-', 'x']],
    ['a value that begins with a dash', ['--rootfs', '/', '-e', '-A=1', 'true'], { rootfs: ['/'], env: ['-A=1'] }, ['true']],
  ])('reads %s', (_title, words, flags, command) => {
    expect(read(words)).toEqual({ flags: { ...NONE, ...flags }, command });
  });
});

describe('readRun', () => {
  it.each<[string, string[]]>([
    ['no program', ['--rootfs', '/']],
    ['no program after --', ['--rootfs', '/', '--']],
    ['an unknown flag', ['--rootf', '/', 'true']],
    ['an unknown letter', ['-x', 'true']],
    ['a value that is missing', ['--rootfs']],
    ['a value where there is none', ['--no-rewrite=yes', 'true']],
    ['--help', ['--help']],
    ['a switch twice in one word', ['-tt', 'true']],
    ['a flag twice', ['--rootfs', '/', '--rootfs', '/tmp', 'true']],
  ])('leaves %s to commander', (_title, words) => {
    expect(readRun(words)).toBeUndefined();
  });
});

describe('readCommandLine', () => {
  const text = (...args: string[]): string => {
    const parsed = readCommandLine(args, '1.2.3');
    return 'text' in parsed ? parsed.text : '';
  };

  it.each<[string, string[], string[]]>([
    ['no word at all', [], ['Usage: occlum', 'occlum run --rootfs / -- ls']],
    ['--help', ['--help'], ['Usage: occlum', 'occlum run --rootfs / -- ls']],
    ['run --help', ['run', '--help'], ['--rootfs <DIR>', '--network <host|none>', 'Examples:', 'Exit status:']],
    ['help', ['help'], ['Usage: occlum', 'completion', 'copy-bom']],
    ['help run', ['help', 'run'], ['--rootfs <DIR>', 'Examples:']],
    ['help copy_bom', ['help', 'copy_bom'], ['--include-dir <DIR>', 'Examples:']],
    ['--version', ['--version'], ['1.2.3\n']],
  ])('answers %s', (_title, args, parts) => {
    for (const part of parts) expect(text(...args)).toContain(part);
  });

  it.each<[string, string[], string]>([
    ['an unknown flag', ['run', '--rootf', '/', 'true'], "unknown option '--rootf', did you mean --rootfs?"],
    ['an unknown command', ['runn', 'true'], "unknown command 'runn', did you mean run?"],
    ['help of an unknown command', ['help', 'runn'], "unknown command 'runn', did you mean run?"],
    ['a command that is like none', ['xyzzy'], "unknown command 'xyzzy', see: occlum help"],
    ['help of several', ['help', 'run', 'x'], 'help is asked for "run x", must be one command, see: occlum help'],
    ['an unknown shell', ['completion', 'tcsh'], "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish, see: occlum help completion"],
    ['too many words', ['completion', 'bash', 'zsh'], "too many arguments for 'completion'. Expected 1 argument but got 2, see: occlum help completion"],
    ['a missing value', ['run', '--rootfs'], "option '--rootfs <DIR>' argument missing, see: occlum help run"],
    ['a missing program', ['run', '--rootfs', '/'], "missing required argument 'program', see: occlum help run"],
    ['a flag twice', ['run', '--rootfs', '/', '--rootfs', '/tmp', 'true'], '--rootfs is given twice, as "/" and "/tmp"'],
    ['a flag without a value twice', ['run', '--no-rewrite', '--no-rewrite', 'true'], '--no-rewrite is given twice'],
  ])('refuses %s in one line', (_title, args, message) => {
    expect(() => text(...args)).toThrow(expect.objectContaining({ name: 'UsageError', message }) as Error);
  });
});

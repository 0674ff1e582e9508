import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { readCommandLine, RUN_FLAGS } from '@occlum/cli';

const directory = mkdtempSync(join(tmpdir(), 'occlum-completion-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});
mkdirSync(join(directory, 'folder'));
writeFileSync(join(directory, 'file.yaml'), '');

/** What the command prints. */
async function completionScript(shell: string): Promise<string> {
  let text = '';
  const parsed = readCommandLine(['completion', shell], '1.2.3');
  if (!('perform' in parsed)) throw new Error('it is no command');
  await parsed.perform({ cwd: '/', env: {}, version: '1.2.3', isOnTerminal: false, print: (part) => (text += part), tell: () => undefined });
  return text;
}

/** The commands that help shows. */
const help = readCommandLine([], '1.2.3');
const COMMANDS = 'text' in help ? [...help.text.slice(help.text.indexOf('Commands:')).matchAll(/^  ([a-z][a-z-]*)(?:\|\S+)? .* {2}/gm)].map(([, name = '']) => name) : [];
const scripts = { bash: await completionScript('bash'), zsh: await completionScript('zsh'), fish: await completionScript('fish') };

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What bash offers for the last of some words, which it splits at `=` as at blanks. */
function offered(...words: string[]): string[] {
  const script = `
compopt() { :; }
${scripts.bash}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _occlum; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script, 'bash', 'occlum', ...words], { cwd: directory, encoding: 'utf8', env: { PATH: process.env['PATH'], SECRET: 'x' } })
    .split('\n').filter((line) => line !== '').sort();
}

describe('completion of bash', () => {
  it.each<[string[], string[]]>([
    [[''], ['--help', '--version', ...COMMANDS].sort()],
    [['comp'], ['completion']],
    [['run', '--'], ['--help', ...RUN_FLAGS.map(({ name }) => `--${name}`)].sort()],
    [['run', '--net'], ['--network']],
    [['run', '--network', ''], ['host', 'none']],
    [['run', '--network', '=', 'n'], ['none']],
    [['run', '--network', '='], ['host', 'none']],
    [['run', '--rootfs', ''], ['folder']],
    [['run', '--rootfs', '=', 'fo'], ['folder']],
    [['run', '-e', 'SEC'], ['SECRET']],
    [['run', '--timeout', ''], []],
    [['run', '--rootfs', 'run', '--tim'], ['--timeout']],
    [['run', '--rootfs', '=', '/', '--log'], ['--log-file']],
    [['run', '-t', '-i', '--workd'], ['--workdir']],
    [['run', '--rootfs', '/', 'ls', '--net'], []],
    [['run', '--rootfs', '/', '--', 'ls', '--net'], []],
    [['copy-bom', '-f', ''], ['file.yaml', 'folder']],
    [['copy_bom', '--dry'], ['--dry-run']],
    [['completion', ''], ['bash', 'fish', 'zsh']],
    [['help', 'ru'], ['run']],
    [['no-such-command', ''], []],
  ])('occlum %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('offers programs where one is to follow', () => {
    expect(offered('run', '--rootfs', '/', '--', 'bas')).toContain('bash');
    expect(offered('run', '--rootfs', '/', 'bas')).toContain('bash');
  });
});

describe.each(['bash', 'zsh', 'fish'] as const)('the script for %s', (shell) => {
  it('has every command and every flag', () => {
    const script = scripts[shell];
    expect(COMMANDS).toEqual(expect.arrayContaining(['run', 'completion', 'copy-bom', 'help']));
    for (const word of [...COMMANDS, ...RUN_FLAGS.map(({ name }) => name)]) expect(script).toContain(word);
  });

  // Shells that are not installed are no gap: the tests of bash are the ones that count.
  if (has(shell)) it('is one that the shell reads', () => {
    const file = join(directory, `script.${shell}`);
    writeFileSync(file, scripts[shell]);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    rmSync(file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

if (has('fish')) it('fish completes by it', () => {
  const complete = (line: string): string[] => {
    const script = `${scripts.fish}\ncomplete -C '${line}'`;
    return execFileSync('fish', ['--no-config', '-c', script], { cwd: directory, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: directory } }).split('\n').map((one) => one.split('\t')[0] ?? '').filter((one) => one !== '');
  };
  expect(complete('occlum comp')).toEqual(['completion']);
  expect(complete('occlum run --network ')).toEqual(expect.arrayContaining(['host', 'none']));
  expect(complete('occlum run --net')).toEqual(['--network']);
  expect(complete('occlum completion ')).toEqual(expect.arrayContaining(['bash', 'fish', 'zsh']));
});

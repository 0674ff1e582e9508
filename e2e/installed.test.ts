import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { execa } from 'execa';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';

import { packageFolders } from '../scripts/workspaces.mjs';
import { commands, examples, installAlone, installPackages, removeProject } from './support/installed.js';
import type { Project } from './support/installed.js';
import { ROOT } from './support/places.js';
import { skip } from './support/programs.js';

// What a user gets from the registry: every package packed, installed into an empty project outside of the clone, and used there.
const TIMEOUT_MS = 300_000;
/** Folder of each package, by its name without the scope. */
const FOLDERS = new Map(packageFolders(ROOT).map((folder) => [basename(folder), folder]));
/** Those that are imported; the others only carry built files. */
const PACKAGES = [...FOLDERS].filter(([, folder]) => existsSync(join(folder, 'src'))).map(([name]) => name);

let installing: ReturnType<typeof installPackages> | undefined;

/** The project, made for the first test that asks. */
async function installed(context: TestContext): Promise<Project> {
  const project = await (installing ??= installPackages());
  return typeof project === 'string' ? skip(context, project) : project;
}

afterAll(async () => {
  const project = await installing;
  if (project !== undefined && typeof project !== 'string') removeProject(project);
}, TIMEOUT_MS);

const readmeOf = (name: string): string => join(FOLDERS.get(name) ?? '', 'README.md');

/** Runs a command in a project, with a user's environment. */
function inProject(folder: string, file: string, args: readonly string[]) {
  return execa(file, args, { cwd: folder, reject: false, stdin: 'ignore', timeout: TIMEOUT_MS, env: { OCCLUM_LOG_LEVEL: undefined, npm_config_update_notifier: 'false' } });
}

/** The TypeScript of the clone on a consumer's files, with a consumer's strictest settings. */
function tsc(folder: string, files: readonly string[], ...options: readonly string[]) {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false', '--types', 'node', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];
  return inProject(folder, process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...strict, ...options, ...files]);
}

describe('the tarballs', { timeout: TIMEOUT_MS }, () => {
  test('have a license and a README, and neither tests nor sources of the native part', async (context) => {
    const { tarballs } = await installed(context);
    expect(tarballs.map(({ name }) => name).sort()).toEqual([...FOLDERS.keys()].map((name) => `@occlum/${name}`).sort());
    for (const { name, files } of tarballs) {
      const paths = files.map(({ path }) => path);
      expect([name, paths]).toEqual([name, expect.arrayContaining(['LICENSE', 'README.md', 'package.json'])]);
      expect([name, paths.filter((path) => !/^(LICENSE|(README|CHANGELOG)\.md|package\.json|occlum\.schema\.json|(dist|src|bin|boms)\/.*)$/.test(path) || /test|bench|\.(c|cc|h|S|tgz|log|cache\S*)$/.test(path))]).toEqual([name, []]);
    }
  });

  test('run nothing when they are installed', async (context) => {
    const { folder } = await installed(context);
    const { stdout } = await inProject(folder, process.execPath, ['-p', 'const { packages } = require("./package-lock.json"); Object.keys(packages).filter((path) => packages[path].hasInstallScript).join()']);
    expect(stdout).toBe('');
  });
});

describe('the command', { timeout: TIMEOUT_MS }, () => {
  test('runs as its README has it', async (context) => {
    const { folder } = await installed(context);
    const lines = commands(readmeOf('cli'), 'npx');
    expect(lines).not.toEqual([]);
    for (const line of lines) expect(await inProject(folder, '/bin/sh', ['-c', line])).toMatchObject({ exitCode: 0, stdout: 'hello from occlum' });
  });

  test('says in one line that its native part was left out', async (context) => {
    const alone = installAlone(await installed(context), '@occlum/cli');
    rmSync(join(alone, 'node_modules', '@occlum', 'native-linux-x64-gnu'), { recursive: true });
    const { exitCode, stdout, stderr } = await inProject(alone, join(alone, 'node_modules', '@occlum', 'cli', 'bin', 'occlum.mjs'), ['run', '--rootfs', '/', '--', 'true']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' });
    expect(stderr).toMatch(/^occlum: Cannot load the addon of @occlum\/native, install it again without --omit=optional[^\n]+$/);
  });
});

describe.each(PACKAGES)('@occlum/%s', { timeout: TIMEOUT_MS }, (name) => {
  test('runs the example of its README with nothing else installed', async (context) => {
    const alone = installAlone(await installed(context), `@occlum/${name}`);
    const codes = examples(readmeOf(name));
    expect(codes).not.toEqual([]);
    for (const [index, code] of codes.entries()) {
      const { outputText } = transpileModule(code, { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 } });
      writeFileSync(join(alone, `example-${index}.mjs`), outputText);
      expect(await inProject(alone, process.execPath, [`example-${index}.mjs`])).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });

  test('loads by require()', async (context) => {
    const { folder } = await installed(context);
    const { exitCode, stdout, stderr } = await inProject(folder, process.execPath, ['-p', `Object.keys(require('@occlum/${name}')).length > 0`]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'true', stderr: '' });
  });
});

describe('the types', { timeout: TIMEOUT_MS }, () => {
  test.for([
    ['nodenext', 'nodenext'],
    ['bundler', 'preserve'],
  ])('hold for all examples under %s', async ([resolution = '', module = ''], context) => {
    const { folder } = await installed(context);
    const files = [join(ROOT, 'README.md'), ...PACKAGES.map(readmeOf)].flatMap((readme, at) => examples(readme).map((code, index) => {
      const file = `${resolution}-${at}-${index}.mts`;
      writeFileSync(join(folder, file), code);
      return file;
    }));
    expect(await tsc(folder, files, '--module', module, '--moduleResolution', resolution, '--noEmit')).toMatchObject({ exitCode: 0, stdout: '' });
  });
});

test('the Node example of the README runs as it stands', { timeout: TIMEOUT_MS }, async (context) => {
  const { folder } = await installed(context);
  const [code = ''] = examples(join(ROOT, 'README.md'));
  writeFileSync(join(folder, 'example.mjs'), code);
  expect(await inProject(folder, process.execPath, ['example.mjs'])).toMatchObject({ exitCode: 0, stdout: 'process 1 on occlum', stderr: '' });
});

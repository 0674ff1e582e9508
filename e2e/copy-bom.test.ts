import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { host, occlum, outcome } from './support/occlum.js';
import { OCCLUM, ROOT } from './support/places.js';
import { needs, pythonFolder } from './support/programs.js';
import { NATIVE, temporaryDirectory } from './support/variant.js';

const BOMS = join(ROOT, 'examples', 'boms');

/** Makes an image by a bill of materials of the examples; gives its path. */
async function imageOf(name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = temporaryDirectory();
  const image = join(directory, 'image');
  writeFileSync(join(directory, 'hello.mjs'), "import { readdirSync } from 'node:fs';\nconsole.log('hello', 6 * 7, readdirSync('/app').join());\n");
  const { status, stdout, stderr } = outcome(await host([OCCLUM, 'copy-bom', '-f', join(BOMS, `${name}.yaml`), '--root', image], { cwd: directory, stdin: 'ignore', env }), 'copy-bom');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/has \d+ directories, \d+ links, \d+ files \(\d+ of them libraries\), [\d.]+MB; \d of them were there\n$/);
  return image;
}

function run(image: string, ...command: string[]): ReturnType<typeof occlum> {
  return occlum(['run', '--rootfs', image, '--', ...command]);
}

describe.skipIf(NATIVE)('a program with nothing of the host but what its bill of materials names', () => {
  test('python3', async (context) => {
    const image = await imageOf('python3', { PYTHON: pythonFolder(context) });
    const script = "import ctypes, hashlib, json, os, sqlite3, ssl, subprocess; print(json.dumps([sqlite3.connect(':memory:').execute('select 6*7').fetchone(), os.path.exists('/usr/share'), sorted(os.listdir('/usr'))]))";
    expect(await run(image, '/usr/bin/python3', '-c', script)).toEqual({ status: 0, stdout: '[[42], false, ["bin", "lib"]]\n', stderr: '' });
  });

  test('redis', async (context) => {
    needs(context, 'redis-server', 'busybox');
    const image = await imageOf('redis');
    const socket = '/tmp/redis.sock';
    const client = `redis-cli -s ${socket}`;
    const script = `redis-server --port 0 --unixsocket ${socket} --save '' >/dev/null & until ${client} ping >/dev/null 2>&1; do :; done; ${client} set a 42; ${client} get a; ${client} shutdown nosave; wait`;
    const { status, stdout } = await occlum(['run', '--rootfs', image, '-v', '/bin/busybox:/bin/sh', '--', '/bin/sh', '-c', script]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'OK\n42\n' });
  });

  test('a program for Node', async () => {
    const image = await imageOf('node', { NODE: process.execPath });
    expect(await run(image, 'node', '/app/hello.mjs')).toEqual({ status: 0, stdout: 'hello 42 hello.mjs\n', stderr: '' });
  });
});

describe.skipIf(NATIVE)('occlum copy-bom', () => {
  test('tells of every mistake with its line, and writes nothing', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'bom.yaml'), 'targets:\n  - target: /\n    mkdir: [a]\n    copy:\n      - files: 5\n');
    const { status, stdout, stderr } = await occlum(['copy_bom', '-f', 'bom.yaml', '--root', 'image'], { cwd: directory });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('bom.yaml:3:5 - targets[0].mkdir: unknown key (did you mean "mkdirs"?)\nbom.yaml:5:16 - targets[0].copy[0].files: expected a list of files, got 5\n');
    expect(readdirSync(directory)).toEqual(['bom.yaml']);
    const json = await occlum(['copy-bom', '-f', 'bom.yaml', '--root', 'image', '--json'], { cwd: directory });
    expect(JSON.parse(json.stdout)).toMatchObject({ problems: [{ file: 'bom.yaml', line: 3, column: 5 }, { line: 5, column: 16 }] });
  });

  test('tells what it would do', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'bom.yaml'), 'targets: [{ target: /a, createlinks: [{ src: x, linkname: y }], copy: [{ files: [bom.yaml] }] }]');
    const { stdout } = await occlum(['copy-bom', '-f', 'bom.yaml', '--root', 'image', '--dry-run'], { cwd: directory });
    expect(stdout).toBe('directory /\ndirectory /a\nlink      /a/y -> x\nfile      /a/bom.yaml from bom.yaml\nimage would have 2 directories, 1 links, 1 files (0 of them libraries), 96B\n');
    expect(readdirSync(directory)).toEqual(['bom.yaml']);
  });
});

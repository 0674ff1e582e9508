import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { Instance } from './support/instance.js';
import { host, outcome } from './support/occlum.js';
import { ROOT } from './support/places.js';
import { needs, pythonFolder } from './support/programs.js';
import { NATIVE, temporaryDirectory } from './support/variant.js';

/** Lists names and types of the whole tree from inside, but for what lies in the LibOS's own directories. */
const LIST = `
import os
def walk(directory):
    for entry in os.scandir(directory):
        kind = 'l' if entry.is_symlink() else 'd' if entry.is_dir() else 'f'
        print(entry.path, kind)
        if kind == 'd' and entry.path not in ('/dev', '/proc', '/sys', '/tmp'): walk(entry.path)
walk('/')
`;
const TIMEOUT_MS = 120_000;

/** An instance with a program of a bill of materials in it, built. */
async function instanceOf(name: string, env: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const instance = await Instance.make();
  const bom = join(ROOT, 'examples', 'boms', `${name}.yaml`);
  const copied = await instance.occlum(['copy_bom', '-f', bom, '--root', 'image'], { env });
  expect([copied.status, copied.stderr]).toEqual([0, '']);
  instance.edit('Occlum.json', '"entry_points": ["/bin"]', '"entry_points": ["/bin", "/usr/bin"]');
  await instance.build();
  return instance;
}

describe.skipIf(NATIVE)('an image by a bill of materials', { timeout: TIMEOUT_MS }, () => {
  test('python3: the whole tree from inside is the image, also where its package is unpacked', async (context) => {
    needs(context, 'python3', 'find', 'tar');
    const instance = await instanceOf('python3', { PYTHON: pythonFolder(context) });
    const { stdout } = outcome(await host(['find', '.', '-mindepth', '1', '-printf', '/%P %y\n'], { cwd: join(instance.directory, 'image') }), 'find');
    const image = stdout.split('\n').sort();
    expect(image.length).toBeGreaterThan(500);
    expect((await instance.run('/usr/bin/python3', '-B', '-c', LIST)).split('\n').sort()).toEqual(image);

    expect((await instance.occlum(['package', '--debug', 'packed.tar.gz'])).status).toBe(0);
    const elsewhere = temporaryDirectory();
    outcome(await host(['tar', 'xf', join(instance.directory, 'packed.tar.gz'), '-C', elsewhere]), 'tar');
    const unpacked = new Instance(join(elsewhere, 'packed'));
    expect((await unpacked.run('/usr/bin/python3', '-B', '-c', LIST)).split('\n').sort()).toEqual(image);
  });

  test('redis', async (context) => {
    needs(context, 'redis-server');
    const instance = await instanceOf('redis');
    const client = 'redis-cli -s /tmp/redis.sock';
    const script = `redis-server --port 0 --unixsocket /tmp/redis.sock --save '' >/dev/null & until ${client} ping >/dev/null 2>&1; do :; done; ${client} set a 42; ${client} get a; ${client} shutdown nosave; wait`;
    expect(await instance.run('/bin/sh', '-c', script)).toBe('OK\n42\n');
  });

  test('a program for Node', async () => {
    const program = join(temporaryDirectory(), 'hello.mjs');
    writeFileSync(program, "import { readdirSync } from 'node:fs';\nimport { Worker } from 'node:worker_threads';\nnew Worker('console.log(6 * 7)', { eval: true });\nconsole.log(readdirSync('/app').join());\n");
    const instance = await instanceOf('node', { NODE: process.execPath, PROGRAM: program });
    expect((await instance.run('/bin/node', '/app/hello.mjs')).split('\n').sort()).toEqual(['', '42', 'hello.mjs']);
  });
});

// `npm start`: installs and builds what is missing, then runs `occlum`. `npm start -- run --rootfs / -- ls /` passes
// its arguments on; without arguments a small program is run, to see that all works.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build, install, stopAt } from './prepare.mjs';

const DEMO = ['run', '--rootfs', '/', '--', '/bin/sh', '-c', 'echo "Hello from process $$ of the LibOS."; uname -sm; ls /'];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

install(root);
build(root);

const cli = join(root, 'packages', 'cli');
stopAt(existsSync(join(cli, 'package.json')) ? [] : ['Everything is built; packages/cli is not there yet, so there is nothing to run']);
const { bin } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
const command = join(cli, typeof bin === 'string' ? bin : bin.occlum);

const args = process.argv.length > 2 ? process.argv.slice(2) : DEMO;
if (args === DEMO) console.error(`$ occlum ${DEMO.map((arg) => (/^[\w/-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')}`);
process.argv = [process.execPath, command, ...args];
await import(pathToFileURL(command).href);

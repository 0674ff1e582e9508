// `npm start`: installs and builds what is missing, then runs `occlum`. `npm start -- run --rootfs / -- ls /` passes
// its arguments on; without arguments it ends in `examples/tour.mjs`, which runs real programs and shows what they did.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build, install } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

install(root);
build(root);

const args = process.argv.slice(2);
if (args.length === 0) {
  await import(pathToFileURL(join(root, 'examples', 'tour.mjs')).href);
} else {
  const cli = join(root, 'packages', 'cli');
  const { bin } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
  const command = join(cli, bin.occlum);
  process.argv = [process.execPath, command, ...args];
  await import(pathToFileURL(command).href);
}

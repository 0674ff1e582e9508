import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { guest, host, outcome, shell, start, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';
import { NATIVE, temporaryDirectory } from './support/variant.js';
import { until } from './support/waiting.js';

/** What the same program shows on the host itself, in a new directory. */
async function natively(): Promise<string[]> {
  const { status, stdout, stderr } = outcome(await host([guest('file-watches'), temporaryDirectory()]), 'file-watches');
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n');
}

test('inotify reports what is done with open descriptors, as on Linux', async () => {
  expect((await shell(guest('file-watches'))).split('\n')).toEqual(await natively());
});

test('so it does in a directory of the host', async () => {
  const directory = temporaryDirectory();
  expect((await succeed(guest('file-watches'), [directory], { flags: ['-v', `${directory}:${directory}`] })).split('\n')).toEqual(await natively());
});

test('an enclave has as many instances as it is told', async () => {
  expect(await shell(`${guest('file-watches')} . instances; cat /proc/sys/fs/inotify/max_user_instances`)).toBe('as many instances as are allowed: 1\n128\n');
});

test('inotifywait and tail -f see what is appended to an open file', async (context) => {
  needs(context, 'inotifywait', 'tail');
  const script = `
    : > log; exec 7>> log; mkdir out
    inotifywait -m -e modify -e close_write --format '%e %f' . > out/seen 2> out/ready & watcher=$!
    until grep -qs established out/ready; do sleep 0.01; done
    echo one >&7
    until grep -qs log out/seen; do sleep 0.01; done
    echo new > fresh
    until grep -qs CLOSE out/seen; do sleep 0.01; done
    kill $watcher; wait $watcher 2> /dev/null || true
    cat out/seen
    tail -f log > out/tailed & watcher=$!
    until grep -qs one out/tailed; do sleep 0.01; done
    echo two >&7
    until grep -qs two out/tailed; do sleep 0.01; done
    kill $watcher; wait $watcher 2> /dev/null || true
    cat out/tailed`;
  expect(await shell(script)).toBe('MODIFY log\nMODIFY fresh\nCLOSE_WRITE,CLOSE fresh\none\ntwo\n');
});

test('fs.watch of Node sees it', async (context) => {
  needs(context, '/usr/bin/node');
  const program = `
    const fs = require('node:fs'); const directory = fs.mkdtempSync(process.argv[1] + '/watch-'); const open = fs.openSync(directory + '/open', 'a');
    const seen = new Set();
    const watcher = fs.watch(directory, (event, name) => {
      seen.add(event + ' ' + name);
      if (name === 'open') fs.writeFileSync(directory + '/last', '');
      else { watcher.close(); console.log([...seen].join(', ')); }
    });
    fs.writeSync(open, 'more');`;
  expect(await succeed('/usr/bin/node', ['-e', program, NATIVE ? temporaryDirectory() : '/tmp'])).toBe('change open, rename last\n');
});

test('tail -f inside follows a file that the user of the host writes', async (context) => {
  needs(context, 'tail');
  const directory = temporaryDirectory();
  const log = join(directory, 'log');
  writeFileSync(log, 'first\n');
  const tail = start('/usr/bin/tail', ['-f', log], { flags: ['-v', `${directory}:${directory}:ro`] });
  let seen = '';
  tail.stdout?.on('data', (bytes: Buffer) => (seen += bytes.toString()));
  await until('the first line', () => seen.includes('first'));
  appendFileSync(log, 'second\n');
  await until('the second line', () => seen.includes('second'));
  tail.kill('SIGTERM');
  await tail;
  expect(seen).toBe('first\nsecond\n');
});

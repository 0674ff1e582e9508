import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { test } from 'vitest';

import { guest } from './support/occlum.js';
import { shellJob } from './support/shell-job.js';
import { temporaryDirectory } from './support/variant.js';
import { until } from './support/waiting.js';

const CTRL_C = '\u0003';
const CTRL_Z = '\u001a';

test.for([['of its own', ['-t']], ['of the user', []]] as const)('runs in the background and reads once it is in front again, on a terminal %s', { timeout: 120_000 }, async ([, flags]) => {
  const go = join(temporaryDirectory(), 'go');
  const shell = await shellJob('/bin/sh', ['-c', `echo begun; until [ -e ${go} ]; do sleep 0.1; done; exec cat`], flags);
  await shell.expect('begun\r\n');
  shell.write(CTRL_Z);
  await shell.expect('Stopped');
  shell.write('bg\r');
  await shell.expect('&\r\n');
  // No signal tells of this.
  shell.write('fg\r');
  await shell.expect(/exec cat'\r\n/);
  writeFileSync(go, '');
  shell.write('typed\r');
  // Shown once more where it comes before the user's terminal is set for it.
  await until('the line, typed and written', () => shell.output().split('typed\r\n').length >= 3);
  shell.write(CTRL_C);
  await shell.expect('$ ');
  shell.write('echo "status $?"; exit\r');
  await shell.expect('status 130\r\n');
});

test('begun in the background, has a terminal that is not set as the user\'s is then', { timeout: 120_000 }, async () => {
  const seen = 'stty -a | tr " " "\\n" | grep -x -e echo -e -echo | xargs echo set:';
  const shell = await shellJob('/bin/sh', ['-c', seen], ['-t'], { before: 'stty -echo; ', after: ' &' });
  await shell.expect('set: echo\r');
  shell.write('exit\r');
  await shell.exited;
});

test('stops where Ctrl-Z meets a child that runs in the memory of its parent', { timeout: 120_000 }, async () => {
  const shell = await shellJob(guest('stop-in-vfork'), [], []);
  await shell.expect('Stopped');
  await shell.expect('$ ');
  shell.write('fg\r');
  await shell.expect('executed\r\n');
  await shell.expect('$ ');
  shell.write('echo "status $?"; exit\r');
  await shell.expect('status 0\r\n');
});

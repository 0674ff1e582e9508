import { expect, test } from 'vitest';

import { guest, host, outcome, shell, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';
import { NATIVE } from './support/variant.js';

/** Each line of these programs is one observation. */
test.for(['shared-memory', 'semaphores', 'message-queues'])('%s: every line as natively', async (name) => {
  const native = outcome(await host([guest(name)]), name);
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest(name))).split('\n')).toEqual(native.stdout.split('\n'));
});

test('a program sees nothing of the host', async (context) => {
  needs(context, 'ipcmk', 'ipcrm');
  if (NATIVE) context.skip('the host has what it has');
  const made = outcome(await host(['ipcmk', '-M', '4096']), 'ipcmk');
  const id = /\d+/.exec(made.stdout)?.[0] ?? '';
  try {
    expect(await shell(`tail -qn +2 /proc/sysvipc/*; ipcrm -m ${id} 2>/dev/null || echo none`)).toBe('none\n');
  } finally {
    expect(outcome(await host(['ipcrm', '-m', id]), 'ipcrm').status).toBe(0);
  }
});

test('fio', async (context) => {
  needs(context, 'fio');
  const jobs = await shell('fio --name=job --ioengine=psync --rw=randrw --bs=4k --size=1m --numjobs=2 --directory=. --output-format=terse --minimal | cut -d";" -f 3,5');
  expect(jobs).toBe('job;0\njob;0\n');
});

import { getuid } from 'node:process';

import { expect, test } from 'vitest';

import { guest, host, outcome, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';
import { UID } from './support/variant.js';

/**
 * What goes before a program on the host so that it may do as much as a guest: nothing that takes CAP_SYS_NICE or CAP_SYS_ADMIN. An ordinary user may not
 * anyway, and is not asked.
 */
const UNPRIVILEGED = UID === 0 && getuid?.() === 0 ? ['/usr/bin/setpriv', '--bounding-set=-sys_nice,-sys_admin', '--inh-caps=-sys_nice,-sys_admin'] : [];

/** Each line of these programs is one observation. */
test.for(['scheduling', 'restartable'])('%s: every line as natively', async (name) => {
  const native = outcome(await host([guest(name)]), name);
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest(name))).split('\n')).toEqual(native.stdout.split('\n'));
});

/** The programs that people set scheduling with; their process numbers are taken out. */
const TOOLS = `
exec 2>&1
first=$(taskset -cp $$ | sed 's/.*list: \\([0-9]*\\).*/\\1/')
show() { "$@" 2>&1 | sed -E "s/(pid|for) [0-9]+/\\1 N/; s/^[0-9]+ (\\(process ID\\))/N \\1/"; }
show taskset -cp $$
show taskset -c $first nproc
show taskset -c $first taskset -cp $$
show taskset -c 8000 true
nproc
show chrt -p $$
show chrt -b 0 chrt -p $$
show chrt -b 0 sh -c 'chrt -p $$'
show chrt -i 0 sh -c 'chrt -p $$'
show chrt -f 10 true
show chrt -r 10 true
show chrt -d --sched-runtime 1000000 --sched-period 10000000 0 true
chrt -m | grep -v EXT
nice
nice -n 7 nice
nice -n 7 sh -c 'nice -n 5 nice'
nice -n -5 nice
sleep 100 & sleeping=$!
show renice -n 4 -p $sleeping
ps -o ni= -p $sleeping
show renice -n 1 -p $sleeping
show ionice -p $sleeping
ionice -c 2 -n 3 ionice
ionice -c 3 ionice
ionice -c 1 ionice
ionice -c 2 -n 3 -p $sleeping
ionice -p $sleeping
kill $sleeping
python3 - <<'END'
import os
print(os.sched_getaffinity(0) == os.sched_getaffinity(os.getpid()), os.cpu_count(), len(os.sched_getaffinity(0)))
print(os.sched_getscheduler(0), os.sched_getparam(0).sched_priority, os.sched_get_priority_max(os.SCHED_FIFO))
for attempt in (
    lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    lambda: os.sched_setaffinity(0, {8000}),
    lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
    lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, 1),
):
    try:
        print(attempt())
    except OSError as error:
        print(error.strerror)
print(len(os.sched_getaffinity(0)), os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0))
END`;

test('taskset, nproc, chrt, nice, renice, ionice and Python agree with native', async (context) => {
  needs(context, 'taskset', 'chrt', 'ionice', 'renice', 'setpriv', 'python3', 'ps');
  const native = outcome(await host([...UNPRIVILEGED, '/bin/sh', '-c', TOOLS]), 'the tools');
  expect(native.status).toBe(0);
  expect((await succeed('/bin/sh', ['-c', TOOLS])).split('\n')).toEqual(native.stdout.split('\n'));
});

test('lstopo and lscpu see the same machine', async (context) => {
  needs(context, 'lstopo-no-graphics', 'lscpu');
  for (const [program, args] of [['lstopo-no-graphics', ['--no-io', '--of', 'console']], ['lscpu', ['-p=CPU,CORE,SOCKET,NODE,ONLINE']]] as const) {
    const native = outcome(await host([program, ...args]), program);
    expect(await succeed(program, args), program).toBe(native.stdout);
  }
});

test('stress-ng runs on all CPUs', async (context) => {
  needs(context, 'stress-ng');
  const { stdout } = outcome(await host(['nproc']), 'nproc');
  const output = await succeed('/bin/sh', ['-c', 'cd /tmp && stress-ng --cpu 0 --cpu-method loop --cpu-ops 200 --affinity 1 --affinity-ops 50 --set 1 --set-ops 10 --timeout 20 2>&1']);
  expect(output).toContain(`${stdout.trim()} cpu`);
  expect(output).toMatch(/successful run completed|passed: \d+/);
});

import { expect, test } from 'vitest';

import { guest, host, outcome, run } from './support/occlum.js';
import { NATIVE } from './support/variant.js';

// The whole suite runs under these refusals in the variant `container`; here stands that they are in force.
const REFUSED = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(name, number, *args):
    result = libc.syscall(number, *args)
    print(name, result if result >= 0 else -ctypes.get_errno())
NEWUSER, ADDR_NO_RANDOMIZE = 0x10000000, 0x40000
call('unshare', 272, NEWUSER)
call('setns', 308, 0, 0)
call('mount', 165, b'none', b'/mnt', b'tmpfs', 0, 0)
call('umount2', 166, b'/mnt', 0)
call('pivot_root', 155, b'/', b'/')
call('pidfd_getfd', 438, 0, 0, 0)
call('userfaultfd', 323, 1)
call('personality', 135, ADDR_NO_RANDOMIZE)
call('perf_event_open', 298, 0, 0, -1, -1, 0)
call('bpf', 321, 0, 0, 0)
call('io_uring_setup', 425, 1, 0)
call('keyctl', 250, 0, 0, 0)
call('add_key', 248, 0, 0, 0, 0, 0)
call('kexec_load', 246, 0, 0, 0, 0)
call('init_module', 175, 0, 0, b'')
call('process_madvise', 440, 0, 0, 0, 0, 0)
call('clone of a namespace', 56, NEWUSER | 17, 0, 0, 0, 0)
call('clone3', 435, 0, 0)
print('personality of Linux', libc.syscall(135, 0xffffffff))
print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])`;

test('what a stock container refuses is refused', async () => {
  const lines = outcome(await host(['/usr/bin/python3', '-c', REFUSED]), 'python3').stdout.trim().split('\n');
  const capabilities = lines.pop();
  expect(lines.slice(0, -2)).toEqual(lines.slice(0, -2).map((line) => line.replace(/ -?\d+$/, ' -1')));
  expect(lines.slice(-2)).toEqual(['clone3 -38', 'personality of Linux 0']);
  expect(['00000000a80425fb', '0000000000000000']).toContain(capabilities);
});

test.skipIf(NATIVE)('and a program runs', async () => {
  expect(await run('/bin/sh', ['-c', 'echo $(busybox echo inside); exit 3'])).toEqual({ status: 3, stdout: 'inside\n', stderr: '' });
  expect((await run(guest('threads'), ['16', '10'])).stdout).toBe('16 threads, sum 120\n');
});

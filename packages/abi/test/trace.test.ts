import { describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';
import {
  MAP_TYPE, MapFlags, O_ACCMODE, OpenFlags, ProtectionFlags, Signal, SocketType, flagsOf, input, oneOf, output, outputBuffer, showCall, showResult, timespec,
} from '@occlum/abi';
import type { ArgumentKind } from '@occlum/abi';

const path = (text: string | number) => ({ isNull: false, read: () => text });
const pointer = (content: Uint8Array, address = 0x1000) => ({ isNull: false, address, room: content.length, read: () => content, written: () => content, write: () => true });
const NULL = { isNull: true, address: 0, room: 0, read: () => undefined, written: () => new Uint8Array(0), write: () => false };

describe('showCall', () => {
  it.each<[string, string, readonly ArgumentKind[], readonly unknown[], number, string]>([
    ['flags by name', 'openat', ['fd', 'path', flagsOf(OpenFlags, O_ACCMODE), 'mode'], [-100, path('/etc/passwd'), 0x80000, 0], 3,
      'openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC, 0) = 3'],
    ['a mode in octal and an error', 'mkdir', ['path', 'mode'], [path('/x'), 0o755], -Errno.EEXIST, 'mkdir("/x", 0755) = -1 EEXIST (File exists)'],
    ['bytes that are no letters', 'chdir', ['path'], [path('/\n\xff"')], 0, 'chdir("/\\n\\377\\"") = 0'],
    ['a path that was not readable', 'chdir', ['path'], [path(-Errno.EFAULT)], -Errno.EFAULT, 'chdir(?) = -1 EFAULT (Bad address)'],
    ['a signal by name, an unknown one by number', 'kill', ['pid', oneOf(Signal)], [-1, 9], 0, 'kill(-1, SIGKILL) = 0'],
    ['a NULL pointer', 'wait4', ['pid', output(4)], [5, NULL], 5, 'wait4(5, NULL) = 5'],
    ['a struct that was read', 'nanosleep', [input(timespec)], [pointer(timespec.encode({ tv_sec: 1n, tv_nsec: 5n }))], 0,
      'nanosleep({tv_sec=1, tv_nsec=5}) = 0'],
    ['the address of an output where the call failed', 'read', ['fd', outputBuffer(2, 99), 'size'], [3, pointer(Uint8Array.of(65)), 8], -Errno.EIO,
      'read(3, 0x1000, 8) = -1 EIO (Input/output error)'],
    ['what an output got', 'read', ['fd', outputBuffer(2, 99), 'size'], [3, pointer(Buffer.from('hi')), 8], 2, 'read(3, "hi", 8) = 2'],
    ['the sharing of a mapping as one name', 'mmap', ['address', 'size', flagsOf(ProtectionFlags), flagsOf(MapFlags, MAP_TYPE), 'fd', 'offset'], [0, 4096, 3, 0x22, -1, 0], 0,
      'mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0'],
    ['flags beside a number, and a bit without a name', 'socket', [flagsOf(SocketType, 0xf)], [0x8000_0801], 3, 'socket(SOCK_STREAM|SOCK_NONBLOCK|0x80000000) = 3'],
  ])('shows %s', (_title, name, kinds, values, result, text) => {
    expect(showCall(name, kinds, values, result)).toBe(text);
  });

  it('cuts a long buffer as strace does', () => {
    expect(showCall('read', [outputBuffer(0, 99)], [pointer(new Uint8Array(40).fill(97))], 40)).toBe(`read("${'a'.repeat(32)}"...) = 40`);
  });
});

describe('showResult', () => {
  it.each([
    [0x1000, 'address', '0x1000'],
    [0, 'number', '0'],
    [-512, 'number', '? ERESTARTSYS'],
    [-1234, 'number', '-1234'],
    [0, 'none', '?'],
  ] as const)('%d as %s', (result, kind, text) => {
    expect(showResult(result, kind)).toBe(text);
  });
});

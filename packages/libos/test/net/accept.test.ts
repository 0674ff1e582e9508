import { beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, PollEvents, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { Guest, file } from './caller.js';

const NAME = Uint8Array.from([1, 0, 0, 0x73]);

let guest: Guest;
let server: number;

beforeEach(() => {
  guest = Guest.fake('none');
  server = guest.socket(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM);
  void guest.call('bind', server, NAME, NAME.length);
  void guest.call('listen', server, 5);
});

function connect(name?: Uint8Array): void {
  const fd = guest.socket(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM);
  if (name !== undefined) void guest.call('bind', fd, name, name.length);
  expect(guest.call('connect', fd, NAME, NAME.length)).toBe(0);
}

describe('accept4', () => {
  it('refuses unknown flags before it looks at the descriptor', () => {
    expect(guest.call('accept4', 99, null, null, 1)).toBe(-Errno.EINVAL);
    expect(guest.call('accept4', 99, null, null, 0)).toBe(-Errno.EBADF);
    expect(guest.call('accept4', guest.open(file()), null, null, 0)).toBe(-Errno.ENOTSOCK);
  });

  it('waits in the runtime for a connection, and not where it may not', () => {
    void guest.call('accept4', server, null, null, 0);
    expect(guest.polled).toBe(PollEvents.POLLIN);
    const other = Uint8Array.from([1, 0, 0, 0x74]);
    const fd = guest.socket(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM | SocketType.SOCK_NONBLOCK);
    void guest.call('bind', fd, other, other.length);
    void guest.call('listen', fd, 5);
    expect(guest.call('accept', fd, null, null)).toBe(-Errno.EAGAIN);
    expect(guest.polled).toBeUndefined();
  });

  it('tells the name of the client in the LibOS', () => {
    connect(Uint8Array.from([1, 0, 0, 0x63]));
    const address = new Uint8Array(110);
    const length = new Uint8Array(Int32Array.of(110).buffer);
    expect(guest.call('accept4', server, address, length, 0)).toBe(0);
    expect([length[0], ...address.subarray(0, 4)]).toEqual([4, 1, 0, 0, 0x63]);
  });

  it('gives the guest a socket with a description', () => {
    connect();
    const descriptor = guest.descriptors.get(guest.accept(server));
    expect(descriptor?.kind).toBe(FdKind.unix);
    expect(descriptor?.description?.label).toMatch(/^socket:/);
  });

  it('closes the connection where its address cannot be written', () => {
    connect();
    const before = guest.host.sockets.size;
    expect(guest.call('accept4', server, new Uint8Array(8), null, 0)).toBe(-Errno.EFAULT);
    expect(guest.host.sockets.size).toBe(before);
  });
});

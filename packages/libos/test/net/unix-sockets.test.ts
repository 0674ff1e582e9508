import { beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { formatUnixAddress, parseUnixAddress } from '../../src/net/unix-address.js';
import { Credentials } from '../../src/process/credentials.js';
import { Guest } from './caller.js';

const { AF_UNIX } = AddressFamily;
const { SOCK_STREAM, SOCK_SEQPACKET } = SocketType;

let guest: Guest;
beforeEach(() => {
  guest = Guest.fake('host');
});

const stream = (): number => guest.socket(AF_UNIX, SOCK_STREAM);
const raw = (text: string): Uint8Array => Uint8Array.from([1, 0, ...Buffer.from(text, 'latin1')]);
const at = (call: 'bind' | 'connect', fd: number, address: Uint8Array): unknown => guest.call(call, fd, address, address.length);
const nameOf = (call: 'getsockname' | 'getpeername', fd: number): unknown => {
  const address = guest.name(call, fd);
  return typeof address === 'number' ? address : address.length === 2 ? '' : parseUnixAddress(address);
};

function listening(name: string, type: number = SOCK_STREAM): number {
  const fd = guest.socket(AF_UNIX, type);
  expect(at('bind', fd, raw(name))).toBe(0);
  expect(guest.call('listen', fd, 5)).toBe(0);
  return fd;
}

describe('addresses of AF_UNIX', () => {
  it.each([
    ['no name at all', [1, 0], -Errno.EINVAL],
    ['one byte', [1], -Errno.EINVAL],
    ['another family', [2, 0, 0x2f, 0x61], -Errno.EINVAL],
    ['a path without NUL', [1, 0, 0x2f, 0x61], '/a'],
    ['a path with bytes after its NUL', [1, 0, 0x2f, 0x61, 0, 0x62], '/a'],
    ['an abstract name with NULs', [1, 0, 0, 0x61, 0], '\0a\0'],
    ['108 bytes of path', [1, 0, ...new Uint8Array(108).fill(0x61)], 'a'.repeat(108)],
    ['109 bytes of path', [1, 0, ...new Uint8Array(109).fill(0x61)], -Errno.EINVAL],
  ])('%s', (_title, bytes, name) => {
    expect(parseUnixAddress(Uint8Array.from(bytes))).toBe(name);
  });

  it('have the NUL of a path and no other', () => {
    expect(formatUnixAddress('/a')).toEqual(Uint8Array.of(1, 0, 0x2f, 0x61, 0));
    expect(formatUnixAddress('\0a')).toEqual(Uint8Array.of(1, 0, 0, 0x61));
    expect(formatUnixAddress('')).toEqual(Uint8Array.of(1, 0));
  });
});

describe('bind of AF_UNIX', () => {
  it.each([
    ['a path in no directory', raw('nowhere/x'), -Errno.ENOENT],
    ['a path that exists', raw('/file'), -Errno.EADDRINUSE],
    ['another family', Uint8Array.of(2, 0, 1, 1), -Errno.EINVAL],
    ['a free path', raw('/s'), 0],
    ['a free abstract name', raw('\0s'), 0],
    ['an abstract name that is taken', raw('\0taken'), -Errno.EADDRINUSE],
  ])('%s', (_title, address, result) => {
    guest.files.put('/file', 'file');
    listening('\0taken');
    expect(at('bind', stream(), address)).toBe(result);
  });

  it('refuses a second name, and leaves no inode of it behind', () => {
    const fd = stream();
    expect(at('bind', fd, raw('/first'))).toBe(0);
    expect(at('bind', fd, raw('/second'))).toBe(-Errno.EINVAL);
    expect(at('bind', fd, raw('nowhere/x'))).toBe(-Errno.ENOENT);
    expect([...guest.files.inodes.keys()]).toEqual(['/first']);
  });

  it('picks an abstract name of five digits for an address without one, once', () => {
    const fd = stream();
    expect(at('bind', fd, Uint8Array.of(1, 0))).toBe(0);
    expect(nameOf('getsockname', fd)).toMatch(/^\0[0-9a-f]{5}$/);
    expect(at('bind', fd, Uint8Array.of(1, 0))).toBe(0);
  });

  it('gives the host no name that a guest chose', () => {
    listening('/secret');
    listening('\0secret');
    for (const { local } of guest.host.sockets.values()) expect(local).not.toContain('secret');
  });
});

describe('connect of AF_UNIX', () => {
  it.each([
    ['a path that is not there', raw('/nothing'), -Errno.ENOENT],
    ['an abstract name that is not there', raw('\0nothing'), -Errno.ECONNREFUSED],
    ['a file', raw('/file'), -Errno.ECONNREFUSED],
    ['a socket of the host in a mount', raw('/docker.sock'), -Errno.ECONNREFUSED],
    ['a bound socket that does not listen', raw('/bound'), -Errno.ECONNREFUSED],
    ['a socket of another type', raw('/packets'), -Errno.EPROTOTYPE],
    ['an address without a name', Uint8Array.of(1, 0), -Errno.EINVAL],
    ['one that listens', raw('/listens'), 0],
    ['one that listens on an abstract name', raw('\0listens'), 0],
  ])('%s', (_title, address, result) => {
    guest.files.put('/file', 'file');
    guest.files.put('/docker.sock', 'socket');
    expect(at('bind', stream(), raw('/bound'))).toBe(0);
    listening('/packets', SOCK_SEQPACKET);
    listening('/listens');
    listening('\0listens');
    expect(at('connect', stream(), address)).toBe(result);
  });

  it('refuses one that is connected, and one that listens', () => {
    const server = listening('/s');
    const fd = stream();
    expect(at('connect', fd, raw('/s'))).toBe(0);
    expect(at('connect', fd, raw('/s'))).toBe(-Errno.EISCONN);
    expect(at('connect', server, raw('/s'))).toBe(-Errno.EINVAL);
  });

  it('is refused once the listener is gone, though its path is not', () => {
    const server = listening('/s');
    const id = guest.host.sockets.get(guest.descriptors.get(server)?.hostFd ?? 0)?.local.split('/').at(-1)?.replace('\0', '');
    guest.close(server);
    expect(at('connect', stream(), raw('/s'))).toBe(-Errno.ECONNREFUSED);
    expect(guest.host.unlinked).toEqual([`${id}\0`]);
  });

  it('waits for room, and does not where it may not', async () => {
    const server = guest.socket(AF_UNIX, SOCK_STREAM);
    expect(at('bind', server, raw('/s'))).toBe(0);
    expect(guest.call('listen', server, 0)).toBe(0);
    expect(at('connect', stream(), raw('/s'))).toBe(0);

    expect(at('connect', guest.socket(AF_UNIX, SOCK_STREAM | SocketType.SOCK_NONBLOCK), raw('/s'))).toBe(-Errno.EAGAIN);
    const waiting = at('connect', stream(), raw('/s'));
    guest.accept(server);
    expect(await waiting).toBe(0);
  });
});

describe('names and peers of AF_UNIX', () => {
  it('are those of the LibOS on both sides', () => {
    const server = listening('/s');
    const client = stream();
    at('connect', client, raw('/s'));
    const accepted = guest.accept(server);

    expect(nameOf('getsockname', client)).toBe('');
    expect(nameOf('getpeername', client)).toBe('/s');
    expect(nameOf('getsockname', accepted)).toBe('/s');
    expect(nameOf('getpeername', accepted)).toBe('');
    expect(nameOf('getpeername', server)).toBe(-Errno.ENOTCONN);
  });

  it('tell the name of a client that has one', () => {
    const server = listening('/s');
    const client = stream();
    at('bind', client, raw('\0me'));
    at('connect', client, raw('/s'));
    expect(nameOf('getpeername', guest.accept(server))).toBe('\0me');
  });

  it('tell who connected and who listened', () => {
    const server = listening('/s');
    guest.pid = 9;
    guest.credentials = Credentials.of(0, 0);
    const client = stream();
    at('connect', client, raw('/s'));
    guest.pid = 7;
    const accepted = guest.accept(server);
    const peer = (fd: number): unknown => guest.option(fd, SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED);

    expect(peer(accepted)).toEqual([9, 0, 0]);
    expect(peer(client)).toEqual([7, 1000, 1000]);
    expect(peer(server)).toEqual([7, 1000, 1000]);
    expect(peer(stream())).toEqual([0, -1, -1]);
  });

  it('outlive the listener', () => {
    const server = listening('/s');
    const client = stream();
    at('connect', client, raw('/s'));
    const accepted = guest.accept(server);
    guest.close(server);
    expect(nameOf('getpeername', client)).toBe('/s');
    expect(nameOf('getsockname', accepted)).toBe('/s');
  });

  it('are cut to the room there is, and tell the whole length', () => {
    const server = listening('/long');
    const length = new Uint8Array(Int32Array.of(3).buffer);
    const out = new Uint8Array(8);
    expect(guest.call('getsockname', server, out, length)).toBe(0);
    expect([...out, ...length]).toEqual([1, 0, 0x2f, 0, 0, 0, 0, 0, 8, 0, 0, 0]);
  });

  it.each([
    ['a negative length', new Uint8Array(8), [-1], -Errno.EINVAL],
    ['no address, but room', null, [16], -Errno.EFAULT],
    ['no address and no room', null, [0], 0],
  ])('%s', (_title, address, length, result) => {
    expect(guest.call('getsockname', stream(), address, new Uint8Array(Int32Array.from(length).buffer))).toBe(result);
  });

  it('need a length', () => {
    expect(guest.call('getsockname', stream(), new Uint8Array(8), null)).toBe(-Errno.EFAULT);
  });
});

describe('listen of AF_UNIX', () => {
  it('needs a name', () => {
    expect(guest.call('listen', stream(), 1)).toBe(-Errno.EINVAL);
  });
});

describe('sendto of AF_UNIX', () => {
  it('takes no address', () => {
    const server = listening('/s');
    const client = stream();
    const send = (fd: number): unknown => guest.call('sendto', fd, new Uint8Array(1), 1, 0, raw('/s'), 4);
    expect(send(client)).toBe(-Errno.EOPNOTSUPP);
    at('connect', client, raw('/s'));
    expect(send(client)).toBe(-Errno.EISCONN);
    expect(send(guest.socket(AF_UNIX, SOCK_SEQPACKET))).toBe(-Errno.ENOTCONN);
    expect(server).toBeGreaterThanOrEqual(0);
  });
});

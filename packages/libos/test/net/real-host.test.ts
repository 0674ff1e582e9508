import { closeSync, constants, mkdtempSync, openSync, readSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, PollEvents, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { receivedSocket } from '../../src/net/received-socket.js';
import { parseUnixAddress } from '../../src/net/unix-address.js';
import type { NetworkMode } from '../../src/net/network.js';
import { Guest } from './caller.js';

const { AF_UNIX, AF_INET } = AddressFamily;
const { SOCK_STREAM, SOCK_SEQPACKET, SOCK_NONBLOCK } = SocketType;

let folder: string;
let directory: number;
let guest: Guest<HostBinding>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'occlum-net-'));
  directory = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  start('none');
});

afterEach(() => {
  for (const { hostFd } of guest.descriptors.values()) if (hostFd >= 0) closeSync(hostFd);
  closeSync(directory);
  rmSync(folder, { recursive: true });
});

function start(mode: NetworkMode): void {
  guest = Guest.real(mode, hostBinding(), directory);
}

const raw = (text: string): Uint8Array => Uint8Array.from([1, 0, ...Buffer.from(text, 'latin1')]);
const at = (call: 'bind' | 'connect', fd: number, address: Uint8Array): unknown => guest.call(call, fd, address, address.length);
const v4 = (port: number): Uint8Array => Uint8Array.from([AF_INET, 0, port >> 8, port & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);

function listening(family: number, type: number, address: Uint8Array): number {
  const fd = guest.socket(family, type);
  expect(at('bind', fd, address)).toBe(0);
  expect(guest.call('listen', fd, 5)).toBe(0);
  return fd;
}

/** What one end wrote as the other end reads it. */
function carried(from: number, to: number, text: string): string {
  const hostFd = (fd: number): number => guest.descriptors.get(fd)?.hostFd ?? -1;
  writeSync(hostFd(from), text);
  const buffer = Buffer.alloc(64);
  return buffer.toString('latin1', 0, readSync(hostFd(to), buffer));
}

function peerName(fd: number): unknown {
  const address = guest.name('getpeername', fd);
  return typeof address === 'number' || address.length === 2 ? address : parseUnixAddress(address);
}

describe('sockets of the LibOS on the real host', () => {
  it.each([
    ['a stream with a path', SOCK_STREAM, '/run/server'],
    ['a stream with an abstract name', SOCK_STREAM, '\0server'],
    ['packets', SOCK_SEQPACKET, '/run/packets'],
  ])('carry data over %s', (_title, type, name) => {
    const server = listening(AF_UNIX, type, raw(name));
    const client = guest.socket(AF_UNIX, type);
    expect(at('connect', client, raw(name))).toBe(0);
    const accepted = guest.accept(server);
    expect(carried(client, accepted, 'there')).toBe('there');
    expect(carried(accepted, client, 'back')).toBe('back');
    expect(peerName(client)).toBe(name);
    expect(peerName(accepted)).toEqual(Uint8Array.of(1, 0));
    expect(guest.option(accepted, SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED)).toEqual([7, 1000, 1000]);
    expect(guest.option(client, SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED)).toEqual([7, 1000, 1000]);
    expect(guest.option(client, SocketLevel.SOL_SOCKET, SocketOption.SO_TYPE)).toEqual([type]);
  });

  it('carry TCP without a network, and tell its addresses', () => {
    const server = listening(AF_INET, SOCK_STREAM, v4(8080));
    const client = guest.socket(AF_INET, SOCK_STREAM);
    expect(at('connect', client, v4(8080))).toBe(0);
    const accepted = guest.accept(server);
    expect(carried(client, accepted, 'GET /')).toBe('GET /');
    expect(guest.name('getpeername', client)).toEqual(v4(8080));
    expect(guest.name('getpeername', accepted)).toEqual(guest.name('getsockname', client));
    expect(guest.option(client, SocketLevel.SOL_SOCKET, SocketOption.SO_DOMAIN)).toEqual([AF_INET]);
  });

  it('wait for a connection in the runtime, not here', () => {
    const server = listening(AF_UNIX, SOCK_STREAM, raw('/s'));
    void guest.call('accept4', server, null, null, 0);
    expect(guest.polled).toBe(PollEvents.POLLIN);
  });

  it('leave nothing in the private directory', () => {
    const server = listening(AF_UNIX, SOCK_STREAM, raw('/s'));
    const client = guest.socket(AF_UNIX, SOCK_STREAM);
    at('connect', client, raw('/s'));
    expect(readdirSync(folder)).toHaveLength(1);
    guest.close(server);
    expect(readdirSync(folder)).toEqual([]);
    expect(at('connect', guest.socket(AF_UNIX, SOCK_STREAM), raw('/s'))).toBe(-Errno.ECONNREFUSED);
  });

  it.each([
    ['a path', AF_UNIX, raw('/given')],
    ['an abstract name', AF_UNIX, raw('\0given')],
    ['a port', AF_INET, v4(8090)],
  ])('keep %s while they are on their way to another process', (_title, family, address) => {
    const hostFd = guest.giveAway(listening(family, SOCK_STREAM, address));
    const client = guest.socket(family, SOCK_STREAM);
    expect(at('connect', client, address)).toBe(0);

    const description = receivedSocket(guest.network, hostFd);
    const server = guest.open({ hostFd, description, kind: description?.kind ?? -1 });
    expect(guest.name('getsockname', server)).toEqual(guest.name('getpeername', client));
    expect(carried(guest.accept(server), client, 'found')).toBe('found');

    const again = guest.giveAway(server);
    expect(at('connect', guest.socket(family, SOCK_STREAM), address)).toBe(0);
    closeSync(again);
    expect(at('connect', guest.socket(family, SOCK_STREAM), address)).toBe(-Errno.ECONNREFUSED);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are known again when they are received', () => {
    const server = listening(AF_INET, SOCK_STREAM, v4(8091));
    const client = guest.socket(AF_INET, SOCK_STREAM);
    at('connect', client, v4(8091));
    const hostFd = guest.giveAway(guest.accept(server));
    const description = receivedSocket(guest.network, hostFd);
    const accepted = guest.open({ hostFd, description, kind: description?.kind ?? -1 });
    expect(guest.name('getsockname', accepted)).toEqual(v4(8091));
    expect(guest.option(accepted, SocketLevel.SOL_SOCKET, SocketOption.SO_DOMAIN)).toEqual([AF_INET]);
    expect(receivedSocket(guest.network, directory)).toBeUndefined();
  });

  it('tell who made a pair of the runtime', () => {
    const pair = new Int32Array(2);
    hostBinding().socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [first = -1, second = -1] = [...pair].map((hostFd) => guest.open({ hostFd, description: undefined, kind: 6 }));
    // The fake process table knows host process 4242 only.
    expect(guest.option(first, SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED)).toEqual([0, 65534, 65534]);
    expect(peerName(second)).toEqual(Uint8Array.of(1, 0));
  });

  it('cannot be reached by a name of the host', () => {
    listening(AF_UNIX, SOCK_STREAM, raw('\0hidden'));
    const fd = hostBinding().socket(AF_UNIX, SOCK_STREAM, 0);
    expect(hostBinding().connect(fd, raw('\0hidden'))).toBe(-Errno.ECONNREFUSED);
    closeSync(fd);
  });
});

describe('sockets of the host network', () => {
  it('connect in two steps where that takes time', async () => {
    start('host');
    const server = createServer();
    const accepted = new Promise<Socket>((done) => server.once('connection', done));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;

    const fd = guest.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    expect([0, -Errno.EINPROGRESS]).toContain(at('connect', fd, v4(port)));
    const socket = await accepted;
    expect([0, -Errno.EISCONN]).toContain(at('connect', fd, v4(port)));
    expect(guest.name('getpeername', fd)).toEqual(v4(port));
    socket.destroy();
    await new Promise((done) => server.close(done));
  });

  it('tell that nobody listens', () => {
    start('host');
    const bound = guest.socket(AF_INET, SOCK_STREAM);
    at('bind', bound, v4(0));
    const address = guest.name('getsockname', bound) as Uint8Array;
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    const result = at('connect', fd, address);
    if (guest.polled === undefined) expect(result).toBe(-Errno.ECONNREFUSED);
    else expect(at('connect', fd, address)).toBe(-Errno.ECONNREFUSED);
  });
});

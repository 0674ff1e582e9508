import { beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, MessageFlags, PollEvents, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { IpOption, IpProtocol, TcpOption } from '../../src/net/inet-flags.js';
import type { FakeSocket } from './fake-sockets.js';
import { Guest } from './caller.js';

const { AF_UNIX, AF_INET } = AddressFamily;
const { SOCK_STREAM, SOCK_DGRAM, SOCK_NONBLOCK } = SocketType;
const { SOL_SOCKET } = SocketLevel;
const LOCAL = Uint8Array.from([AF_INET, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);

let guest: Guest;
beforeEach(() => {
  guest = Guest.fake('host');
});

const hostSocket = (fd: number): FakeSocket | undefined => guest.host.sockets.get(guest.descriptors.get(fd)?.hostFd ?? -1);
const connect = (fd: number): unknown => guest.call('connect', fd, LOCAL, LOCAL.length);

describe('connect on the host network', () => {
  it.each([
    ['a connection under way', -Errno.EINPROGRESS],
    ['one that was begun before', -Errno.EALREADY],
  ])('waits for %s, and leaves the descriptor blocking', (_title, result) => {
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    guest.host.connectResult = result;
    connect(fd);
    expect(guest.polled).toBe(PollEvents.POLLOUT);
    expect(hostSocket(fd)?.flags).toBe(0);
  });

  it.each([-Errno.EINPROGRESS, -Errno.EALREADY])('gives %d to a socket that may not wait', (result) => {
    const fd = guest.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    guest.host.connectResult = result;
    expect(connect(fd)).toBe(result);
    expect(guest.polled).toBeUndefined();
  });

  it.each([0, -Errno.ECONNREFUSED, -Errno.EISCONN])('gives %d at once', (result) => {
    guest.host.connectResult = result;
    expect(connect(guest.socket(AF_INET, SOCK_STREAM))).toBe(result);
  });

  it('looks at the host for what a descriptor is, not at the guest', () => {
    const fd = guest.open({ hostFd: guest.host.socket(AF_UNIX, SOCK_STREAM), description: undefined, kind: FdKind.inet });
    const docker = Uint8Array.from([AF_UNIX, 0, ...Buffer.from('/run/docker.sock')]);
    expect(guest.call('connect', fd, docker, docker.length)).toBe(-Errno.ENOENT);
    expect(hostSocket(fd)?.peer).toBeUndefined();
  });
});

describe('bind on the host network', () => {
  it('needs the right to a low port in the LibOS', () => {
    const low = Uint8Array.from(LOCAL);
    low.set([0, 80], 2);
    expect(guest.call('bind', guest.socket(AF_INET, SOCK_STREAM), low, low.length)).toBe(-Errno.EACCES);
    expect(guest.call('bind', guest.socket(AF_INET, SOCK_STREAM), LOCAL, LOCAL.length)).toBe(0);
  });
});

describe('options on the host network', () => {
  it.each([
    ['a length below 0', SOL_SOCKET, SocketOption.SO_REUSEADDR, [1], -1, -Errno.EINVAL],
    ['a value that is too short, before the option', SOL_SOCKET, 999, [1], 2, -Errno.EINVAL],
    ['no such option', SOL_SOCKET, 999, [1], 4, -Errno.ENOPROTOOPT],
    ['one that is only told', SOL_SOCKET, SocketOption.SO_TYPE, [1], 4, -Errno.ENOPROTOOPT],
    ['a filter program', SOL_SOCKET, 26, [1, 0, 0, 0], 16, -Errno.ENOPROTOOPT],
    ['a mark', SOL_SOCKET, SocketOption.SO_MARK, [1], 4, -Errno.EPERM],
    ['a larger buffer than allowed', SOL_SOCKET, SocketOption.SO_SNDBUFFORCE, [1], 4, -Errno.EPERM],
    ['a transparent proxy', IpProtocol.IPPROTO_IP, IpOption.IP_TRANSPARENT, [1], 4, -Errno.EPERM],
    ['debugging', SOL_SOCKET, SocketOption.SO_DEBUG, [1], 4, -Errno.EACCES],
    ['no debugging', SOL_SOCKET, SocketOption.SO_DEBUG, [0], 4, 0],
    ['a high priority', SOL_SOCKET, SocketOption.SO_PRIORITY, [7], 4, -Errno.EPERM],
    ['a priority', SOL_SOCKET, SocketOption.SO_PRIORITY, [6], 4, 0],
    ['TCP_NODELAY', IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY, [1], 4, 0],
    ['a level that is not there', 99, 1, [1], 4, -Errno.ENOPROTOOPT],
  ])('%s', (_title, level, option, values, length, result) => {
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    expect(guest.call('setsockopt', fd, level, option, new Uint8Array(Int32Array.from(values).buffer), length)).toBe(result);
  });

  it('refuse a value outside memory', () => {
    expect(guest.call('setsockopt', guest.socket(AF_INET, SOCK_STREAM), SOL_SOCKET, SocketOption.SO_REUSEADDR, null, 4)).toBe(-Errno.EFAULT);
  });

  it.each([
    ['reno', 0],
    ['bbr', -Errno.EPERM],
  ])('choose congestion control %s', (name, result) => {
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    expect(guest.call('setsockopt', fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_CONGESTION, Buffer.from(name), name.length)).toBe(result);
  });

  it('keep a time to linger from the host, and pass on to end at once', () => {
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    expect(guest.setOption(fd, SOL_SOCKET, SocketOption.SO_LINGER, 1, 30)).toBe(0);
    expect(hostSocket(fd)?.options.size).toBe(0);
    expect(guest.option(fd, SOL_SOCKET, SocketOption.SO_LINGER)).toEqual([1, 30]);
    expect(guest.setOption(fd, SOL_SOCKET, SocketOption.SO_LINGER, 1, 0)).toBe(0);
    expect(hostSocket(fd)?.options.size).toBe(1);
  });

  it('of AF_UNIX have one level', () => {
    const fd = guest.socket(AF_UNIX, SOCK_STREAM);
    expect(guest.setOption(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY, 1)).toBe(-Errno.EOPNOTSUPP);
    expect(guest.option(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY)).toBe(-Errno.EOPNOTSUPP);
    expect(guest.option(fd, SOL_SOCKET, SocketOption.SO_TYPE)).toEqual([SOCK_STREAM]);
  });
});

describe('sendto with an address on the host network', () => {
  const send = (fd: number, size: number, flags = 0): unknown => guest.call('sendto', fd, new Uint8Array(Math.min(size, 16)), size, flags, LOCAL, LOCAL.length);

  it('sends without ever waiting here', () => {
    const fd = guest.socket(AF_INET, SOCK_DGRAM);
    expect(send(fd, 5)).toBe(5);
    expect(hostSocket(fd)?.sent[0]?.flags).toBe(MessageFlags.MSG_DONTWAIT | MessageFlags.MSG_NOSIGNAL);
  });

  it.each([
    ['a connection opened by its data', 5, MessageFlags.MSG_FASTOPEN, -Errno.EOPNOTSUPP],
    ['more than crosses', 65281, 0, -Errno.EMSGSIZE],
  ])('refuses %s', (_title, size, flags, result) => {
    expect(send(guest.socket(AF_INET, SOCK_DGRAM), size, flags)).toBe(result);
  });

  it('refuses an address of impossible length', () => {
    expect(guest.call('sendto', guest.socket(AF_INET, SOCK_DGRAM), new Uint8Array(1), 1, 0, LOCAL, 129)).toBe(-Errno.EINVAL);
  });
});

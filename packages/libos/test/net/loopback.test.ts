import { beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { IpProtocol, Ipv6Option, TcpOption } from '../../src/net/inet-flags.js';
import { Credentials } from '../../src/process/credentials.js';
import { Guest } from './caller.js';

const { AF_INET, AF_INET6 } = AddressFamily;
const { SOCK_STREAM, SOCK_DGRAM } = SocketType;

let guest: Guest;
beforeEach(() => {
  guest = Guest.fake('none');
});

const tcp = (family: number = AF_INET): number => guest.socket(family, SOCK_STREAM);
const at = (call: 'bind' | 'connect', fd: number, address: Uint8Array): unknown => guest.call(call, fd, address, address.length);

function v4(host: string, port: number, family: number = AF_INET): Uint8Array {
  return Uint8Array.from([family, 0, port >> 8, port & 0xff, ...host.split('.').map(Number), 0, 0, 0, 0, 0, 0, 0, 0]);
}

function v6(host: readonly number[], port: number): Uint8Array {
  return Uint8Array.from([AF_INET6, 0, port >> 8, port & 0xff, 0, 0, 0, 0, ...Array.from({ length: 16 - host.length }, () => 0), ...host, 0, 0, 0, 0]);
}

function listening(address: Uint8Array): number {
  const fd = tcp(address[0]);
  expect(at('bind', fd, address)).toBe(0);
  expect(guest.call('listen', fd, 1)).toBe(0);
  return fd;
}

describe('bind without the host network', () => {
  it.each([
    ['an address that is too short', v4('127.0.0.1', 1).subarray(0, 15), -Errno.EINVAL],
    ['another family', v4('127.0.0.1', 0, AddressFamily.AF_UNIX), -Errno.EAFNOSUPPORT],
    ['no family and no host', v4('0.0.0.0', 0, 0), 0],
    ['no family and a host', v4('127.0.0.1', 0, 0), -Errno.EAFNOSUPPORT],
    ['a host elsewhere', v4('8.8.8.8', 0), -Errno.EADDRNOTAVAIL],
    ['a low port', v4('127.0.0.1', 80), -Errno.EACCES],
    ['a port that is taken on all hosts', v4('127.0.0.1', 8080), -Errno.EADDRINUSE],
    ['a port that is taken on another host', v4('127.0.0.1', 8081), 0],
    ['any port', v4('127.0.0.1', 0), 0],
  ])('%s', (_title, address, result) => {
    listening(v4('0.0.0.0', 8080));
    listening(v4('127.0.0.2', 8081));
    expect(at('bind', tcp(), address)).toBe(result);
  });

  it('lets the superuser have a low port', () => {
    guest.credentials = Credentials.of(0, 0);
    expect(at('bind', tcp(), v4('0.0.0.0', 80))).toBe(0);
  });

  it('refuses a second address', () => {
    const fd = tcp();
    expect(at('bind', fd, v4('127.0.0.1', 0))).toBe(0);
    expect(at('bind', fd, v4('127.0.0.1', 0))).toBe(-Errno.EINVAL);
  });

  it('shares a port with SO_REUSEPORT on both, and a bound one with SO_REUSEADDR on both', () => {
    const bound = (option: number): unknown => {
      const fd = tcp();
      guest.setOption(fd, SocketLevel.SOL_SOCKET, option, 1);
      return at('bind', fd, v4('127.0.0.1', option === SocketOption.SO_REUSEPORT ? 9001 : 9002));
    };
    expect([bound(SocketOption.SO_REUSEPORT), bound(SocketOption.SO_REUSEPORT)]).toEqual([0, 0]);
    expect([bound(SocketOption.SO_REUSEADDR), bound(SocketOption.SO_REUSEADDR)]).toEqual([0, 0]);
    expect(at('bind', tcp(), v4('127.0.0.1', 9001))).toBe(-Errno.EADDRINUSE);
  });

  it('takes IPv4 with IPv6, unless told not to', () => {
    listening(v6([0], 9003));
    expect(at('bind', tcp(), v4('0.0.0.0', 9003))).toBe(-Errno.EADDRINUSE);
    const only = tcp(AF_INET6);
    guest.setOption(only, IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_V6ONLY, 1);
    expect(at('bind', only, v6([0], 9004))).toBe(0);
    expect(at('bind', tcp(), v4('0.0.0.0', 9004))).toBe(0);
  });

  it('gives a port back when the socket is gone', () => {
    const fd = listening(v4('127.0.0.1', 9005));
    guest.close(fd);
    expect(at('bind', tcp(), v4('127.0.0.1', 9005))).toBe(0);
  });
});

describe('connect without the host network', () => {
  it.each([
    ['an address that is too short', v4('127.0.0.1', 1).subarray(0, 15), -Errno.EINVAL],
    ['another family', v4('127.0.0.1', 1, 1), -Errno.EAFNOSUPPORT],
    ['a host elsewhere', v4('8.8.8.8', 53), -Errno.ENETUNREACH],
    ['a port where nobody listens', v4('127.0.0.1', 9999), -Errno.ECONNREFUSED],
    ['another host of the loopback network', v4('127.0.0.9', 8080), -Errno.ECONNREFUSED],
    ['who listens there', v4('127.0.0.1', 8080), 0],
    ['no host in particular', v4('0.0.0.0', 8080), 0],
    ['who listens on all hosts', v4('127.3.2.1', 8081), 0],
    ['a bound socket that does not listen', v4('127.0.0.1', 8082), -Errno.ECONNREFUSED],
  ])('%s', (_title, address, result) => {
    listening(v4('127.0.0.1', 8080));
    listening(v4('0.0.0.0', 8081));
    at('bind', tcp(), v4('127.0.0.1', 8082));
    expect(at('connect', tcp(), address)).toBe(result);
  });

  it('sends datagrams to who is bound there, and loses the others', () => {
    const [sender, receiver] = [guest.socket(AF_INET, SOCK_DGRAM), guest.socket(AF_INET, SOCK_DGRAM)];
    expect(at('bind', receiver, v4('127.0.0.1', 5000))).toBe(0);
    const send = (port: number): number | Promise<number> => guest.call('sendto', sender, Uint8Array.of(1, 2), 2, 0, v4('127.0.0.1', port), 16);
    expect([send(5001), send(0), send(5000)]).toEqual([2, -Errno.EINVAL, 2]);
    const records = [...guest.host.sockets.values()].flatMap(({ sent }) => sent.map(({ bytes }) => bytes));
    expect(records).toHaveLength(1);
    const [record = new Uint8Array(0)] = records;
    expect([record.length, record[0], [...record.subarray(8, 12)], [...record.subarray(-2)]]).toEqual([130, 16, [127, 0, 0, 1], [1, 2]]);
  });

  it('reaches no host for UDP either', () => {
    const udp = guest.socket(AF_INET, SOCK_DGRAM);
    expect(at('connect', udp, v4('8.8.8.8', 53))).toBe(-Errno.ENETUNREACH);
    expect(guest.call('sendto', udp, new Uint8Array(1), 1, 0, v4('8.8.8.8', 53), 16)).toBe(-Errno.ENETUNREACH);
  });

  it('refuses one that is connected', () => {
    listening(v4('127.0.0.1', 8080));
    const fd = tcp();
    at('connect', fd, v4('127.0.0.1', 8080));
    expect(at('connect', fd, v4('127.0.0.1', 8080))).toBe(-Errno.EISCONN);
  });

  it('tells both sides the same addresses', () => {
    const server = listening(v4('0.0.0.0', 8080));
    const client = tcp();
    at('connect', client, v4('127.0.0.1', 8080));
    const accepted = guest.accept(server);

    expect(guest.name('getpeername', client)).toEqual(v4('127.0.0.1', 8080));
    expect(guest.name('getsockname', accepted)).toEqual(v4('127.0.0.1', 8080));
    expect(guest.name('getsockname', client)).toEqual(guest.name('getpeername', accepted));
    expect(guest.name('getsockname', server)).toEqual(v4('0.0.0.0', 8080));
    expect(guest.name('getsockname', tcp())).toEqual(v4('0.0.0.0', 0));
  });

  it('shows an IPv4 client to an IPv6 socket in mapped form', () => {
    const server = listening(v6([0], 8080));
    const client = tcp();
    expect(at('connect', client, v4('127.0.0.1', 8080))).toBe(0);
    const accepted = guest.accept(server);
    expect(guest.name('getsockname', accepted)).toEqual(v6([0xff, 0xff, 127, 0, 0, 1], 8080));
    const six = tcp(AF_INET6);
    expect(at('connect', six, v6([1], 8080))).toBe(0);
    expect(guest.name('getpeername', six)).toEqual(v6([1], 8080));
  });

  it('keeps the options of a protocol that it does not speak, also of an accepted socket', () => {
    const server = listening(v4('127.0.0.1', 8080));
    at('connect', tcp(), v4('127.0.0.1', 8080));
    for (const fd of [tcp(), guest.accept(server)]) {
      expect(guest.option(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY)).toEqual([0]);
      expect(guest.setOption(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY, 1)).toBe(0);
      expect(guest.option(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY)).toEqual([1]);
      expect(guest.option(fd, SocketLevel.SOL_SOCKET, SocketOption.SO_DOMAIN)).toEqual([AF_INET]);
      expect(guest.option(fd, SocketLevel.SOL_SOCKET, SocketOption.SO_PROTOCOL)).toEqual([6]);
      expect(guest.option(fd, IpProtocol.IPPROTO_TCP, TcpOption.TCP_INFO)).toBe(-Errno.ENOPROTOOPT);
    }
  });

  it('says nobody of a peer', () => {
    expect(guest.option(tcp(), SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED)).toEqual([0, -1, -1]);
  });
});

describe('a socket of the host that was handed to the guest', () => {
  it('may be used, and can name nothing', () => {
    const fd = guest.open({ hostFd: guest.host.socket(AF_INET, SOCK_STREAM), description: undefined, kind: 5 });
    expect(at('connect', fd, v4('127.0.0.1', 1))).toBe(-Errno.EPERM);
    expect(at('bind', fd, v4('127.0.0.1', 0))).toBe(-Errno.EPERM);
    expect(guest.call('sendto', fd, new Uint8Array(1), 1, 0, v4('127.0.0.1', 1), 16)).toBe(-Errno.EPERM);
  });
});

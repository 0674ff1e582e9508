import { beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { Guest, file } from './caller.js';

const { AF_UNIX, AF_INET, AF_INET6 } = AddressFamily;
const { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_NONBLOCK, SOCK_CLOEXEC } = SocketType;

let guest: Guest;
beforeEach(() => {
  guest = Guest.fake('host');
});

// Row form of LTP. Each row but those marked was seen on Linux 6.18 x86-64, the capability ones as user nobody.
describe('socket', () => {
  it.each([
    ['a family past the last', [46, 1, 0], -Errno.EAFNOSUPPORT],
    ['a negative family', [-1, 1, 0], -Errno.EAFNOSUPPORT],
    ['a type past the last, before its family', [99, 99, 0], -Errno.EINVAL],
    ['type 0 of a family past the last', [99, 0, 0], -Errno.EAFNOSUPPORT],
    ['no family', [0, 1, 0], -Errno.EAFNOSUPPORT],
    ['flags before the family', [99, 0x2000000, 0], -Errno.EINVAL],
    ['type 0', [AF_INET, 0, 0], -Errno.ESOCKTNOSUPPORT],
    ['a type past the last', [AF_INET, 11, 0], -Errno.EINVAL],
    ['datagrams with order, of TCP/IP', [AF_INET, SOCK_SEQPACKET, 0], -Errno.ESOCKTNOSUPPORT],
    ['UDP as a stream', [AF_INET, SOCK_STREAM, 17], -Errno.EPROTONOSUPPORT],
    ['TCP as datagrams', [AF_INET, SOCK_DGRAM, 6], -Errno.EPROTONOSUPPORT],
    ['MPTCP, which Go tries first', [AF_INET, SOCK_STREAM, 262], -Errno.EPROTONOSUPPORT],
    ['a negative protocol', [AF_INET, SOCK_STREAM, -1], -Errno.EINVAL],
    ['ICMP as datagrams', [AF_INET, SOCK_DGRAM, 1], -Errno.EACCES],
    ['ICMPv6 as datagrams', [AF_INET6, SOCK_DGRAM, 58], -Errno.EACCES],
    ['raw TCP', [AF_INET, SOCK_RAW, 6], -Errno.EPERM],
    ['raw without a protocol', [AF_INET, SOCK_RAW, 0], -Errno.EPROTONOSUPPORT],
    ['packets', [AddressFamily.AF_PACKET, SOCK_RAW, 0], -Errno.EPERM],
    ['AF_UNIX with a protocol', [AF_UNIX, SOCK_STREAM, 2], -Errno.EPROTONOSUPPORT],
    ['AF_UNIX with protocol AF_UNIX', [AF_UNIX, SOCK_STREAM, 1], 0],
    ['AF_UNIX of type RDM', [AF_UNIX, SocketType.SOCK_RDM, 0], -Errno.ESOCKTNOSUPPORT],
    ['a TCP socket', [AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 6], 0],
    ['netlink of routes', [AddressFamily.AF_NETLINK, SOCK_RAW, 0], 0],
    ['netlink of audit', [AddressFamily.AF_NETLINK, SOCK_RAW, 9], -Errno.EPROTONOSUPPORT],
    ['netlink as a stream', [AddressFamily.AF_NETLINK, SOCK_STREAM, 0], -Errno.ESOCKTNOSUPPORT],
    ['datagrams of AF_UNIX', [AF_UNIX, SOCK_DGRAM, 0], 0],
  ])('%s', (_title, args, result) => {
    expect(guest.call('socket', ...args)).toBe(result);
  });

  it('gives a socket of the host where the enclave has its network', () => {
    const fd = guest.socket(AF_INET, SOCK_STREAM);
    expect(guest.descriptors.get(fd)?.kind).toBe(FdKind.inet);
    expect([...guest.host.sockets.values()].map(({ domain }) => domain)).toEqual([AF_INET]);
  });

  it('never makes a socket of the host network without one', () => {
    guest = Guest.fake('none');
    guest.socket(AF_INET, SOCK_STREAM);
    guest.socket(AF_INET6, SOCK_DGRAM);
    expect([...guest.host.sockets.values()].map(({ domain, type }) => [domain, type])).toEqual([
      [AF_UNIX, SOCK_STREAM],
      [AF_UNIX, SOCK_SEQPACKET],
      [AF_UNIX, SOCK_SEQPACKET],
    ]);
  });

  it('shows the inode number of the host in /proc/N/fd', () => {
    const fd = guest.socket(AF_UNIX, SOCK_STREAM);
    expect(guest.descriptors.get(fd)?.description?.label).toBe('socket:[101]');
  });
});

describe('calls on what is no socket', () => {
  it.each([
    ['bind', [99, new Uint8Array(2), -1], -Errno.EBADF],
    ['bind', [0, new Uint8Array(2), -1], -Errno.ENOTSOCK],
    ['connect', [99, new Uint8Array(2), -1], -Errno.EBADF],
    ['connect', [0, new Uint8Array(2), -1], -Errno.EINVAL],
    ['connect', [0, null, 8], -Errno.EFAULT],
    ['connect', [0, new Uint8Array(2), 2], -Errno.ENOTSOCK],
    ['listen', [99, 1], -Errno.EBADF],
    ['listen', [0, 1], -Errno.ENOTSOCK],
    ['getsockname', [0, new Uint8Array(2), null], -Errno.ENOTSOCK],
    ['getpeername', [99, new Uint8Array(2), null], -Errno.EBADF],
    ['setsockopt', [0, 1, 2, new Uint8Array(4), -1], -Errno.ENOTSOCK],
    ['getsockopt', [0, 1, 2, new Uint8Array(4), null], -Errno.ENOTSOCK],
    ['sendto', [0, new Uint8Array(1), 1, 0, new Uint8Array(1), -1], -Errno.ENOTSOCK],
  ])('%s(%j)', (name, args, result) => {
    guest.open(file());
    expect(guest.call(name, ...args)).toBe(result);
  });
});

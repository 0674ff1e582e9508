import { describe, expect, it } from 'vitest';

import { AddressFamily, IoctlRequest, SocketType, ifreq } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { socketIoctl } from '../../src/net/socket-ioctl.js';
import { DescriptorSignals } from '../../src/signal/descriptor-signals.js';
import { Guest } from './caller.js';

describe('ioctl of interfaces', () => {
  const ask = (guest: Guest, request: number, name: string): unknown => {
    const fd = guest.socket(AddressFamily.AF_INET, SocketType.SOCK_DGRAM);
    const bytes = ifreq.encode({ ifr_name: name, ifr_ifru: new Uint8Array(24) });
    const data = { isNull: false, address: 1, room: bytes.length, read: () => bytes, write: (from: Uint8Array) => (bytes.set(from), true) };
    const run = socketIoctl(guest.network, new DescriptorSignals()) as unknown as (context: unknown, fd: number, request: number, value: typeof data) => number | undefined;
    const result = run({ hostFd: () => guest.descriptors.get(fd)?.hostFd ?? -1 }, fd, request, data);
    return result === 0 ? [...bytes.subarray(16, 24)] : result;
  };

  it.each([
    ['SIOCGIFADDR', IoctlRequest.SIOCGIFADDR, 'lo', [2, 0, 0, 0, 127, 0, 0, 1]],
    ['SIOCGIFINDEX', IoctlRequest.SIOCGIFINDEX, 'lo', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['SIOCGIFFLAGS', IoctlRequest.SIOCGIFFLAGS, 'lo', [0x49, 0, 0, 0, 0, 0, 0, 0]],
    ['SIOCGIFADDR', IoctlRequest.SIOCGIFADDR, 'eth0', -Errno.ENODEV],
    ['an unknown request', 0x89ff, 'lo', undefined],
  ])('%s without the host network', (_title, request, name, expected) => {
    expect(ask(Guest.fake('none'), request, name)).toEqual(expected);
  });
});

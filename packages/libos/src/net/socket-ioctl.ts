import { AddressFamily, IoctlRequest, ifreq, sockaddrIn } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { InputArgument, OutputArgument } from '@occlum/abi';

import { ownerNumber, setOwner } from '../fs/sys-fcntl.js';
import type { OtherIoctl } from '../fs/sys-ioctl.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { DescriptorSignals } from '../signal/descriptor-signals.js';
import { HostSocket } from './host-socket.js';
import type { Network } from './network.js';

/** Requests that only tell of the host's interfaces. Source: netdevice(7); linux/include/uapi/linux/sockios.h. */
const HOST_REQUESTS: ReadonlySet<number> = new Set([
  IoctlRequest.SIOCGIFNAME, IoctlRequest.SIOCGIFFLAGS, IoctlRequest.SIOCGIFADDR, IoctlRequest.SIOCGIFNETMASK, IoctlRequest.SIOCGIFMTU,
  IoctlRequest.SIOCGIFHWADDR, IoctlRequest.SIOCGIFINDEX,
]);

/** Requests about the owner of a socket. */
const OWNER_REQUESTS: ReadonlySet<number> = new Set([IoctlRequest.FIOSETOWN, IoctlRequest.SIOCSPGRP, IoctlRequest.FIOGETOWN, IoctlRequest.SIOCGPGRP]);

/** The one interface of the loopback network. Source: values of Linux 6.18. */
const LOOPBACK = { name: 'lo', index: 1, mtu: 65536, flags: 0x49, hardware: 772 };

/** What stands behind the third argument. */
type Data = InputArgument & OutputArgument;

/**
 * Requests of `ioctl(2)` on sockets and pipes that the runtime does not pass to the host: interfaces, and whom a descriptor signals.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `ENODEV` no such interface; `EINVAL`, `ESRCH` no such owner. An `undefined` is a
 * request that is not known.
 *
 * Source: netdevice(7); linux/net/core/dev_ioctl.c, `dev_ifsioc_locked`.
 */
export function socketIoctl(network: Network, descriptors: DescriptorSignals): OtherIoctl {
  return (context, fd, request, data) => {
    if (request === IoctlRequest.FIOASYNC) return setAsync(context, fd, descriptors, data);
    const isOfOwner = OWNER_REQUESTS.has(request);
    if (!isOfOwner && !HOST_REQUESTS.has(request)) return undefined;
    const hostFd = context.hostFd(0);
    const socket = hostFd < 0 ? hostFd : HostSocket.of(network.host, hostFd);
    if (typeof socket === 'number') return undefined;
    if (isOfOwner) return ofOwner(context, request, descriptors, data);
    const bytes = data.read();
    if (bytes === undefined) return -Errno.EFAULT;
    const result = network.mode === 'host' ? network.host.ioctl(hostFd, request, bytes) : ofLoopback(request, bytes);
    if (result < 0) return result;
    return data.write(bytes) ? 0 : -Errno.EFAULT;
  };
}

function setAsync(context: SyscallContext, fd: number, descriptors: DescriptorSignals, data: Data): number | Promise<number> {
  const bytes = data.read();
  return bytes === undefined ? -Errno.EFAULT : descriptors.setAsync(context, fd, bytes.some((byte) => byte !== 0));
}

/** Source: linux/net/socket.c, `sock_ioctl`. */
function ofOwner(context: SyscallContext, request: number, descriptors: DescriptorSignals, data: Data): number | Promise<number> {
  if (request === IoctlRequest.FIOSETOWN || request === IoctlRequest.SIOCSPGRP) {
    const bytes = data.read();
    return bytes === undefined ? -Errno.EFAULT : setOwner(context, descriptors, new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true));
  }
  const state = descriptors.of(context);
  if (typeof state === 'number') return state;
  return data.write(new Uint8Array(Int32Array.of(ownerNumber(state.owner)).buffer)) ? 0 : -Errno.EFAULT;
}

/** Answers in place for the only interface there is without the host's network. */
function ofLoopback(request: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { ifr_name: name, ifr_ifru: value } = ifreq.decode(bytes);
  const at = ifreq.offsets.ifr_ifru;
  if (request === IoctlRequest.SIOCGIFNAME) {
    if (new DataView(value.buffer, value.byteOffset).getInt32(0, true) !== LOOPBACK.index) return -Errno.ENODEV;
    ifreq.write(view, { ifr_name: LOOPBACK.name, ifr_ifru: value });
    return 0;
  }
  if (name !== LOOPBACK.name) return -Errno.ENODEV;
  switch (request) {
    case IoctlRequest.SIOCGIFADDR: bytes.set(inet(0x7f000001), at); break;
    case IoctlRequest.SIOCGIFNETMASK: bytes.set(inet(0xff000000), at); break;
    case IoctlRequest.SIOCGIFFLAGS: view.setUint16(at, LOOPBACK.flags, true); break;
    case IoctlRequest.SIOCGIFMTU: view.setInt32(at, LOOPBACK.mtu, true); break;
    case IoctlRequest.SIOCGIFINDEX: view.setInt32(at, LOOPBACK.index, true); break;
    default: bytes.set(new Uint8Array(16), at); view.setUint16(at, LOOPBACK.hardware, true);
  }
  return 0;
}

function inet(host: number): Uint8Array {
  return sockaddrIn.encode({ sin_family: AddressFamily.AF_INET, sin_port: 0, sin_addr: host, sin_zero: new Uint8Array(8) });
}

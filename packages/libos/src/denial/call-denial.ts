import { AddressFamily } from '@occlum/abi';
import type { InputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import type { Vfs } from '../fs/vfs.js';
import type { EnclaveAttributes } from '../kernel/attributes.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { parseInetAddress, showInetAddress } from '../net/inet-address.js';
import { addressFamily, parseUnixAddress } from '../net/unix-address.js';
import type { Denial } from './denial.js';
import { readOnlyDenial } from './read-only-denial.js';
import type { RefusedCall } from './read-only-denial.js';

/** Where it is decided what a call may do. */
export interface CallRules {
  readonly attributes: EnclaveAttributes;
  readonly vfs: Vfs;
}

/** The denial that an error of a call is; `undefined` where no option of the enclave decided it. */
export function callDenial({ attributes, vfs }: CallRules, context: SyscallContext, call: RefusedCall, error: number): Denial | undefined {
  switch (error) {
    case -Errno.EROFS:
      return readOnlyDenial(attributes, context, call);
    case -Errno.ENETUNREACH:
      return attributes.network === 'none' ? networkDenial(context, call) : undefined;
    case -Errno.ECONNREFUSED:
      return hostSocketDenial(vfs, context, call);
    case -Errno.ENOSYS:
      return missingCall(context, call);
    default:
      return undefined;
  }
}

function networkDenial({ process }: SyscallContext, call: RefusedCall): Denial | undefined {
  const address = addressOf(call);
  const family = addressFamily(address);
  if (family !== AddressFamily.AF_INET && family !== AddressFamily.AF_INET6) return undefined;
  const parsed = parseInetAddress(address, family);
  if (typeof parsed === 'number') return undefined;
  return {
    operation: call.name, object: showInetAddress(parsed), rule: 'network', place: 'network', error: 'ENETUNREACH', pid: process.pid,
    hint: 'there is no network but a loopback of its own: network is "none"; set it to "host" if programs are to reach others',
  };
}

/** A socket that is there but that nobody of the enclave has bound is one of the host's. */
function hostSocketDenial(vfs: Vfs, { process }: SyscallContext, call: RefusedCall): Denial | undefined {
  const address = addressOf(call);
  const name = addressFamily(address) === AddressFamily.AF_UNIX ? parseUnixAddress(address) : -1;
  if (typeof name === 'number' || name.startsWith('\0')) return undefined;
  const found = vfs.lookup(process, name, { follow: true });
  if (isError(found) || found.inode.type !== 'socket' || found.inode.bound !== undefined) return undefined;
  return {
    operation: call.name, object: Buffer.from(name, 'latin1').toString(), rule: 'hostSocket', error: 'ECONNREFUSED', pid: process.pid,
    hint: 'it is a socket of the host, which no program can connect to; start its server inside, or have it listen on the network',
  };
}

function missingCall({ process }: SyscallContext, { name }: RefusedCall): Denial {
  return { operation: name, object: 'the system call', rule: 'missing', error: 'ENOSYS', pid: process.pid, hint: 'it is not implemented; most programs do without it where they learn so' };
}

/** The address that a call names; empty where it has none. */
function addressOf({ kinds, values }: RefusedCall): Uint8Array {
  const at = kinds.findLastIndex((kind) => typeof kind === 'object' && 'kind' in kind && kind.kind === 'inputBuffer');
  return at < 0 ? new Uint8Array(0) : ((values[at] as InputArgument).read() ?? new Uint8Array(0));
}

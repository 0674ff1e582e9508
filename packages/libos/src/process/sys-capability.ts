import { Capability, capabilityData } from '@occlum/abi';
import type { DataArgument, Handler, StructInput, StructOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { commitCredentials } from './credential-change.js';
import { ALL_CAPABILITIES } from './credentials.js';
import type { Credentials } from './credentials.js';
import type { ProcessCaller } from './process-caller.js';

/** Versions of the structs, and how many words of 32 capabilities each has. Source: linux/include/uapi/linux/capability.h. */
const VERSIONS: ReadonlyMap<number, number> = new Map([[0x1998_0330, 1], [0x2007_1026, 2], [0x2008_0522, 2]]);

/** The version that a caller with an unknown one is told. */
const VERSION_3 = 0x2008_0522;

/** Bytes of capabilities in the longest version. */
export const CAPABILITY_DATA_BYTES = 2 * capabilityData.size;

type HeaderArgument = DataArgument<'inoutput', { version: number; pid: number }>;

/**
 * `capget(2)`: the capabilities of a process. A null address for them only asks whether the version is known.
 *
 * Errors, in the order Linux checks them: `EFAULT` the header; `EINVAL` an unknown version; `EINVAL` the pid is negative;
 * `ESRCH` no such thread; `EFAULT` the data.
 *
 * Source: linux/kernel/capability.c, `SYSCALL_DEFINE2(capget)`.
 */
export const capget: Handler<ProcessCaller, [HeaderArgument, DataArgument<'output', Uint8Array>]> = (context, header, data) => {
  const asked = readHeader(header);
  if (typeof asked === 'number') return asked === -Errno.EINVAL && data.isNull ? 0 : asked;
  if (data.isNull) return 0;
  if (asked.pid < 0) return -Errno.EINVAL;

  const { processes } = context.kernel;
  const target = asked.pid === 0 ? context.process : (processes.thread(asked.pid)?.process ?? processes.get(asked.pid));
  if (target === undefined) return -Errno.ESRCH;
  return data.write(encodeSets(target.credentials, asked.words)) ? 0 : -Errno.EFAULT;
};

/**
 * `capset(2)`: sets the caller's own capabilities.
 *
 * Errors, in the order Linux checks them: `EFAULT` the header; `EINVAL` an unknown version; `EPERM` another thread's;
 * `EFAULT` the data; `EPERM` more than is permitted, or inheritable ones that are not permitted without CAP_SETPCAP or
 * that the bounding set lacks.
 *
 * Source: linux/kernel/capability.c, `SYSCALL_DEFINE2(capset)`; linux/security/commoncap.c, `cap_capset`.
 */
export const capset: Handler<ProcessCaller, [HeaderArgument, DataArgument<'input', Uint8Array>]> = ({ process, thread }, header, data) => {
  const asked = readHeader(header);
  if (typeof asked === 'number') return asked;
  if (asked.pid !== 0 && asked.pid !== thread.tid) return -Errno.EPERM;
  const bytes = data.read();
  if (bytes === undefined) return -Errno.EFAULT;

  const old = process.credentials;
  const { effective, permitted, inheritable } = decodeSets(bytes, asked.words);
  const isFree = old.hasCapability(Capability.CAP_SETPCAP);
  if (!isFree && !isSubset(inheritable, old.inheritable | old.permitted)) return -Errno.EPERM;
  if (!isSubset(inheritable, old.inheritable | old.bounding)) return -Errno.EPERM;
  if (!isSubset(permitted, old.permitted) || !isSubset(effective, permitted)) return -Errno.EPERM;

  commitCredentials(process, old.with({ effective, permitted, inheritable, ambient: old.ambient & permitted & inheritable }));
  return 0;
};

/** Source: linux/kernel/capability.c, `cap_validate_magic`. */
function readHeader(header: StructInput<{ version: number; pid: number }> & StructOutput<{ version: number; pid: number }>): { pid: number; words: number } | number {
  const value = header.value();
  if (value === undefined) return -Errno.EFAULT;
  const words = VERSIONS.get(value.version);
  if (words !== undefined) return { pid: value.pid, words };
  return header.put({ version: VERSION_3, pid: value.pid }) ? -Errno.EINVAL : -Errno.EFAULT;
}

function encodeSets({ effective, permitted, inheritable }: Credentials, words: number): Uint8Array {
  const bytes = new Uint8Array(words * capabilityData.size);
  for (let word = 0; word < words; word++) {
    const half = (set: bigint): number => Number((set >> BigInt(32 * word)) & 0xffff_ffffn);
    bytes.set(capabilityData.encode({ effective: half(effective), permitted: half(permitted), inheritable: half(inheritable) }), word * capabilityData.size);
  }
  return bytes;
}

function decodeSets(bytes: Uint8Array, words: number): Pick<Credentials, 'effective' | 'permitted' | 'inheritable'> {
  const sets = { effective: 0n, permitted: 0n, inheritable: 0n };
  for (let word = 0; word < words; word++) {
    const value = capabilityData.decode(bytes.subarray(word * capabilityData.size));
    for (const name of ['effective', 'permitted', 'inheritable'] as const) {
      sets[name] |= (BigInt(value[name]) << BigInt(32 * word)) & ALL_CAPABILITIES;
    }
  }
  return sets;
}

function isSubset(set: bigint, of: bigint): boolean {
  return (set & ~of) === 0n;
}

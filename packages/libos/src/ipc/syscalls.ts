import { IpcCommand, IpcFlags, ShmCommand, ShmFlags, ShmGetFlags, direct, flagsOf, inoutput, kernel, local, oneOf, partial } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { IpcNamespace } from './ipc-namespace.js';
import { shmctl, shmget } from './sys-shm.js';

/** The runtime knows how many bytes each command has there, and passes the call on. */
const controlData = inoutput(0);

/**
 * The rows of System V IPC.
 *
 * @param ipc - Whose they are.
 */
export function ipcSyscalls(ipc: IpcNamespace): SyscallTable<ProcessCaller> {
  return {
    shmget: partial(kernel(29, ['int', 'size', flagsOf({ ...IpcFlags, ...ShmGetFlags })], shmget(ipc.memory)), 'At most 256 segments; no huge pages.'),
    shmat: direct(30, ['int', 'address', flagsOf(ShmFlags)], { custom: true, result: 'address' }),
    shmctl: partial(
      local(31, ['int', oneOf({ ...IpcCommand, ...ShmCommand }), controlData], { kernel: shmctl(ipc.memory) }),
      'SHM_LOCK is ENOMEM. A piece of a segment that mprotect(2) splits off does not count as an attachment of its own.',
    ),
    shmdt: direct(67, ['address'], { custom: true }),
  };
}

import { IpcCommand, IpcFlags, MsgCommand, MsgFlags, SemCommand, ShmCommand, ShmFlags, ShmGetFlags, direct, flagsOf, inoutput, input, inputBuffer, kernel, local, oneOf, partial, sembuf, timespec } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { IpcNamespace } from './ipc-namespace.js';
import { msgctl, msgget, msgrcv, msgsnd } from './sys-msg.js';
import { SEMAPHORE_LIMITS } from './semaphores.js';
import { semctl, semget, semop, semtimedop } from './sys-sem.js';
import { shmctl, shmget } from './sys-shm.js';

/** The runtime knows how many bytes each command has there, and passes the call on. */
const controlData = inoutput(0);
/** A type and as many bytes of text as the next argument says. */
const message = inoutput(0);
const operations = inputBuffer(2, SEMAPHORE_LIMITS.semopm * sembuf.size, sembuf.size);

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
    semget: kernel(64, ['int', 'int', flagsOf(IpcFlags)], semget(ipc.semaphores)),
    semop: kernel(65, ['int', operations, 'uint'], semop(ipc.semaphores)),
    semctl: local(66, ['int', 'int', oneOf({ ...IpcCommand, ...SemCommand }), controlData], { kernel: semctl(ipc.semaphores) }),
    msgget: kernel(68, ['int', flagsOf(IpcFlags)], msgget(ipc.messages)),
    msgsnd: local(69, ['int', message, 'size', flagsOf(IpcFlags)], { kernel: msgsnd(ipc.messages) }),
    msgrcv: partial(
      local(70, ['int', message, 'size', 'offset', flagsOf({ ...IpcFlags, ...MsgFlags })], { kernel: msgrcv(ipc.messages) }),
      'MSG_COPY is ENOSYS. A type from 2^53 on is taken as the highest one.',
    ),
    msgctl: local(71, ['int', oneOf({ ...IpcCommand, ...MsgCommand }), controlData], { kernel: msgctl(ipc.messages) }),
    semtimedop: kernel(220, ['int', operations, 'uint', input(timespec)], semtimedop(ipc.semaphores)),
    shmdt: direct(67, ['address'], { custom: true }),
  };
}

import { Capability, IpcCommand, IpcFlags, MsgCommand, MsgFlags, msginfo, msqid64Ds } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import { ERESTARTNOHAND, ERESTARTSYS } from '../kernel/syscall-context.js';
import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import { READ_ALL, WRITE_ALL } from './ipc-object.js';
import type { Message, MessageChoice, MessageQueue } from './message-queue.js';
import { MESSAGE_LIMITS } from './message-queues.js';
import type { MessageQueues } from './message-queues.js';
import type { ControlData, ControlPointer } from './sys-shm.js';

/** Bytes of the type before a message's text. */
const TYPE_BYTES = 8;
/** Sources: linux/include/uapi/linux/msg.h, `MSGSSZ`, `MSGSEG`, `MSGPOOL`. */
const MSGSSZ = 16;
const MSGSEG = 0xffff;
const TYPE_MAX = 2n ** 63n - 1n;
const MSGPOOL = (MESSAGE_LIMITS.msgmni * MESSAGE_LIMITS.msgmnb) / 1024;

/** `msgget(2)`; errors as {@link MessageQueues.get} says. */
export function msgget(queues: MessageQueues): Handler<ProcessCaller, ['int', NamedScalar]> {
  return ({ process }, key, flags) => queues.get(process, key, flags);
}

/**
 * `msgsnd(2)`.
 *
 * Errors, in the order Linux checks them: `EFAULT` of the type; `EINVAL` length, id or type; `EFAULT` of the text; `EINVAL`, `EIDRM`; `EACCES`;
 * `EAGAIN`; `ENOMEM`; `EIDRM`, `EINTR` while it waits.
 *
 * Source: linux/ipc/msg.c, `do_msgsnd`.
 */
export function msgsnd(queues: MessageQueues): Handler<ProcessCaller, ['int', ControlData, 'size', NamedScalar]> {
  return (context, id, data, size, flags) => {
    const bytes = data.read();
    if (bytes === undefined || bytes.length < TYPE_BYTES) return -Errno.EFAULT;
    if (size > MESSAGE_LIMITS.msgmax || id < 0) return -Errno.EINVAL;
    const type = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);
    if (type < 1n) return -Errno.EINVAL;
    if (bytes.length < TYPE_BYTES + size) return -Errno.EFAULT;
    const queue = queues.queues.find(id);
    if (isError(queue)) return queue;
    const { process: { credentials, pid } } = context;
    const message = { type, text: bytes.slice(TYPE_BYTES, TYPE_BYTES + size) };
    const send = (): number | undefined => queue.refusal(credentials, WRITE_ALL) || queues.send(queue, message, pid);
    const sent = send();
    if (sent !== undefined) return sent;
    return (flags & IpcFlags.IPC_NOWAIT) === 0 ? context.wait(queue.received, send).then(afterSignal) : -Errno.EAGAIN;
  };
}

/**
 * `msgrcv(2)`. `MSG_COPY` is `ENOSYS`, as of a kernel without checkpoints.
 *
 * Errors, in the order Linux checks them: `EINVAL` id, length or flags; `ENOSYS`; `EINVAL`, `EIDRM`; `EACCES`; `E2BIG`; `ENOMSG`; `EIDRM`, `EINTR`
 * while it waits; `EFAULT`, and the message is lost.
 *
 * Source: linux/ipc/msg.c, `do_msgrcv`.
 */
export function msgrcv(queues: MessageQueues): Handler<ProcessCaller, ['int', ControlData, 'size', 'offset', NamedScalar]> {
  return (context, id, data, size, type, flags) => {
    if (id < 0 || size > Number.MAX_SAFE_INTEGER) return -Errno.EINVAL;
    if ((flags & MsgFlags.MSG_COPY) !== 0) {
      return (flags & MsgFlags.MSG_EXCEPT) !== 0 || (flags & IpcFlags.IPC_NOWAIT) === 0 ? -Errno.EINVAL : -Errno.ENOSYS;
    }
    const queue = queues.queues.find(id);
    if (isError(queue)) return queue;
    const choice = choiceOf(type, flags);
    const { process: { credentials, pid } } = context;
    const receive = (): Message | number | undefined => {
      const refused = queue.refusal(credentials, READ_ALL);
      if (refused !== 0) return refused;
      const message = queue.choose(choice);
      if (message === undefined) return undefined;
      if (message.text.length > size && (flags & MsgFlags.MSG_NOERROR) === 0) return -Errno.E2BIG;
      queues.receive(queue, message, pid);
      return message;
    };
    const received = receive();
    if (received !== undefined) return deliver(received, data, size);
    if ((flags & IpcFlags.IPC_NOWAIT) !== 0) return -Errno.ENOMSG;
    return context.wait(queue.sent, receive).then((result) => deliver(typeof result === 'number' ? afterSignal(result) : result, data, size));
  };
}

/** Source: linux/ipc/msg.c, `convert_mode`. */
function choiceOf(type: number, flags: number): MessageChoice {
  if (type === 0) return { which: 'first' };
  if (type < 0) return { which: 'lowestUpTo', type: exact(-type) };
  return { which: (flags & MsgFlags.MSG_EXCEPT) === 0 ? 'of' : 'notOf', type: exact(type) };
}

/** Registers from 2^53 on are no exact numbers. */
function exact(type: number): bigint {
  return Number.isSafeInteger(type) ? BigInt(type) : TYPE_MAX;
}

function deliver(message: Message | number, data: ControlPointer, size: number): number {
  if (typeof message === 'number') return message;
  const count = Math.min(message.text.length, size);
  const bytes = new Uint8Array(TYPE_BYTES + count);
  new DataView(bytes.buffer).setBigInt64(0, message.type, true);
  bytes.set(message.text.subarray(0, count), TYPE_BYTES);
  return data.write(bytes) ? count : -Errno.EFAULT;
}

/** The call is made again after a signal without a handler only. */
function afterSignal(result: number): number {
  return result === -ERESTARTSYS ? -ERESTARTNOHAND : result;
}

/**
 * `msgctl(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` id or command; `EFAULT` of what is set; `EINVAL`, `EIDRM`; `EACCES` to look, `EPERM` to change or
 * for more bytes than MSGMNB; `EINVAL` a new owner that is none; `EFAULT`.
 *
 * Source: linux/ipc/msg.c, `ksys_msgctl`.
 */
export function msgctl(queues: MessageQueues): Handler<ProcessCaller, ['int', NamedScalar, ControlData]> {
  return ({ process }, id, command, data) => {
    if (id < 0 || command < 0) return -Errno.EINVAL;
    switch (command) {
      case IpcCommand.IPC_INFO:
      case MsgCommand.MSG_INFO: return data.write(msginfo.encode(infoOf(queues, command))) ? queues.queues.highestIndex : -Errno.EFAULT;
      case IpcCommand.IPC_STAT:
      case MsgCommand.MSG_STAT:
      case MsgCommand.MSG_STAT_ANY: return look(queues, process, id, command, data);
      case IpcCommand.IPC_SET: return change(queues, process, id, data);
      case IpcCommand.IPC_RMID: return remove(queues, process, id);
      default: return -Errno.EINVAL;
    }
  };
}

function look({ queues }: MessageQueues, { credentials }: Process, id: number, command: number, data: ControlPointer): number {
  const queue = command === IpcCommand.IPC_STAT ? queues.find(id) : queues.at(id);
  if (isError(queue)) return queue;
  const denied = command === MsgCommand.MSG_STAT_ANY ? 0 : queue.checkAccess(credentials, READ_ALL);
  if (denied !== 0) return denied;
  if (!data.write(msqid64Ds.encode(statusOf(queue)))) return -Errno.EFAULT;
  return command === IpcCommand.IPC_STAT ? 0 : queue.id;
}

function change({ queues, now }: MessageQueues, { credentials }: Process, id: number, data: ControlPointer): number {
  const bytes = data.read();
  if (bytes === undefined) return -Errno.EFAULT;
  const queue = queues.find(id);
  if (isError(queue)) return queue;
  const { msg_perm, msg_qbytes } = msqid64Ds.decode(bytes);
  const denied = queue.checkOwner(credentials);
  if (denied !== 0) return denied;
  if (msg_qbytes > MESSAGE_LIMITS.msgmnb && !credentials.hasCapability(Capability.CAP_SYS_RESOURCE)) return -Errno.EPERM;
  const refused = queue.change(msg_perm);
  if (refused !== 0) return refused;
  queue.maxBytes = Number(msg_qbytes);
  queue.ctime = now();
  // Who waits may have no permission any more, or room.
  queue.wakeAll();
  return 0;
}

function remove(queues: MessageQueues, { credentials }: Process, id: number): number {
  const queue = queues.queues.find(id);
  if (isError(queue)) return queue;
  const denied = queue.checkOwner(credentials);
  if (denied === 0) queues.remove(queue);
  return denied;
}

function statusOf(queue: MessageQueue): Parameters<typeof msqid64Ds.encode>[0] {
  return {
    msg_perm: queue.permission(),
    msg_stime: BigInt(queue.stime),
    msg_rtime: BigInt(queue.rtime),
    msg_ctime: BigInt(queue.ctime),
    msg_cbytes: BigInt(queue.bytes),
    msg_qnum: BigInt(queue.messages.length),
    msg_qbytes: BigInt(queue.maxBytes),
    msg_lspid: queue.lspid,
    msg_lrpid: queue.lrpid,
    __unused4: 0n,
    __unused5: 0n,
  };
}

/** Source: linux/ipc/msg.c, `msgctl_info`. */
function infoOf({ queues, messages, bytes }: MessageQueues, command: number): Parameters<typeof msginfo.encode>[0] {
  const { msgmni, msgmax, msgmnb } = MESSAGE_LIMITS;
  const isUse = command === MsgCommand.MSG_INFO;
  return {
    msgpool: isUse ? queues.count : MSGPOOL,
    msgmap: isUse ? messages : msgmnb,
    msgmax, msgmnb, msgmni,
    msgssz: MSGSSZ,
    msgtql: isUse ? bytes : msgmnb,
    msgseg: MSGSEG,
  };
}

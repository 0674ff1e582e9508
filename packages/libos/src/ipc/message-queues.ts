import { Errno } from '@occlum/errno';

import type { Process } from '../process/process.js';
import type { Clock } from './ipc-object.js';
import { IpcTable } from './ipc-table.js';
import { MessageQueue } from './message-queue.js';
import type { Message } from './message-queue.js';

/** Limits as /proc/sys/kernel/msg* tell them. Source: linux/include/uapi/linux/msg.h. */
export const MESSAGE_LIMITS = { msgmni: 32000, msgmax: 8192, msgmnb: 16384 } as const;
/** Most messages and bytes of all queues together: they are in Node's memory. */
const ALL_MESSAGES_MAX = 131_072;
const ALL_BYTES_MAX = 64 * 2 ** 20;

/** The queues of messages of one enclave. */
export class MessageQueues {
  readonly queues = new IpcTable<MessageQueue>(MESSAGE_LIMITS.msgmni);
  /** Seconds of the wall clock. */
  readonly now: Clock;
  /** Messages and their bytes in all queues. */
  messages = 0;
  bytes = 0;

  constructor(now: Clock) {
    this.now = now;
  }

  /** `msgget(2)`; errors as {@link IpcTable.get} says. */
  get({ credentials }: Process, key: number, flags: number): number {
    const make = (): MessageQueue => new MessageQueue({ key, mode: flags, credentials, now: this.now(), maxBytes: MESSAGE_LIMITS.msgmnb });
    return this.queues.get({ key, flags, credentials, make, check: () => 0 });
  }

  /** Whether there is memory for one more message. */
  hasMemoryFor(bytes: number): boolean {
    return this.messages < ALL_MESSAGES_MAX && this.bytes + bytes <= ALL_BYTES_MAX;
  }

  /** Puts a message into a queue, if it has room: 0, or `undefined`. */
  send(queue: MessageQueue, message: Message, pid: number): number | undefined {
    if (!queue.hasRoomFor(message.text.length)) return undefined;
    if (!this.hasMemoryFor(message.text.length)) return -Errno.ENOMEM;
    queue.add(message);
    this.messages++;
    this.bytes += message.text.length;
    queue.lspid = pid;
    queue.stime = this.now();
    queue.sent.wake();
    return 0;
  }

  /** Takes a message out. */
  receive(queue: MessageQueue, message: Message, pid: number): void {
    queue.take(message);
    this.messages--;
    this.bytes -= message.text.length;
    queue.lrpid = pid;
    queue.rtime = this.now();
    queue.received.wake();
  }

  /** `IPC_RMID`. */
  remove(queue: MessageQueue): void {
    this.queues.remove(queue);
    this.messages -= queue.messages.length;
    this.bytes -= queue.bytes;
    queue.messages = [];
    queue.wakeAll();
  }
}

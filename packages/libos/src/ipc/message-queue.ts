import { Errno } from '@occlum/errno';

import { WaitQueue } from '../kernel/wait-queue.js';
import type { Credentials } from '../process/credentials.js';
import { IpcObject } from './ipc-object.js';

/** A message. */
export interface Message {
  /** Above 0. */
  readonly type: bigint;
  readonly text: Uint8Array;
}

/** Which messages a receiver wants. */
export type MessageChoice =
  | { readonly which: 'first' }
  | { readonly which: 'of' | 'notOf' | 'lowestUpTo'; readonly type: bigint };

/** What a {@link MessageQueue} is made with. */
export interface MessageQueueOptions {
  readonly key: number;
  readonly mode: number;
  readonly credentials: Credentials;
  readonly now: number;
  /** Most bytes of all messages, and most messages. */
  readonly maxBytes: number;
}

/** A queue of messages. */
export class MessageQueue extends IpcObject {
  messages: Message[] = [];
  /** Bytes of all messages. */
  bytes = 0;
  maxBytes: number;
  stime = 0;
  rtime = 0;
  /** Process of the last send and of the last receipt; 0 before the first. */
  lspid = 0;
  lrpid = 0;
  /** Woken when messages or rights may have changed, or it is removed; who waited first looks first. */
  readonly sent = new WaitQueue();
  readonly received = new WaitQueue();

  constructor({ key, mode, credentials, now, maxBytes }: MessageQueueOptions) {
    super(key, mode, credentials, now);
    this.maxBytes = maxBytes;
  }

  /** Whether there is room for one more message. Source: linux/ipc/msg.c, `msg_fits_inqueue`. */
  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.maxBytes && this.messages.length + 1 <= this.maxBytes;
  }

  /** Source: linux/ipc/msg.c, `find_msg`. */
  choose(choice: MessageChoice): Message | undefined {
    switch (choice.which) {
      case 'first': return this.messages[0];
      case 'of': return this.messages.find(({ type }) => type === choice.type);
      case 'notOf': return this.messages.find(({ type }) => type !== choice.type);
      case 'lowestUpTo': {
        let lowest: Message | undefined;
        for (const message of this.messages) {
          if (message.type <= choice.type && (lowest === undefined || message.type < lowest.type)) lowest = message;
        }
        return lowest;
      }
    }
  }

  add(message: Message): void {
    this.messages.push(message);
    this.bytes += message.text.length;
  }

  take(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.bytes -= message.text.length;
  }

  /** Why nobody may use it any more: `-EIDRM`, or `-EACCES` where a process has no permission; else 0. */
  refusal(credentials: Credentials, wanted: number): number {
    return this.isRemoved ? -Errno.EIDRM : this.checkAccess(credentials, wanted);
  }

  /** Has everybody look again who waits. */
  wakeAll(): void {
    this.sent.wake();
    this.received.wake();
  }
}

import { AddressFamily, MessageFlags, SocketType } from '@occlum/abi';
import { ArenaLayout } from '@occlum/native';

import type { SocketHost } from './host-socket.js';

/**
 * Where datagrams for a socket of the LibOS go: the kernel's end of a host pair of records whose other end the guest holds, so
 * that readiness is real. Each record has its sender's address in front, as the runtime expects it.
 *
 * A datagram socket of the host is never given to a guest: it would honour any address of the host.
 */
export class Mailbox {
  readonly #host: SocketHost;
  readonly #end: number;

  private constructor(host: SocketHost, end: number) {
    this.#host = host;
    this.#end = end;
  }

  /**
   * Makes one.
   *
   * @param flags - `SOCK_NONBLOCK` of the guest's end, or 0.
   * @returns The mailbox, and the guest's end, which is handed over; a negative error number.
   */
  static open(host: SocketHost, flags: number): { readonly mailbox: Mailbox; readonly guestEnd: number } | number {
    const ends = new Int32Array(2);
    const made = host.socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_SEQPACKET | SocketType.SOCK_CLOEXEC | flags, 0, ends);
    if (made < 0) return made;
    const [end = -1, guestEnd = -1] = ends;
    return { mailbox: new Mailbox(host, end), guestEnd };
  }

  /**
   * Puts a datagram in.
   *
   * @param sender - Raw address; empty for a sender without a name.
   * @returns Its length; `-EAGAIN` where there is no room, `-EPIPE` where nobody can read it any more.
   */
  deliver(sender: Uint8Array, bytes: Uint8Array): number {
    const record = new Uint8Array(ArenaLayout.datagramSender + bytes.length);
    new DataView(record.buffer).setUint32(0, sender.length, true);
    record.set(sender, 4);
    record.set(bytes, ArenaLayout.datagramSender);
    const sent = this.#host.sendRecord(this.#end, record, NO_DESCRIPTORS, MessageFlags.MSG_DONTWAIT | MessageFlags.MSG_NOSIGNAL);
    return sent < 0 ? sent : bytes.length;
  }

  close(): void {
    this.#host.close(this.#end);
  }
}

const NO_DESCRIPTORS = new Int32Array(0);

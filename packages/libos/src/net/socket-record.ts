import type { AddressFamily, SocketType } from '@occlum/abi';

import type { Inode } from '../fs/inode.js';
import type { InetAddress } from './inet-address.js';
import type { Mailbox } from './mailbox.js';
import type { PeerCredentials } from './private-names.js';
import type { UnixName } from './unix-address.js';

/** Families whose sockets the kernel keeps a record of. */
export type SocketFamily = (typeof AddressFamily)['AF_UNIX' | 'AF_INET' | 'AF_INET6' | 'AF_NETLINK'];

/** What `socket(2)` was asked for. */
export interface SocketKind {
  readonly family: SocketFamily;
  readonly type: (typeof SocketType)['SOCK_STREAM' | 'SOCK_DGRAM' | 'SOCK_SEQPACKET' | 'SOCK_RAW'];
  readonly protocol: number;
}

/**
 * What the kernel knows of a socket that it made: what a guest is shown where the host's socket is another one, or has
 * another name. Socket and data are in the guest's process.
 */
export class SocketRecord {
  readonly kind: SocketKind;
  /** Name in the LibOS, of AF_UNIX. */
  name: UnixName = '';
  /** Number of its private name, once the host's socket is bound there. */
  id: number | undefined;
  /** The inode of a path name; the inode's `bound` is this record. */
  inode: Inode | undefined;
  /** Own address on the loopback network. */
  local: InetAddress | undefined;
  /** Who called `listen`, or `connect` with a name; the other end's `SO_PEERCRED`. */
  owner: PeerCredentials | undefined;
  isListening = false;
  /** Where its datagrams go; of datagram sockets whose names are the LibOS's. */
  mailbox: Mailbox | undefined;
  /** The socket of AF_UNIX that `connect` named, of one of datagrams. */
  peer: SocketRecord | undefined;
  /** The address on the loopback network that `connect` named, of one of datagrams. */
  remote: InetAddress | undefined;
  /** Number that netlink knows it by; 0 before it has one. */
  port = 0;
  /** No process has it any more. */
  isReleased = false;
  /** Options that are kept here and not set on the host's socket, by level and number. */
  readonly options = new Map<string, Uint8Array>();

  constructor(kind: SocketKind) {
    this.kind = kind;
  }
}

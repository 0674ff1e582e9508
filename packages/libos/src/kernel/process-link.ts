import { Control, ControlHeader } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { ProcessArena } from './arena.js';

/** Descriptors from the guest that no call has asked for yet, at most one a thread; more are closed. */
const UNCLAIMED_MAX = 256;

/** Guest's ends, in the order of `processDescriptors`. */
interface GuestEnds {
  readonly arena: number;
  readonly status: number;
  readonly doorbell: number;
  readonly control: number;
}

/** What ties the kernel to one guest process: its arena, and the control socket that carries descriptors. */
export class ProcessLink {
  readonly handle: number;
  readonly arena: ProcessArena;
  readonly #host: HostBinding;
  readonly #ends: GuestEnds;
  /** Received descriptors by slot and sequence of their call. */
  readonly #unclaimed = new Map<string, number>();
  readonly #record = new Uint8Array(ControlHeader.size);
  readonly #out = new Int32Array(2);
  /** Called with the host pid of who says hello. */
  onHello: ((hostPid: number) => void) | undefined;

  private constructor(host: HostBinding, handle: number, ends: GuestEnds) {
    this.#host = host;
    this.handle = handle;
    this.#ends = ends;
    this.arena = new ProcessArena(host.processArena(handle), (slot) => new Uint8Array(host.processBuffer(handle, slot)));
  }

  /** Makes arena, doorbell and control socket; a negative error number where the host has no room. */
  static open(host: HostBinding): ProcessLink | number {
    const handle = host.processOpen();
    if (handle < 0) return handle;
    const out = new Int32Array(4);
    const result = host.processDescriptors(handle, out);
    const [arena = -1, status = -1, doorbell = -1, control = -1] = out;
    if (result >= 0) return new ProcessLink(host, handle, { arena, status, doorbell, control });
    host.processClose(handle);
    return result;
  }

  /** Descriptors to start the host process with. */
  get controlEnd(): number {
    return this.#ends.control;
  }

  get doorbellEnd(): number {
    return this.#ends.doorbell;
  }

  /** Highest number of the descriptors that this was made with. */
  get highestDescriptor(): number {
    const { arena, status, doorbell, control } = this.#ends;
    return Math.max(arena, status, doorbell, control);
  }

  /** Closes the guest's ends of doorbell and control socket here: it has them. */
  handedOver(): void {
    this.#host.processHandedOver(this.handle);
  }

  /**
   * Queues the boot record for the next image.
   *
   * @param files - Program, and interpreter if any; they stay the caller's.
   */
  sendBoot(record: Uint8Array, files: readonly number[]): number {
    return this.#host.processSend(this.handle, record, Int32Array.of(this.#ends.arena, this.#ends.status, ...files));
  }

  /** Sends the descriptor of a reply; it stays the caller's. */
  sendDescriptor(slot: number, sequence: number, descriptor: number): number {
    return this.#host.processSend(this.handle, header(Control.fd, slot, sequence), Int32Array.of(descriptor));
  }

  /** Sends a fork child's ends to its parent, and closes them here. */
  sendChild(slot: number, sequence: number, child: ProcessLink): number {
    const { arena, doorbell, control } = child.#ends;
    const sent = this.#host.processSend(this.handle, header(Control.fork, slot, sequence), Int32Array.of(arena, doorbell, control));
    if (sent >= 0) child.handedOver();
    return sent;
  }

  /** Takes the descriptor that came with a call; -1 where there is none. */
  takeDescriptor(slot: number, sequence: number): number {
    this.receive();
    const key = `${slot}:${sequence}`;
    const descriptor = this.#unclaimed.get(key) ?? -1;
    this.#unclaimed.delete(key);
    return descriptor;
  }

  /** Takes in everything on the control socket. */
  receive(): void {
    for (;;) {
      const size = this.#host.processReceive(this.handle, this.#record, this.#out);
      const [descriptor = -1, hostPid = 0] = this.#out;
      if (size <= 0) return;
      this.#accept(size, descriptor, hostPid);
    }
  }

  /** Gives up a link that no process was tied to. */
  discard(): void {
    this.close();
    this.#host.processClose(this.handle);
  }

  close(): void {
    for (const descriptor of this.#unclaimed.values()) this.#host.close(descriptor);
    this.#unclaimed.clear();
  }

  #accept(size: number, descriptor: number, hostPid: number): void {
    const view = new DataView(this.#record.slice().buffer);
    const type = size < ControlHeader.size ? 0 : view.getUint32(ControlHeader.type, true);
    if (type === Control.hello) this.onHello?.(hostPid);
    if (descriptor < 0) return;
    const key = `${view.getUint32(ControlHeader.slot, true)}:${view.getUint32(ControlHeader.sequence, true)}`;
    if (type !== Control.fdUp || this.#unclaimed.has(key) || this.#unclaimed.size >= UNCLAIMED_MAX) this.#host.close(descriptor);
    else this.#unclaimed.set(key, descriptor);
  }
}

function header(type: number, slot: number, sequence: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(ControlHeader.size));
  view.setUint32(ControlHeader.type, type, true);
  view.setUint32(ControlHeader.slot, slot, true);
  view.setUint32(ControlHeader.sequence, sequence, true);
  return new Uint8Array(view.buffer);
}

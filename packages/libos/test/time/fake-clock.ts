import { Errno } from '@occlum/errno';

import type { ClockHost } from '../../src/time/time-sources.js';
import { hostCpuClock } from '../../src/time/clock-id.js';

const MILLISECOND_NS = 1_000_000n;
const SECOND_NS = 1_000_000_000n;

/** A host whose time a test moves. Clock 0 is a thousand seconds ahead of the others. */
export class FakeClock implements ClockHost {
  /** Nanoseconds of CLOCK_MONOTONIC. */
  nowNs = 5n * SECOND_NS;
  /** CPU time of processes, by host pid. */
  readonly cpuNs = new Map<number, bigint>();
  /** Files of the host. */
  readonly files = new Map<string, string>();
  readonly #due: { atNs: bigint; run: () => void }[] = [];
  readonly #open: string[] = [];

  readonly schedule = (ms: number, run: () => void): (() => void) => {
    const entry = { atNs: this.nowNs + BigInt(ms) * MILLISECOND_NS, run };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  };

  /** How many wait to be woken. */
  get waiting(): number {
    return this.#due.length;
  }

  /** Lets time pass, and wakes who is due. */
  advance(ms: number): void {
    const endNs = this.nowNs + BigInt(ms) * MILLISECOND_NS;
    for (;;) {
      const next = this.#due.filter(({ atNs }) => atNs <= endNs).sort((a, b) => (a.atNs < b.atNs ? -1 : 1))[0];
      if (next === undefined) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.nowNs = next.atNs;
      next.run();
    }
    this.nowNs = endNs;
  }

  /** Time passes, and nobody is woken: the kernel had other things to do. */
  stall(ms: number): void {
    this.nowNs += BigInt(ms) * MILLISECOND_NS;
  }

  clockGettime(clock: number, out: Float64Array): number {
    const cpu = [...this.cpuNs].find(([pid]) => hostCpuClock(pid) === clock)?.[1];
    if (clock < 0 && cpu === undefined) return -Errno.EINVAL;
    const ns = cpu ?? this.nowNs + (clock === 0 ? 1000n * SECOND_NS : 0n);
    out[0] = Number(ns / SECOND_NS);
    out[1] = Number(ns % SECOND_NS);
    return 0;
  }

  openat(_directory: number, path: Uint8Array): number {
    const name = Buffer.from(path).toString('latin1').replace(/\0$/, '');
    return this.files.has(name) ? this.#open.push(name) - 1 : -Errno.ENOENT;
  }

  read(descriptor: number, out: Uint8Array): number {
    const content = Buffer.from(this.files.get(this.#open[descriptor] ?? '') ?? '', 'latin1');
    out.set(content);
    return content.length;
  }

  close = (): number => 0;
}

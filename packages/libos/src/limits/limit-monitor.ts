import type { Usage } from '../process/usage.js';
import type { EnclaveLimits, LimitName } from './enclave-limits.js';

/** Milliseconds between two looks at what all programs use. */
const SAMPLE_MS = 50;
const MS_US = 1000;
const MS_NS = 1_000_000n;

/** What a {@link LimitMonitor} asks about processes; each answer is of this moment. */
export interface LimitSources<Process> {
  running(): Iterable<Process>;
  /** Nanoseconds of CPU time of a running process. */
  cpuTimeNs(process: Process): bigint | undefined;
  /** Bytes of memory of all of them: a quick answer that may be too high. */
  roughMemory(processes: readonly Process[]): number;
  /** The same, each shared page once. */
  exactMemory(processes: readonly Process[]): number;
  /** Bytes of files that programs wrote. */
  writtenBytes(): number;
}

/** Watches the limits that no call meets: those of all programs together. */
export class LimitMonitor<Process> {
  readonly #limits: EnclaveLimits;
  readonly #sources: LimitSources<Process>;
  readonly #exceeded: (limit: LimitName, detail: string) => void;
  #sampling: NodeJS.Timeout | undefined;
  #wall: NodeJS.Timeout | undefined;
  /** Microseconds of processes that have ended. */
  #endedUs = 0;
  #isOver = false;

  /** @param exceeded - Called once: the first limit that was exceeded, and in words what was used and allowed. */
  constructor(limits: EnclaveLimits, sources: LimitSources<Process>, exceeded: (limit: LimitName, detail: string) => void) {
    this.#limits = limits;
    this.#sources = sources;
    this.#exceeded = exceeded;
  }

  /** A program is about to run. */
  started(): void {
    const { wallTimeMs, cpuTimeMs, memory, writableBytes } = this.#limits;
    if (wallTimeMs !== undefined) this.#wall ??= setTimeout(() => { this.#end('wallTimeMs', `it ran longer than the ${wallTimeMs} ms that are allowed`); }, wallTimeMs).unref();
    if (cpuTimeMs === undefined && memory === undefined && writableBytes === undefined) return;
    this.#sampling ??= setInterval(() => { this.sample(); }, SAMPLE_MS).unref();
  }

  /** A process has ended. */
  ended({ userUs, systemUs }: Usage): void {
    this.#endedUs += userUs + systemUs;
  }

  /** Looks at what is used now. */
  sample(): void {
    if (this.#isOver) return;
    const processes = [...this.#sources.running()];
    this.#sampleCpuTime(processes);
    this.#sampleMemory(processes);
    this.#sampleWritten();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#sampling);
    clearTimeout(this.#wall);
  }

  #sampleCpuTime(processes: readonly Process[]): void {
    const { cpuTimeMs } = this.#limits;
    if (cpuTimeMs === undefined) return;
    let usedMs = this.#endedUs / MS_US;
    for (const process of processes) usedMs += Number((this.#sources.cpuTimeNs(process) ?? 0n) / MS_NS);
    if (usedMs > cpuTimeMs) this.#end('cpuTimeMs', `its programs used ${Math.floor(usedMs)} ms of CPU time, ${cpuTimeMs} ms are allowed`);
  }

  #sampleMemory(processes: readonly Process[]): void {
    const { memory } = this.#limits;
    if (memory === undefined || this.#sources.roughMemory(processes) <= memory) return;
    const used = this.#sources.exactMemory(processes);
    if (used > memory) this.#end('memory', `its programs used ${used} bytes of memory, ${memory} are allowed`);
  }

  #sampleWritten(): void {
    const { writableBytes } = this.#limits;
    if (writableBytes === undefined) return;
    const used = this.#sources.writtenBytes();
    if (used > writableBytes) this.#end('writableBytes', `its programs wrote ${used} bytes of files, ${writableBytes} are allowed`);
  }

  #end(limit: LimitName, detail: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#exceeded(limit, `the enclave was ended by its limit ${limit}: ${detail}`);
  }
}

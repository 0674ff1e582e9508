import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { ArenaLayout, ProcessPage, ReapPage, SpawnFlag, SupervisorCommand, SupervisorEvent, SupervisorLimits, SupervisorSchedule, SupervisorSpawn, SupervisorType, TransportEvent, hostBinding } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

/** Path of a program that the native build makes. */
export function built(name: string): string {
  return fileURLToPath(new URL(`../build/${name}`, import.meta.url));
}

/** Bytes of a path or string, with its NUL. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

/** A record of the supervisor. */
export interface SupervisorRecord {
  readonly type: number;
  readonly request: number;
  readonly pid: number;
  readonly status: number;
  readonly flags: number;
  readonly step: number;
  readonly userUs: number;
  readonly descriptor: number;
}

/** What to start, and how. */
export interface SpawnOptions {
  readonly args: readonly string[];
  readonly env?: readonly string[];
  /** Number in the guest, and the descriptor here. */
  readonly fds?: readonly (readonly [number, number])[];
  readonly limits?: Readonly<Record<number, readonly [bigint, bigint]>>;
  readonly flags?: number;
  readonly uid?: number;
  /** The only CPUs it may run on, as a mask. */
  readonly cpus?: Uint8Array;
  /** Thousandths of a CPU. */
  readonly share?: number;
}

/** A transport whose events are kept until a test asks for them. */
export class TestTransport {
  readonly binding: HostBinding = hostBinding();
  readonly events: [kind: number, object: number, value: number][] = [];
  readonly #buffer: Int32Array;
  #wake: () => void = () => undefined;

  constructor(room = 32) {
    this.#buffer = new Int32Array(room * 3);
    const result = this.binding.transportOpen(() => { this.#collect(); });
    if (result < 0) throw new Error(`transportOpen: ${result}`);
  }

  #collect(): void {
    for (let count = this.binding.transportCollect(this.#buffer); count > 0; count = this.binding.transportCollect(this.#buffer)) {
      for (let i = 0; i < count * 3; i += 3) this.events.push([this.#buffer[i] ?? -1, this.#buffer[i + 1] ?? -1, this.#buffer[i + 2] ?? -1]);
    }
    this.#wake();
  }

  /** Takes the first event that fits, waiting for it. */
  async event(kind: number, object?: number): Promise<[kind: number, object: number, value: number]> {
    for (;;) {
      const at = this.events.findIndex((event) => event[0] === kind && (object === undefined || event[1] === object));
      const event = at < 0 ? undefined : this.events.splice(at, 1)[0];
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }

  close(): void {
    this.binding.helperClose();
    this.binding.transportClose();
  }
}

/** So long that no test sees a signal repeated. */
const HELPER_PERIOD_MS = 3_600_000;

/** A supervisor that starts `probe` in place of the runtime. */
export class TestSupervisor {
  readonly transport: TestTransport;
  readonly handle: number;
  #request = 0;
  #processes: number[] = [];
  readonly #records: SupervisorRecord[] = [];

  constructor(transport: TestTransport, { program = built('occlum-supervisor'), runtime = built('test/probe'), scratch = '' } = {}) {
    this.transport = transport;
    this.handle = transport.binding.supervisorStart(bytes(program), bytes(runtime), bytes(scratch));
    if (this.handle < 0) throw new Error(`supervisorStart: ${this.handle}`);
  }

  /** Takes the first record that fits, waiting for it. */
  async record(type: number, pid?: number): Promise<SupervisorRecord> {
    for (;;) {
      this.#receive();
      const at = this.#records.findIndex((record) => record.type === type && (pid === undefined || record.pid === pid));
      const record = at < 0 ? undefined : this.#records.splice(at, 1)[0];
      if (record !== undefined) return record;
      await this.transport.event(TransportEvent.supervisor, this.handle);
    }
  }

  #receive(): void {
    const record = new Uint8Array(SupervisorEvent.size);
    const out = new Int32Array(2);
    while (this.transport.binding.supervisorReceive(this.handle, record, out) > 0) {
      const view = new DataView(record.buffer);
      this.#records.push({
        type: view.getUint32(SupervisorEvent.type, true),
        request: view.getUint32(SupervisorEvent.request, true),
        pid: view.getInt32(SupervisorEvent.pid, true),
        status: view.getInt32(SupervisorEvent.status, true),
        flags: view.getUint32(SupervisorEvent.flags, true),
        step: view.getUint32(SupervisorEvent.step, true),
        userUs: Number(view.getBigUint64(SupervisorEvent.user_us, true)),
        descriptor: out[0] ?? -1,
      });
    }
  }

  /** Sends a spawn record; the answer is a `spawned` or `spawnFailed` record. */
  send(options: SpawnOptions): number {
    const { binding } = this.transport;
    const process = binding.processOpen();
    const own = new Int32Array(4);
    binding.processDescriptors(process, own);
    this.#processes.push(process);
    const request = ++this.#request;
    const strings = Buffer.from([...options.args, ...(options.env ?? [])].map((text) => `${text}\0`).join(''));
    const inMemory = ((options.flags ?? 0) & SpawnFlag.stringsFd) !== 0;
    const memory = inMemory ? binding.memfdCreate(bytes('strings'), 0) : -1;
    if (inMemory) binding.write(memory, strings);
    const record = encodeSpawn(options, request, strings.length, inMemory ? Buffer.alloc(0) : strings);
    const fds = (options.fds ?? []).map(([, here]) => here);
    const result = binding.supervisorSend(this.handle, record, Int32Array.of(own[3] ?? -1, own[2] ?? -1, ...(inMemory ? [memory] : []), ...fds));
    if (inMemory) binding.close(memory);
    binding.processHandedOver(process);
    if (result < 0) throw new Error(`supervisorSend: ${result}`);
    return request;
  }

  /** Starts a program and gives its record. */
  async spawn(options: SpawnOptions): Promise<SupervisorRecord> {
    this.send(options);
    return this.record(SupervisorType.spawned);
  }

  /** Has the helper interrupt a thread, which never acknowledges it; returns what the helper said, and its handle of the thread. */
  interrupt(pid: number, tid: number): { readonly result: number; readonly handle: number } {
    const { binding } = this.transport;
    binding.helperOpen(HELPER_PERIOD_MS);
    // One slot: an event, no mask, state 0, its thread.
    const handle = binding.helperAdd(Int32Array.of(1, 0, tid), Int32Array.of(0, 1, 12, 0, -1, 4, 8, 0), pid, this.handle);
    return { result: handle < 0 ? handle : binding.helperInterrupt(handle, 0), handle };
  }

  /** Asks for a change of how a thread of a guest is scheduled; gives 0 or the error number. */
  async schedule(pid: number, tid: number, what: number, value: number | Uint8Array): Promise<number> {
    const record = new Uint8Array(SupervisorSchedule.size);
    const view = new DataView(record.buffer);
    const data = typeof value === 'number' ? new Uint8Array(0) : value;
    view.setUint32(SupervisorSchedule.type, SupervisorType.schedule, true);
    view.setInt32(SupervisorSchedule.pid, pid, true);
    view.setInt32(SupervisorSchedule.tid, tid, true);
    view.setUint32(SupervisorSchedule.what, what, true);
    view.setInt32(SupervisorSchedule.value, typeof value === 'number' ? value : 0, true);
    view.setUint32(SupervisorSchedule.data_size, data.length, true);
    record.set(data.subarray(0, SupervisorSchedule.size - SupervisorSchedule.data), SupervisorSchedule.data);
    this.transport.binding.supervisorSend(this.handle, record, new Int32Array(0));
    return (await this.record(SupervisorType.scheduled)).status;
  }

  /** Sends a short record. */
  command(type: number, pid = 0, value = 0): void {
    const record = new DataView(new ArrayBuffer(SupervisorCommand.size));
    record.setUint32(SupervisorCommand.type, type, true);
    record.setInt32(SupervisorCommand.pid, pid, true);
    record.setUint32(SupervisorCommand.value, value, true);
    this.transport.binding.supervisorSend(this.handle, new Uint8Array(record.buffer), new Int32Array(0));
  }
}

function encodeSpawn(options: SpawnOptions, request: number, stringsSize: number, strings: Uint8Array): Uint8Array {
  const record = new Uint8Array(SupervisorSpawn.size + strings.length);
  const view = new DataView(record.buffer);
  const put = (offset: number, value: number): void => { view.setUint32(offset, value, true); };
  put(SupervisorSpawn.type, SupervisorType.spawn);
  put(SupervisorSpawn.request, request);
  put(SupervisorSpawn.flags, options.flags ?? 0);
  put(SupervisorSpawn.uid, options.uid ?? SupervisorLimits.idUnused);
  put(SupervisorSpawn.gid, options.uid ?? SupervisorLimits.idUnused);
  put(SupervisorSpawn.fd_count, options.fds?.length ?? 0);
  put(SupervisorSpawn.argument_count, options.args.length);
  put(SupervisorSpawn.environment_count, options.env?.length ?? 0);
  put(SupervisorSpawn.strings_size, stringsSize);
  for (let i = 0; i < SupervisorLimits.limitCount; i++) {
    const [soft, hard] = options.limits?.[i] ?? [SupervisorLimits.limitKeep, SupervisorLimits.limitKeep];
    view.setBigUint64(SupervisorSpawn.limits + i * 16, soft, true);
    view.setBigUint64(SupervisorSpawn.limits + i * 16 + 8, hard, true);
  }
  put(SupervisorSpawn.cpu_share, options.share ?? 0);
  put(SupervisorSpawn.cpu_bytes, options.cpus?.length ?? 0);
  record.set(options.cpus ?? new Uint8Array(0), SupervisorSpawn.cpus);
  (options.fds ?? []).forEach(([target], i) => { view.setInt32(SupervisorSpawn.fd_target + i * 4, target, true); });
  record.set(strings, SupervisorSpawn.size);
  return record;
}

/**
 * Says that this process is about to signal a guest, in the page that it shares with its supervisor; 0 is nobody. The page is
 * the addon's own, so it is found as any memory of this process.
 */
export function setSending(pid: number): void {
  const line = readFileSync('/proc/self/maps', 'latin1').split('\n').findLast((text) => text.includes('memfd:occlum-reaper'));
  const memory = openSync('/proc/self/mem', 'r+');
  writeSync(memory, Int32Array.of(pid), 0, 4, Number.parseInt(line ?? '', 16) + ReapPage.sending);
  closeSync(memory);
}

/** A pipe whose read end collects text. */
export class TestPipe {
  readonly writer: number;
  readonly #reader: number;
  #text = '';

  constructor(binding: HostBinding) {
    const ends = new Int32Array(2);
    binding.pipe(ends, 0o4000);
    this.#reader = ends[0] ?? -1;
    this.writer = ends[1] ?? -1;
  }

  /** What was written until now. */
  get text(): string {
    const chunk = Buffer.alloc(4096);
    try {
      this.#text += chunk.toString('latin1', 0, readSync(this.#reader, chunk));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    return this.#text;
  }

  /** Waits until the text fits. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  close(): void {
    closeSync(this.#reader);
    closeSync(this.writer);
  }
}

/** A 64-bit word of a LibOS process's arena. */
export function callWord(binding: HostBinding, process: number, word: number): BigUint64Array {
  return new BigUint64Array(binding.processArena(process), ArenaLayout.process + ProcessPage.calls + word * 8, 1);
}

/** `/dev/null`, open for a guest's standard descriptors. */
export function devNull(): number {
  return openSync('/dev/null', 'r+');
}

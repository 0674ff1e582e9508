import { FcntlCommand, kernelTermios } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { RestoreFlag, SpawnFlag, SpawnedFlag, SupervisorCommand, SupervisorEvent, SupervisorFlag, SupervisorLimits, SupervisorRestore, SupervisorSchedule, SupervisorSpawn, SupervisorType } from '@occlum/native';
import type { HostBinding } from '@occlum/native';
import type { CpuSet } from '@occlum/sched';

import { cString } from '../fs/byte-string.js';
import { sealedMemfd } from '../fs/synthetic/sealed-memfd.js';
import type { Usage } from '../process/usage.js';
import type { ScheduleRequest } from '../sched/guest-thread.js';
import type { Transport } from './transport.js';

/** What a guest process is started with. */
export interface SpawnRequest {
  /** Of the guest's ends: control socket and doorbell. */
  readonly control: number;
  readonly doorbell: number;
  /** Descriptors of the guest, by number. */
  readonly descriptors: readonly { readonly hostFd: number; readonly number: number }[];
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Limits that the host keeps, by resource number. */
  readonly limits: ReadonlyMap<number, { readonly soft: bigint; readonly hard: bigint }>;
  /** The only CPUs that it may run on; those of the supervisor when left out. */
  readonly cpuset: CpuSet | undefined;
  /** CPUs' worth of time that it and what it forks have together; no limit of their own when left out. */
  readonly cpus: number | undefined;
  /** `SpawnFlag` bits. */
  readonly flags: number;
  /** Called once the host process is there, before anything else is told of it, its end among that. */
  readonly started: (spawned: Spawned) => void;
}

/** A started process. */
export interface Spawned {
  readonly hostPid: number;
  /** Listener of the filter, this kernel's to close; -1 where there is none. */
  readonly listener: number;
}

/** What the supervisor reports. */
export interface SupervisorListener {
  /** A guest process has ended and was reaped. */
  exited(hostPid: number, status: number, usage: Usage): void;
  /** All threads of a guest process stand, since a {@link Supervisor.stop} with this value. */
  stopped(hostPid: number, value: number): void;
  /**
   * The supervisor itself is gone, and with it all guests.
   *
   * @param why - `lost` where nobody asked it to end.
   */
  gone(why: 'shutdown' | 'lost'): void;
}

/** What the host offers, as the supervisor found. */
export interface HostFeatures {
  /** `SupervisorFlag` bits. */
  readonly flags: number;
  /** Descriptors a guest's host process may have. */
  readonly descriptorLimit: number;
}

/**
 * Starts the process of a supervisor, which gets ready by itself. What it says waits for {@link Supervisor.start}, which must
 * be called before this thread is idle; `supervisorClose` gives up one that is not wanted any more.
 *
 * @param program - Path of its file.
 * @param runtime - Path of the runtime.
 * @param scratch - Private directory that it removes at its end; empty for none.
 * @returns Its handle, or a negative error number.
 */
export function launchSupervisor(host: Pick<HostBinding, 'supervisorStart'>, program: string, runtime: string, scratch: string): number {
  return host.supervisorStart(cString(program), cString(runtime), cString(scratch));
}

/** The process that starts, signals, ends and reaps all guest processes of one enclave. */
export class Supervisor {
  readonly #transport: Transport;
  readonly #listener: SupervisorListener;
  readonly #requests = new Map<number, (result: Spawned | number) => void>();
  readonly #record = new Uint8Array(SupervisorEvent.size);
  readonly #out = new Int32Array(2);
  #handle = -1;
  #lastRequest = 0;
  #canLimitCpu = false;
  #pid = 0;
  #ended: (() => void) | undefined;
  #ready: ((features: HostFeatures | number) => void) | undefined;

  constructor(transport: Transport, listener: SupervisorListener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  /**
   * Takes charge of a supervisor.
   *
   * @param handle - Of {@link launchSupervisor}.
   * @returns What the host offers, once it is ready, or a negative error number.
   */
  start(handle: number): Promise<HostFeatures | number> {
    this.#handle = handle;
    return new Promise((resolve) => {
      this.#ready = resolve;
      this.#transport.addSupervisor(handle, { received: () => { this.#receive(); }, gone: () => { this.#gone('lost'); } });
    });
  }

  /** The addon's handle of it; negative once it is gone. */
  get handle(): number {
    return this.#handle;
  }

  /** Starts a guest process: 0, or a negative error number where the host refused. */
  async spawn(request: SpawnRequest): Promise<number> {
    if (this.#handle < 0) return -Errno.ESRCH;
    const { host } = this.#transport;
    const id = ++this.#lastRequest;
    const strings = Buffer.from([...request.argv, ...request.env].map((text) => `${text}\0`).join(''), 'latin1');
    if (strings.length > STRINGS_MAX) return -Errno.E2BIG;
    const record = spawnRecord(id, request, strings);
    const memory = record.length > SupervisorLimits.recordMax ? [sealedMemfd(host, strings)] : [];
    if (memory.some((descriptor) => descriptor < 0)) return memory[0] ?? -Errno.ENOMEM;
    const descriptors = [request.control, request.doorbell, ...memory, ...request.descriptors.map(({ hostFd }) => hostFd)];
    const sent = host.supervisorSend(this.#handle, memory.length === 0 ? record : withoutStrings(record), Int32Array.from(descriptors));
    for (const descriptor of memory) host.close(descriptor);
    if (sent < 0) return sent;
    return new Promise((resolve) => {
      this.#requests.set(id, (result) => {
        if (typeof result !== 'number') request.started(result);
        resolve(typeof result === 'number' ? result : 0);
      });
    });
  }

  /** SIGKILL to a guest process, from here: the supervisor would have to wake up for it first. */
  kill(hostPid: number): void {
    if (this.#handle < 0) return;
    const result = this.#transport.host.supervisorKill(this.#handle, hostPid);
    if (result < 0 && result !== -Errno.ESRCH) this.#command(SupervisorType.kill, hostPid);
  }

  /**
   * SIGSTOP to a guest process.
   *
   * @param value - Comes back with the news that it stands.
   */
  stop(hostPid: number, value: number): void {
    this.#command(SupervisorType.stop, hostPid, value);
  }

  continue(hostPid: number): void {
    this.#command(SupervisorType.continue, hostPid);
  }

  /** Its host process id; 0 before it is ready. */
  get pid(): number {
    return this.#pid;
  }

  /** Whether the host lists the children of a process: without that list CPU time cannot be limited. */
  get canLimitCpu(): boolean {
    return this.#canLimitCpu;
  }

  /** Limits the CPU time of all guests together, to CPUs' worth of it. */
  limitCpu(cpus: number): void {
    this.#command(SupervisorType.limitCpu, 0, thousandthsOf(cpus));
  }

  /** Has the host change how a thread of a guest is scheduled: 0, or a negative error number. */
  schedule(request: ScheduleRequest): Promise<number> {
    if (this.#handle < 0) return Promise.resolve(-Errno.ESRCH);
    const id = ++this.#lastRequest;
    const sent = this.#transport.host.supervisorSend(this.#handle, scheduleRecord(id, request), NO_DESCRIPTORS);
    if (sent < 0) return Promise.resolve(sent);
    return new Promise((resolve) => {
      this.#requests.set(id, (result) => { resolve(typeof result === 'number' ? result : 0); });
    });
  }

  /** Puts the status flags of a descriptor, and its settings where it is a terminal, back as they are now should this program be killed. */
  preserve(descriptor: number): void {
    const { host } = this.#transport;
    const flags = host.fcntl(descriptor, FcntlCommand.F_GETFL, 0);
    if (this.#handle < 0 || flags < 0) return;
    const record = new Uint8Array(SupervisorRestore.size);
    const settings = record.subarray(SupervisorRestore.settings, SupervisorRestore.settings + kernelTermios.size);
    const isTerminal = host.tcgetattr(descriptor, settings) >= 0;
    const view = new DataView(record.buffer);
    view.setUint32(SupervisorRestore.type, SupervisorType.restore, true);
    view.setUint32(SupervisorRestore.request, descriptor, true);
    view.setUint32(SupervisorRestore.what, RestoreFlag.statusFlags | (isTerminal ? RestoreFlag.terminal : 0), true);
    view.setInt32(SupervisorRestore.status_flags, flags, true);
    host.supervisorSend(this.#handle, record, Int32Array.of(descriptor));
  }

  /**
   * Has a process of its own watch a terminal and write the number of each signal that it raises to a pipe, after a 0.
   *
   * @param slave - The terminal; stays the caller's, as the pipe does.
   */
  watchTerminal(slave: number, pipe: number): number {
    if (this.#handle < 0) return -Errno.ESRCH;
    return this.#transport.host.supervisorSend(this.#handle, commandRecord(SupervisorType.terminal, 0), Int32Array.of(slave, pipe));
  }

  /**
   * Has a process of its own write which descriptors signal it to a pipe: `ListenerRecord`s, of which the first has its host process id.
   *
   * @param pipe - Stays the caller's.
   */
  listen(pipe: number): number {
    if (this.#handle < 0) return -Errno.ESRCH;
    return this.#transport.host.supervisorSend(this.#handle, commandRecord(SupervisorType.listen, 0), Int32Array.of(pipe));
  }

  /**
   * Ends all guests, the scratch directory and the supervisor.
   *
   * @returns When they have ended; at the latest after a while, where the host keeps a guest from it.
   */
  shutdown(): Promise<void> {
    if (this.#handle < 0) return Promise.resolve();
    this.#command(SupervisorType.shutdown, 0);
    this.#transport.hold();
    return new Promise((resolve) => {
      const limit = setTimeout(() => { this.#gone('shutdown'); }, SHUTDOWN_LIMIT_MS);
      this.#ended = () => {
        clearTimeout(limit);
        this.#transport.letGo();
        resolve();
      };
    });
  }

  #command(type: number, hostPid: number, value = 0): void {
    if (this.#handle < 0) return;
    this.#transport.host.supervisorSend(this.#handle, commandRecord(type, hostPid, value), NO_DESCRIPTORS);
  }

  #receive(): void {
    while (this.#handle >= 0) {
      const size = this.#transport.host.supervisorReceive(this.#handle, this.#record, this.#out);
      if (size < SupervisorEvent.size) return;
      this.#dispatch(new DataView(this.#record.slice().buffer), this.#out[0] ?? -1);
    }
  }

  #dispatch(event: DataView, descriptor: number): void {
    const word = (field: number): number => event.getInt32(field, true);
    const pid = word(SupervisorEvent.pid);
    const status = word(SupervisorEvent.status);
    switch (word(SupervisorEvent.type)) {
      case SupervisorType.ready:
        this.#pid = pid;
        this.#canLimitCpu = (word(SupervisorEvent.flags) & SupervisorFlag.hasChildren) !== 0;
        this.#ready?.({ flags: word(SupervisorEvent.flags), descriptorLimit: status });
        this.#ready = undefined;
        return;
      case SupervisorType.spawned: {
        const hasListener = (word(SupervisorEvent.flags) & SpawnedFlag.listener) !== 0;
        this.#answer(word(SupervisorEvent.request), { hostPid: pid, listener: hasListener ? descriptor : -1 });
        return;
      }
      case SupervisorType.spawnFailed:
      case SupervisorType.scheduled:
        this.#answer(word(SupervisorEvent.request), -status);
        return;
      case SupervisorType.exited: {
        const wide = (field: number): number => Number(event.getBigUint64(field, true));
        const usage = { userUs: wide(SupervisorEvent.user_us), systemUs: wide(SupervisorEvent.system_us), maxRssKb: wide(SupervisorEvent.max_rss_kb) };
        this.#listener.exited(pid, status, usage);
        return;
      }
      case SupervisorType.stopped:
        this.#listener.stopped(pid, event.getUint32(SupervisorEvent.request, true));
        return;
      default:
    }
  }

  #answer(request: number, result: Spawned | number): void {
    const answer = this.#requests.get(request);
    this.#requests.delete(request);
    answer?.(result);
  }

  #gone(why: 'shutdown' | 'lost'): void {
    if (this.#handle < 0) return;
    this.#transport.removeSupervisor(this.#handle);
    this.#handle = -1;
    this.#ready?.(-Errno.EIO);
    this.#ready = undefined;
    for (const request of [...this.#requests.keys()]) this.#answer(request, -Errno.ESRCH);
    this.#listener.gone(this.#ended === undefined ? why : 'shutdown');
    this.#ended?.();
  }
}

const NO_DESCRIPTORS = new Int32Array(0);

/** How long a shutdown may take: a guest may be in a host call that nothing interrupts. */
const SHUTDOWN_LIMIT_MS = 5000;

function commandRecord(type: number, hostPid: number, value = 0): Uint8Array {
  const record = new DataView(new ArrayBuffer(SupervisorCommand.size));
  record.setUint32(SupervisorCommand.type, type, true);
  record.setInt32(SupervisorCommand.pid, hostPid, true);
  record.setUint32(SupervisorCommand.value, value, true);
  return new Uint8Array(record.buffer);
}

/** A share of CPU time as the supervisor counts it; 0 is none. */
function thousandthsOf(cpus: number | undefined): number {
  return cpus === undefined ? 0 : Math.max(1, Math.round(cpus * 1000));
}

function scheduleRecord(id: number, { hostPid, hostTid, what, value, data }: ScheduleRequest): Uint8Array {
  const record = new Uint8Array(SupervisorSchedule.size);
  const view = new DataView(record.buffer);
  view.setUint32(SupervisorSchedule.type, SupervisorType.schedule, true);
  view.setUint32(SupervisorSchedule.request, id, true);
  view.setInt32(SupervisorSchedule.pid, hostPid, true);
  view.setInt32(SupervisorSchedule.tid, hostTid, true);
  view.setUint32(SupervisorSchedule.what, what, true);
  view.setInt32(SupervisorSchedule.value, value, true);
  view.setUint32(SupervisorSchedule.data_size, data.length, true);
  record.set(data, SupervisorSchedule.data);
  return record;
}

/** More than any host takes: three quarters of 8 MiB. Source: execve(2), "Limits on size of arguments and environment". */
const STRINGS_MAX = 6 * 2 ** 20;

/** The same record for strings that travel beside it. */
function withoutStrings(record: Uint8Array): Uint8Array {
  const view = new DataView(record.buffer);
  view.setUint32(SupervisorSpawn.flags, view.getUint32(SupervisorSpawn.flags, true) | SpawnFlag.stringsFd, true);
  return record.subarray(0, SupervisorSpawn.size);
}

/** The record of a spawn. */
function spawnRecord(id: number, request: SpawnRequest, strings: Uint8Array): Uint8Array {
  const record = new Uint8Array(SupervisorSpawn.size + strings.length);
  const view = new DataView(record.buffer);
  const words: readonly (readonly [number, number])[] = [
    [SupervisorSpawn.type, SupervisorType.spawn],
    [SupervisorSpawn.request, id],
    [SupervisorSpawn.flags, request.flags],
    [SupervisorSpawn.uid, SupervisorLimits.idUnused],
    [SupervisorSpawn.gid, SupervisorLimits.idUnused],
    [SupervisorSpawn.fd_count, request.descriptors.length],
    [SupervisorSpawn.argument_count, request.argv.length],
    [SupervisorSpawn.environment_count, request.env.length],
    [SupervisorSpawn.strings_size, strings.length],
  ];
  for (const [field, value] of words) view.setUint32(field, value, true);
  for (let resource = 0; resource < SupervisorLimits.limitCount; resource++) {
    const limit = request.limits.get(resource);
    view.setBigUint64(SupervisorSpawn.limits + 16 * resource, limit?.soft ?? SupervisorLimits.limitKeep, true);
    view.setBigUint64(SupervisorSpawn.limits + 16 * resource + 8, limit?.hard ?? SupervisorLimits.limitKeep, true);
  }
  for (const [index, { number }] of request.descriptors.entries()) view.setInt32(SupervisorSpawn.fd_target + 4 * index, number, true);
  const cpus = request.cpuset?.toMask() ?? new Uint8Array(0);
  view.setUint32(SupervisorSpawn.cpu_bytes, cpus.length, true);
  view.setUint32(SupervisorSpawn.cpu_share, thousandthsOf(request.cpus), true);
  record.set(cpus, SupervisorSpawn.cpus);
  record.set(strings, SupervisorSpawn.size);
  return record;
}


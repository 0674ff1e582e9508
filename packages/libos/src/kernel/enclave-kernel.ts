import { Signal } from '@occlum/abi';
import type { Logger } from '@occlum/log';
import { ArenaLayout, Pending, ThreadSlot } from '@occlum/native';
import type { HostBinding } from '@occlum/native';
import type { CpuSet } from '@occlum/sched';

import type { DenialReport } from '../denial/denial-report.js';
import type { RefusedCall } from '../denial/read-only-denial.js';
import { refusalDenial, taskDenial } from '../denial/limit-denial.js';
import type { FileDescription } from '../fs/file-description.js';
import type { Vfs } from '../fs/vfs.js';
import type { IpcNamespace } from '../ipc/ipc-namespace.js';
import type { EnclaveLimits, LimitName } from '../limits/enclave-limits.js';
import { exactMemory, roughMemory } from '../limits/host-memory.js';
import { LimitMonitor } from '../limits/limit-monitor.js';
import { limitBehind, refusedBy } from '../limits/process-limits.js';
import { createNetwork } from '../net/network.js';
import type { Network, NetworkMode } from '../net/network.js';
import { receivedSocket } from '../net/received-socket.js';
import { VfsSocketFiles } from '../net/vfs-socket-files.js';
import { Lifecycle } from '../process/lifecycle.js';
import { ProcessTable } from '../process/process-table.js';
import type { Process } from '../process/process.js';
import { ProgramLoader } from '../process/program.js';
import { TaskRoom } from '../process/task-room.js';
import type { Thread } from '../process/thread.js';
import { NO_USAGE } from '../process/usage.js';
import type { Usage } from '../process/usage.js';
import { Scheduling } from '../sched/scheduling.js';
import { sentByKernel } from '../signal/signal-info.js';
import { SignalPost } from '../signal/signal-post.js';
import type { HostControl } from '../signal/signal-post.js';
import type { SystemNames } from '../system/system-names.js';
import { CpuTime } from '../time/cpu-time.js';
import { monotonicMs } from '../time/monotonic-clock.js';
import type { Call } from './call.js';
import { CloneGuard } from './clone-guard.js';
import { DescriptorListener } from './descriptor-listener.js';
import { Dispatcher } from './dispatcher.js';
import type { Kernel } from './kernel.js';
import type { ProcessLink } from './process-link.js';
import { receiveDescriptor } from './received-descriptor.js';
import { runtimeCalls } from './runtime-calls.js';
import { Supervisor } from './supervisor.js';
import type { KernelTable } from './syscall-context.js';
import { watchTerminal } from './terminal-watch.js';
import type { Transport } from './transport.js';

/** How long a process that was told to end by itself has for it, in milliseconds. */
const EXIT_GRACE_MS = 1000;

/** What an {@link EnclaveKernel} is made of. */
export interface EnclaveKernelOptions {
  readonly transport: Transport;
  readonly log: Logger;
  readonly vfs: Vfs;
  readonly ipc: IpcNamespace;
  readonly names: SystemNames;
  readonly networkMode: NetworkMode;
  /** Whether runtimes rewrite hot call sites of programs. */
  readonly rewriteCallSites: boolean;
  /** Whether processes of the same host user, this one among them, may look into guests. */
  readonly isDebuggable: boolean;
  /** Descriptor of a private directory for the names of sockets. */
  readonly socketDirectory: number;
  readonly denials: DenialReport;
  readonly limits: EnclaveLimits;
  /** How far stacks grow unless a program says otherwise. */
  readonly stackBytes?: number | undefined;
  /** Bytes of files that programs wrote. */
  readonly writtenBytes: () => number;
  /** Paths inside that may be started from outside; all when left out. */
  readonly entryPoints?: readonly string[] | undefined;
  /** Tells of a call whose error an option decided. */
  readonly refused?: (call: Call, refused: RefusedCall, error: number) => void;
  /** The only CPUs that programs may run on; those of this process when left out. */
  readonly cpuset?: CpuSet | undefined;
  /** Rows of all families; made once the kernel is there. */
  readonly table: (kernel: EnclaveKernel) => KernelTable;
}

/** The kernel of one enclave: its processes, and what ties them to the host. */
export class EnclaveKernel implements Kernel, HostControl {
  readonly host: HostBinding;
  readonly log: Logger;
  readonly vfs: Vfs;
  readonly ipc: IpcNamespace;
  readonly names: SystemNames;
  readonly network: Network;
  readonly rewriteCallSites: boolean;
  readonly isDebuggable: boolean;
  readonly transport: Transport;
  readonly processes = new ProcessTable();
  readonly room: TaskRoom;
  readonly signals: SignalPost;
  readonly lifecycle: Lifecycle;
  readonly supervisor: Supervisor;
  readonly scheduling: Scheduling;
  readonly programs: ProgramLoader;
  readonly guard: CloneGuard;
  readonly denials: DenialReport;
  readonly entryPoints: readonly string[] | undefined;
  readonly limits: EnclaveLimits;
  readonly stackBytes: number | undefined;
  readonly monitor: LimitMonitor<Process>;
  readonly #dispatcher: Dispatcher;
  /** Running processes by host process id. */
  readonly #byHostPid = new Map<number, Process>();
  /** Processes whose host process has not said hello yet. */
  readonly #starting = new Set<Process>();
  /** Every description that a process has. */
  readonly #descriptions = new Map<number, FileDescription>();
  readonly #lost = new WeakSet<Process>();
  readonly #listener = new DescriptorListener(this);
  #lastObject = 0;

  constructor(options: EnclaveKernelOptions) {
    const { transport, log, vfs, names, networkMode, socketDirectory, denials, limits, stackBytes, writtenBytes, entryPoints, refused, cpuset, table } = options;
    this.transport = transport;
    this.host = transport.host;
    this.log = log;
    if (log.isLevelEnabled('trace')) transport.reportOwnCalls();
    this.vfs = vfs;
    this.ipc = options.ipc;
    this.names = names;
    this.rewriteCallSites = options.rewriteCallSites;
    this.isDebuggable = options.isDebuggable;
    this.denials = denials;
    this.entryPoints = entryPoints;
    this.limits = limits;
    this.stackBytes = stackBytes;
    const cpu = new CpuTime(this.host);
    this.monitor = new LimitMonitor(limits, {
      running: () => this.#byHostPid.values(),
      cpuTimeNs: (process) => cpu.ofProcess(process),
      roughMemory: (processes) => roughMemory(this.host, processes) + this.ipc.memory.unattachedBytes(),
      exactMemory: (processes) => exactMemory(this.host, processes) + this.ipc.memory.unattachedBytes(),
      writtenBytes,
    }, (limit, detail) => { this.#limited(limit, detail); });
    this.room = new TaskRoom(this.host, this.processes, {
      limits,
      refused: (limit) => { denials.report(taskDenial(limits, limit)); },
      letGo: () => transport.letProcessesGo(),
    });
    this.signals = new SignalPost(this);
    this.lifecycle = new Lifecycle(this.processes, this.signals);
    this.supervisor = new Supervisor(transport, {
      exited: (hostPid, status, usage) => { this.#exited(hostPid, status, usage); },
      stopped: (hostPid, timesContinued) => { this.#stopped(hostPid, timesContinued); },
      gone: (why) => { this.#supervisorGone(why); },
    });
    this.scheduling = new Scheduling({ host: this.host, ask: (request) => this.supervisor.schedule(request), cpuset });
    this.programs = new ProgramLoader(vfs, this.host, (below) => this.randomBelow(below));
    this.guard = new CloneGuard(this);
    this.network = createNetwork({
      mode: networkMode,
      host: this.host,
      directory: socketDirectory,
      files: new VfsSocketFiles(vfs),
      pidOfHost: (hostPid) => this.ofHost(hostPid)?.pid,
    });
    this.#dispatcher = new Dispatcher({
      kernel: this,
      table: table(this),
      runtimeCalls: runtimeCalls(this),
      refused,
      settle: () => { vfs.settle(); },
    });
  }

  /** Logs what was asked for and is not there. */
  report(): void {
    for (const [nr, count] of this.#dispatcher.missing) this.log.info({ nr, count }, 'calls of a syscall that is not implemented');
  }

  get dispatcher(): Dispatcher {
    return this.#dispatcher;
  }

  watch(hostFd: number, events: number, ready: (events: number) => void): () => void {
    return this.transport.watch(hostFd, events, ready);
  }

  job(id: number): Promise<number> {
    return this.transport.job(id);
  }

  watchTerminal(slave: number, raised: (signal: number) => void): Promise<(() => void) | number> {
    return watchTerminal(this, slave, raised);
  }

  listen(raised: (descriptor: number, code: number) => void): Promise<number> {
    return this.#listener.start(raised);
  }

  now(): number {
    return monotonicMs();
  }

  register(description: FileDescription): void {
    if (description.id !== 0) return;
    this.#lastObject = (this.#lastObject + 1) >>> 0 || 1;
    description.id = this.#lastObject;
    this.#descriptions.set(description.id, description);
    description.onClose(() => { this.#descriptions.delete(description.id); });
  }

  /** A random integer from 0 to `below` - 1, which is at most 2^48. */
  randomBelow(below: number): number {
    const bytes = new Uint8Array(6);
    this.host.getrandom(bytes);
    return bytes.reduce((value, byte) => value * 256 + byte, 0) % below;
  }

  /** The running process of a host process id, also one whose report was not read yet. */
  ofHost(hostPid: number): Process | undefined {
    if (!this.#byHostPid.has(hostPid)) for (const starting of [...this.#starting]) starting.link?.receive();
    return this.#byHostPid.get(hostPid);
  }

  /** Ties a process to its link; its calls are served from now on. */
  attach(process: Process, link: ProcessLink): void {
    process.link = link;
    link.onHello = (hostPid) => { this.hello(process, hostPid); };
    this.#starting.add(process);
    this.transport.hold();
    this.transport.addProcess(link.handle, {
      called: (slot) => { this.#called(process, slot); },
      controlled: () => { link.receive(); },
      hungUp: () => { this.#hungUp(process); },
    });
  }

  /** A new image of a process, or its first one, reports with a host process id that the host vouches for. */
  hello(process: Process, hostPid: number): void {
    const known = this.#byHostPid.get(hostPid);
    if (known !== undefined && known !== process) return;
    if (process.hostPid !== 0 && process.hostPid !== hostPid) return;
    process.hostPid = hostPid;
    this.guard.identified(process);
    this.#byHostPid.set(hostPid, process);
    const { supervisor } = this;
    if (process.arena !== undefined && supervisor.handle >= 0) {
      process.interrupts ??= this.transport.interrupts.add(process.arena.events, { pid: hostPid, supervisor: supervisor.handle });
    }
    if (process.state === 'running' && process.preparedExec !== undefined) this.#resetThreads(process);
    if (process.exit !== undefined) this.supervisor.kill(hostPid);
  }

  /** Its image runs, and did so before it was heard of: what was sent to it meanwhile is done now. */
  started(process: Process): void {
    this.#starting.delete(process);
    if (process.state === 'new') process.state = 'running';
    if (process.stoppedBy !== 0) this.stop(process);
    this.signals.remind(process);
    for (const thread of process.threads.values()) {
      if (thread.sched.hasWishes) this.scheduling.attach(thread);
      if ((process.arena?.slotWord(thread.slot, ThreadSlot.pending) ?? 0) !== 0) this.interrupt(thread);
    }
  }

  interrupt(thread: Thread): boolean {
    return thread.process.interrupts?.interrupt(thread.slot) === true;
  }

  kill(process: Process): void {
    if (process.hostPid <= 0) return;
    if (process.link !== undefined) this.host.processUnwatch(process.link.handle);
    this.supervisor.kill(process.hostPid);
  }

  stop(process: Process): void {
    if (process.hostPid > 0) this.supervisor.stop(process.hostPid, process.timesContinued);
  }

  continue(process: Process): void {
    if (process.hostPid <= 0) return;
    // Before it goes on: a read would take what waits already.
    for (const thread of process.threads.values()) {
      // A read that the host would go on with is one from the background now.
      const inCall = process.arena?.slotWord(thread.slot, ThreadSlot.in_call) ?? 0;
      if (thread.inService !== undefined || !(process.isInBackground || inCall >= ArenaLayout.inCallEndsByStop)) continue;
      // Only who has an event to look at is interrupted.
      process.arena?.events.post(thread.slot, Pending.signal);
      this.interrupt(thread);
    }
    this.supervisor.continue(process.hostPid);
  }

  /** A process ends by its own call: its runtime leaves by itself, or is killed a little later. */
  leave(process: Process, status: number): void {
    process.exit ??= status;
    this.signals.announceEnd(process);
    const { hostPid } = process;
    const timer = setTimeout(() => {
      if (process.state === 'running' && hostPid > 0) this.supervisor.kill(hostPid);
    }, EXIT_GRACE_MS);
    timer.unref();
  }

  /** A process that never came to run, or whose host process is gone. */
  finish(process: Process, status: number, usage: Usage = NO_USAGE): void {
    this.#starting.delete(process);
    this.monitor.ended(usage);
    this.#tellLimit(process, status);
    process.interrupts?.remove();
    process.interrupts = undefined;
    this.#byHostPid.delete(process.hostPid);
    // One that is being cloned says hello, or its control socket tells that it never will.
    for (const child of process.preparedChildren) if (child.hostPid === 0 && !child.isCloning) this.finish(child, status);
    process.reported();
    this.lifecycle.ended(process, status, usage, (ended) => { this.#release(ended); });
  }

  /** A limit of all programs was exceeded: ends them. */
  #limited(limit: LimitName, detail: string): void {
    this.room.isClosed = true;
    this.denials.limit(limit, detail);
    for (const process of this.processes.processes.values()) {
      if (process.state === 'running' || process.state === 'new') this.signals.toProcess(process, sentByKernel(Signal.SIGKILL));
    }
  }

  /** Tells of a limit that the host has ended a process by. */
  #tellLimit(process: Process, status: number): void {
    if (process.state === 'zombie' || process.state === 'reaped') return;
    for (const limit of refusedBy(this.limits, process)) this.denials.report(refusalDenial(this.limits, limit, process));
    const limit = limitBehind(this.limits, process, status);
    if (limit !== undefined) this.denials.limit(limit, `${process.name} was ended by the limit ${limit} of its enclave, ${this.limits[limit] ?? 0}`, process);
  }

  takeReleases(): void {
    for (const process of this.processes.processes.values()) this.drain(process);
  }

  /** Whether a process ended because the LibOS failed, and not by anything it or another process did. */
  isLost(process: Process): boolean {
    return this.#lost.has(process);
  }

  /** Takes what a guest has released out of its ring. */
  drain(process: Process): void {
    process.arena?.drainReleases((object, which) => {
      if (which === 'last') process.release(object);
      else process.grants.get(object)?.letGoRecordLocks(process);
    });
  }

  /** A descriptor that a guest received over a socket. */
  receivedDescriptor(call: Call): number {
    return receiveDescriptor(this.host, call, this.#descriptions.values(), (hostFd) => {
      const description = receivedSocket(this.network, hostFd);
      if (description !== undefined) this.register(description);
      return description;
    });
  }

  #called(process: Process, slot: number): void {
    if (process.exit !== undefined && process.state !== 'new') return;
    this.drain(process);
    // A new image says hello from the first slot, where a thread of the old one may still have a call in service.
    if (slot === 0 && process.preparedExec !== undefined) process.link?.receive();
    const thread = process.slots[slot];
    if (thread !== undefined) this.#dispatcher.serve(thread);
  }

  /** The old image's threads are gone; the first slot is the new image's only thread. */
  #resetThreads(process: Process): void {
    const executing = [...process.threads.values()].find(({ tid }) => tid === process.preparedExec?.tid);
    for (const thread of [...process.threads.values()]) this.lifecycle.removeThread(thread);
    process.startLeader(this.processes, executing?.sched.afterExec() ?? this.scheduling.first(process), executing?.pending);
  }

  #exited(hostPid: number, status: number, usage: Usage): void {
    const process = this.ofHost(hostPid);
    if (process === undefined) {
      this.log.debug({ hostPid, status }, 'a host process ended that is no process here');
      return;
    }
    this.drain(process);
    // No host process dumps core: the bit that tells of it is none of the guest's.
    const isKilled = (status & 0x7f) !== 0;
    this.finish(process, process.exit ?? (isKilled ? status & 0x7f : status), usage);
  }

  #stopped(hostPid: number, timesContinued: number): void {
    const process = this.#byHostPid.get(hostPid);
    // It may have gone on meanwhile, and have been stopped once more; or the same stop was ordered twice, as of one that only starts.
    if (process === undefined || process.stoppedBy === 0 || process.stands || process.timesContinued !== timesContinued) return;
    this.signals.stands(process);
    process.root.stopped.wake();
  }

  #hungUp(process: Process): void {
    // A fork child that ended before it said hello: nobody reports it, as nobody knows its host process.
    if (process.state !== 'new' || process.isRoot) return;
    process.link?.receive();
    if (process.hostPid === 0) this.finish(process, KILLED);
  }

  #release(process: Process): void {
    const { link } = process;
    process.link = undefined;
    for (const id of [...process.grants.keys()]) process.release(id);
    this.ipc.ended(process);
    this.guard.left(process);
    if (link === undefined) return;
    this.transport.removeProcess(link.handle);
    link.close();
    this.transport.letGo();
  }

  #supervisorGone(why: 'shutdown' | 'lost'): void {
    if (why === 'lost') this.log.error({}, 'the supervisor is gone, and with it every process');
    for (const process of [...this.processes.processes.values()]) {
      if (why === 'lost') this.#lost.add(process);
      this.finish(process, process.exit ?? KILLED);
    }
  }
}

/** Wait status of a process that was killed. */
const KILLED = 9;

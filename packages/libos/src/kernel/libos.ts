import { pid } from 'node:process';

import { SIGNAL_MAX, Signal } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { createLogger } from '@occlum/log';
import type { RootLogger } from '@occlum/log';
import { hostBinding, nativeFile } from '@occlum/native';

import { joinSyscalls } from '../syscalls.js';
import { systemNames } from '../system/system-names.js';
import type { Process } from '../process/process.js';
import { DenialReport } from '../denial/denial-report.js';
import type { EnclaveListener } from '../denial/enclave-event.js';
import { callDenial } from '../denial/call-denial.js';
import { byteString } from '../fs/byte-string.js';
import { ByteQuota } from '../fs/layered/byte-quota.js';
import { loadKeptLayers } from '../fs/kept/load-kept-layer.lazy.js';
import { loadCheckedTree } from '../fs/image/load-checked-tree.lazy.js';
import { IpcNamespace } from '../ipc/ipc-namespace.js';
import { dispositionOf } from '../signal/default-action.js';
import { sentByKernel } from '../signal/signal-info.js';
import { hasSignal } from '../signal/signal-set.js';
import type { EnclaveAttributes, ProcessAttributes } from './attributes.js';
import { bootMounts } from './boot-mounts.js';
import type { BootedFiles } from './boot-mounts.js';
import { EnclaveKernel } from './enclave-kernel.js';
import { cpuSetOf, discardProcess, makeProcess, runProcess } from './start-process.js';
import type { PendingProcess } from './start-process.js';
import { launchSupervisor } from './supervisor.js';
import { showElsewhere } from './terminal-elsewhere.js';
import { transportOf } from './transport.js';
import type { WaitQueue } from './wait-queue.js';

/** Everything an initialised enclave has. */
interface Booted {
  readonly kernel: EnclaveKernel;
  readonly files: BootedFiles;
  readonly log: RootLogger;
}

/**
 * One enclave, by its ECalls. Each answers 0 or more, or a negative error number; `native/Enclave.edl` lists which
 * and when.
 */
export class LibOS {
  readonly #listener: EnclaveListener;
  #booted: Booted | undefined;
  #isInitialised = false;
  readonly #pending = new Map<number, PendingProcess>();
  /** Processes that are being made. */
  readonly #making = new Set<Promise<unknown>>();

  /** @param listener - Hears of what the options refuse and what limits end. */
  constructor(listener: EnclaveListener = () => undefined) {
    this.#listener = listener;
  }

  /**
   * Boots the enclave.
   *
   * Errors: `EEXIST` it was initialised before; `EBUSY` another enclave has a layer that is kept; `EUCLEAN` that is not what was written; `EIO` the hash tree of an image was changed; `ENOENT`, `EACCES`, `ENOTDIR` and the like for a host directory that cannot be
   * used; what the host says where it cannot start the supervisor.
   */
  async init(attributes: EnclaveAttributes): Promise<number> {
    if (this.#isInitialised) return -Errno.EEXIST;
    this.#isInitialised = true;
    const log = createLogger({
      level: attributes.logLevel,
      isRelease: attributes.isRelease === true,
      destination: attributes.logFile === undefined ? 'stderr' : { file: attributes.logFile },
      fields: { pkg: 'libos' },
    });
    const booted = await boot(attributes, log, this.#listener);
    if (typeof booted === 'number') {
      this.#isInitialised = false;
      log.close();
      return booted;
    }
    this.#booted = booted;
    log.info({ path: attributes.rootfs }, 'enclave is up');
    return 0;
  }

  /**
   * Makes a process that does not run yet.
   *
   * Errors: `EAGAIN` not initialised; those of {@link makeProcess}; `ESRCH` the enclave was destroyed meanwhile.
   *
   * @returns Its pid, over 0.
   */
  async newProcess(attributes: ProcessAttributes): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    const making = makeProcess(booted.kernel, attributes, booted.files.credentials);
    this.#making.add(making);
    const made = await making.finally(() => this.#making.delete(making));
    if (typeof made === 'number') return made;
    if (this.#booted !== booted) {
      discardProcess(booted.kernel, made);
      return -Errno.ESRCH;
    }
    this.#pending.set(made.process.pid, made);
    return made.process.pid;
  }

  /**
   * Lets a process run.
   *
   * Errors: `EAGAIN` not initialised; `ESRCH` no process of that pid waits to run; what the host says where it refuses; `EIO`
   * the LibOS lost it, with all others.
   *
   * @returns Its wait status, once its host process is gone.
   */
  async execThread(pid: number): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    const pending = this.#pending.get(pid);
    if (pending === undefined) return -Errno.ESRCH;
    this.#pending.delete(pid);
    const { kernel } = booted;
    const started = await runProcess(kernel, pending);
    if (started < 0) {
      kernel.lifecycle.reap(pending.process);
      return started;
    }
    const status = await endOf(pending.process);
    kernel.lifecycle.reap(pending.process);
    return kernel.isLost(pending.process) ? -Errno.EIO : status;
  }

  /**
   * Sends a signal as the kernel.
   *
   * Errors, in the order they are checked: `EAGAIN` not initialised; `EINVAL` no signal of that number; `ESRCH` nobody there.
   *
   * @param pid - Over 0 that process; 0 the foreground group of the oldest session; -1 every process.
   * @param scope - `'tree'`: the process and all that came of it, also after it ended.
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- every ECall answers by a promise
  async kill(pid: number, signal: number, scope: 'process' | 'tree' = 'process'): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    if (!Number.isInteger(signal) || signal < 1 || signal > SIGNAL_MAX) return -Errno.EINVAL;
    const { kernel } = booted;
    // Whoever continues the command may have put it elsewhere.
    if (signal === Signal.SIGCONT) showElsewhere(kernel);
    const targets = targetsOf(kernel, pid, scope);
    for (const target of targets) kernel.signals.toProcess(target, sentByKernel(signal));
    return targets.length > 0 || pid === -1 ? 0 : -Errno.ESRCH;
  }

  /**
   * Waits until a signal has stopped a process that was started from outside. What descends from it and was stopped as well stands then too.
   *
   * Errors: `EAGAIN` not initialised; `ESRCH` no such process.
   *
   * @returns The signal, also where it is stopped already; 0 when it has ended.
   */
  async stopOf(pid: number): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    const { kernel } = booted;
    const process = kernel.processes.get(pid);
    if (process === undefined) return -Errno.ESRCH;
    const isOver = (): boolean => process.state === 'zombie' || process.state === 'reaped';
    const isMoving = ({ root, state, stoppedBy, stands }: Process): boolean => root === process && state === 'running' && stoppedBy !== 0 && !stands;
    const hasStopped = (): boolean => process.stoppedBy !== 0 && ![...kernel.processes.processes.values()].some(isMoving);
    while (!hasStopped() && !isOver()) await nextWake(process.stopped, process.ended);
    return isOver() ? 0 : process.stoppedBy;
  }

  /**
   * Whether someone handles a signal and has none of it waiting.
   *
   * Errors: `EAGAIN` not initialised.
   *
   * @param pid - As of {@link LibOS.kill}.
   * @returns How many.
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- every ECall answers by a promise
  async takes(pid: number, signal: number): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    return targetsOf(booted.kernel, pid, 'process').filter((process) => takes(process, signal)).length;
  }

  /**
   * Interrupts every thread that has a signal to act on and is not in the kernel.
   *
   * Errors: `EAGAIN` not initialised.
   *
   * @returns How many.
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- every ECall answers by a promise
  async broadcastInterrupts(): Promise<number> {
    const booted = this.#booted;
    if (booted === undefined) return -Errno.EAGAIN;
    const { kernel } = booted;
    return kernel.signals.interruptAll(kernel.processes.threads.values());
  }

  /** Ends every process and gives back all that the enclave holds. */
  async destroy(): Promise<void> {
    const booted = this.#booted;
    this.#booted = undefined;
    if (booted === undefined) return;
    const { kernel, files, log } = booted;
    kernel.monitor.stop();
    const roots = [...kernel.processes.processes.values()].filter(({ state }) => state === 'running');
    await kernel.supervisor.shutdown();
    await Promise.all(roots.map((process) => endOf(process)));
    // Each gives up what it made: the enclave is not there any more.
    await Promise.allSettled(this.#making);
    for (const pending of this.#pending.values()) discardProcess(kernel, pending);
    this.#pending.clear();
    kernel.report();
    kernel.denials.summarize();
    kernel.ipc.close();
    files.close();
    kernel.host.close(files.sockets);
    log.close();
  }
}

function uppersOf({ writableLayer, mounts }: EnclaveAttributes): string[] {
  return [writableLayer, ...mounts.map((mount) => (mount.type === 'union' ? mount.upper : undefined))].filter((upper) => upper !== undefined);
}

function hasImage({ image, mounts }: EnclaveAttributes): boolean {
  return image !== undefined || mounts.some((mount) => mount.type === 'union' && mount.image !== undefined);
}

async function boot(attributes: EnclaveAttributes, log: RootLogger, listener: EnclaveListener): Promise<Booted | number> {
  const host = hostBinding();
  const transport = transportOf(host, (error) => {
    log.error({ err: error }, 'an event could not be handled');
  });
  const opened = transport.open();
  if (opened < 0) return opened;
  if (attributes.interruptPeriodMs !== undefined) transport.interrupts.periodMs = attributes.interruptPeriodMs;
  // Before there is anything that must not wait.
  const openCheckedTree = hasImage(attributes) ? await loadCheckedTree() : undefined;
  const keptLayers = uppersOf(attributes).length > 0 ? await loadKeptLayers() : undefined;
  // First, since it takes as long as the file systems, and on another CPU.
  const supervisor = launchSupervisor(host, nativeFile('occlum-supervisor'), attributes.runtime ?? nativeFile('occlum-runtime'), attributes.store);
  if (supervisor < 0) return supervisor;
  const names = systemNames(host, attributes.hostname);
  const denials = new DenialReport(listener, log);
  const quota = new ByteQuota(attributes.limits?.writableBytes);
  const ipc = new IpcNamespace(host, () => Math.floor(Date.now() / 1000), attributes.limits ?? {});
  const files = bootMounts(attributes, { host, log, ipc, names, job: (id) => transport.job(id), denials, openCheckedTree, keptLayers, quota, pid, processes: () => kernel.processes, shownCpus: ({ context }) => kernel.scheduling.shown(context?.process) });
  if (typeof files === 'number') {
    host.supervisorClose(supervisor);
    return files;
  }
  const kernel: EnclaveKernel = new EnclaveKernel({
    transport,
    log,
    vfs: files.vfs,
    ipc,
    names,
    networkMode: attributes.network,
    rewriteCallSites: attributes.rewriteCallSites,
    isDebuggable: attributes.isRelease !== true,
    socketDirectory: files.sockets,
    denials,
    limits: attributes.limits ?? {},
    stackBytes: attributes.stackBytes,
    writtenBytes: () => {
      files.measure();
      return quota.used;
    },
    entryPoints: attributes.entryPoints?.map(byteString),
    refused: (call, refused, error) => {
      const denial = callDenial({ attributes, vfs: files.vfs }, call, refused, error);
      if (denial !== undefined) denials.report(denial);
      else if (error === -Errno.EACCES || error === -Errno.EPERM) denials.permissionError();
    },
    cpuset: cpuSetOf(attributes.cpuset),
    table: joinSyscalls,
  });
  transport.hold();
  const features = await kernel.supervisor.start(supervisor);
  transport.letGo();
  for (const descriptor of attributes.preserve ?? []) kernel.supervisor.preserve(descriptor);
  if (typeof features === 'number') return features;
  if (attributes.cpus !== undefined && !kernel.supervisor.canLimitCpu) {
    await kernel.supervisor.shutdown();
    return -Errno.EOPNOTSUPP;
  }
  if (attributes.cpus !== undefined) kernel.supervisor.limitCpu(attributes.cpus);
  return { kernel, files, log };
}

/** Resolves with the next wake of any of them. */
function nextWake(...queues: readonly WaitQueue[]): Promise<void> {
  return new Promise((resolve) => {
    const ends = queues.map((queue) => queue.subscribe(() => {
      for (const end of ends) end();
      resolve();
    }));
  });
}

function takes(process: Process, signal: number): boolean {
  const action = process.arena?.action(signal);
  if (action === undefined || dispositionOf(signal, action) !== 'handle') return false;
  return ![process.pending, ...[...process.threads.values()].map(({ pending }) => pending)].some(({ set }) => hasSignal(set, signal));
}

/** Wait status of a process, once its host process is gone. */
function endOf(process: Process): Promise<number> {
  if (process.state === 'zombie' || process.state === 'reaped') return Promise.resolve(process.exit ?? 0);
  return new Promise((resolve) => {
    const end = process.ended.subscribe(() => {
      end();
      resolve(process.exit ?? 0);
    });
  });
}

function targetsOf(kernel: EnclaveKernel, pid: number, scope: 'process' | 'tree'): readonly Process[] {
  const all = [...kernel.processes.processes.values()].filter(({ state }) => state === 'running' || state === 'new');
  if (pid > 0) return all.filter((process) => process.pid === pid || (scope === 'tree' && process.root.pid === pid));
  if (pid < 0) return pid === -1 ? all : [];
  const [first] = all;
  return [...(first?.session.terminal?.foreground ?? first?.group)?.members ?? []];
}

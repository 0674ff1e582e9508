import { FcntlCommand, FileMode, O_ACCMODE, OpenFlags, PollCode, SIGNAL_MAX, Signal } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind, SupervisorLimits } from '@occlum/native';

import type { FileDescription } from '../fs/file-description.js';
import { terminalOf } from '../fs/terminal/terminal.js';
import { isMediatedFile } from '../io/mediated-file.js';
import type { Kernel } from '../kernel/kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { statusOf } from '../net/socket-identity.js';
import { Thread } from '../process/thread.js';
import { NO_OWNER, OwnerType, idOf, ownerById, receiversOf } from './descriptor-owner.js';
import type { DescriptorOwner } from './descriptor-owner.js';
import { descriptorReady, sentByKernel } from './signal-info.js';
import type { SignalInfo } from './signal-info.js';

/** Sockets and pipes whose state is kept; each costs some bytes for as long as the enclave lives. */
const KEPT_MAX = 16384;
/** Least number that a description is marked with. */
const FIRST_NUMBER = 64;

/** The part of a {@link SyscallContext} that this uses. */
export interface DescriptorCaller extends Pick<SyscallContext, 'object' | 'hostFd' | 'process'> {
  readonly kernel: Pick<Kernel, 'host' | 'log' | 'listen' | 'processes' | 'signals'>;
}

/** Whom an open description signals, and how. */
export interface DescriptorState {
  owner: DescriptorOwner;
  /** Of `F_SETSIG`; 0 is SIGIO without information. */
  signal: number;
  /** `O_ASYNC`. */
  isAsync: boolean;
  /** Number that the guest set `O_ASYNC` by: the `si_fd`. */
  fd: number;
  /** Number in this process that the host tells with each signal; -1 while the host signals nobody. */
  mark: number;
  /** Its owner is told of urgent data without `O_ASYNC` too. */
  readonly hasUrgentData: boolean;
  /** Ends that this kernel signals by itself for what is its own. */
  endArrivals: (() => void) | undefined;
}

/**
 * Signal-driven input and output: `F_SETOWN`, `F_SETSIG`, `O_ASYNC` and what comes of them.
 *
 * The data are the host's, and so is when they are worth a signal: for each description that a guest wants to hear of, the host
 * signals a process of the supervisor's, which tells of it here. The kernel keeps no descriptor of it, which would keep
 * connections open. The host forgets a description with its last descriptor.
 *
 * Source: linux/fs/fcntl.c, `setfl`, `f_setown`, `send_sigio`, `send_sigurg`.
 */
export class DescriptorSignals {
  /** Of sockets and pipes, which the kernel may not know: by what the host says they are. */
  readonly #byIdentity = new Map<string, DescriptorState>();
  readonly #byDescription = new WeakMap<FileDescription, DescriptorState>();
  readonly #byMark = new Map<number, DescriptorState>();
  #lastMark = FIRST_NUMBER - 1;

  /**
   * What is known of the description of a call's first argument.
   *
   * @returns `-EBADF`; `-EINVAL` for one that cannot be told from others (eventfd, timerfd, epoll), `-ENOMEM` where too much is kept.
   */
  of(context: DescriptorCaller): DescriptorState | number {
    const description = context.object(0);
    const fd = context.hostFd(0);
    if (fd < 0) return fd;
    const { host, log } = context.kernel;
    const status = statusOf(host, fd);
    const type = (status?.mode ?? 0) & FileMode.S_IFMT;
    const isSocket = type === FileMode.S_IFSOCK;
    if (description !== undefined && !isSocket) {
      const known = this.#byDescription.get(description) ?? newState(false);
      this.#byDescription.set(description, known);
      return known;
    }
    if (status === undefined || (!isSocket && type !== FileMode.S_IFIFO)) {
      log.debug({ path: context.process.executablePath }, 'a descriptor of this kind has no owner and no signal here');
      return -Errno.EINVAL;
    }
    const access = isSocket ? 0 : host.fcntl(fd, FcntlCommand.F_GETFL, 0) & O_ACCMODE;
    const identity = `${status.inode}:${access}`;
    const known = this.#byIdentity.get(identity);
    if (known !== undefined) return known;
    if (this.#byIdentity.size >= KEPT_MAX) {
      log.warn({ count: KEPT_MAX }, 'too many descriptors have had an owner or a signal');
      return -Errno.ENOMEM;
    }
    const made = newState(isSocket);
    this.#byIdentity.set(identity, made);
    return made;
  }

  /** `F_SETOWN` and `F_SETOWN_EX`: `ESRCH` where nothing has that id. An id of 0 is nobody. */
  setOwner(context: DescriptorCaller, type: number, id: number): number | Promise<number> {
    const state = this.of(context);
    if (typeof state === 'number') return state;
    const owner = ownerById(context.kernel.processes, type, id, context.process.credentials);
    if (owner === undefined) return -Errno.ESRCH;
    state.owner = owner;
    return this.#settle(context, state);
  }

  /** `F_SETSIG`: `EINVAL` what is no signal. */
  setSignal(context: DescriptorCaller, signal: number): number {
    if (!(signal >= 0 && signal <= SIGNAL_MAX)) return -Errno.EINVAL;
    const state = this.of(context);
    if (typeof state === 'number') return state;
    state.signal = signal;
    return 0;
  }

  /**
   * Sets or clears `O_ASYNC`.
   *
   * @param fd - The guest's number.
   * @returns 0; `-ENOTTY` for what cannot signal; `-EAGAIN` where the host has no room for who listens.
   */
  setAsync(context: DescriptorCaller, fd: number, isOn: boolean): number | Promise<number> {
    const description = context.object(0);
    // Behind a directory and what is mediated is a host object that stands for something else.
    if (description?.kind === FdKind.directory) return isOn ? -Errno.ENOTTY : 0;
    if (description?.kind === FdKind.mediated) return this.#setAsyncHere(context, description, isOn ? fd : -1);
    if (isOn && description?.isShared === true) {
      context.kernel.log.debug({ fd }, 'a descriptor of the embedding program does not signal');
      return -Errno.EINVAL;
    }
    const state = this.of(context);
    if (typeof state === 'number') return state === -Errno.EINVAL ? -Errno.ENOTTY : state;
    if (isOn === state.isAsync) return 0;
    if (isOn) {
      state.fd = fd;
      if (description !== undefined && state.owner.target === undefined) state.owner = terminalOwner(context, description) ?? state.owner;
    }
    state.isAsync = isOn;
    return this.#settle(context, state);
  }

  /**
   * The same for what is read and written here.
   *
   * @param fd - The guest's number; below 0 clears it.
   */
  #setAsyncHere(context: DescriptorCaller, { object }: FileDescription, fd: number): number {
    const arrived = isMediatedFile(object) ? object.arrived : undefined;
    if (arrived === undefined) return fd < 0 ? 0 : -Errno.ENOTTY;
    const state = this.of(context);
    if (typeof state === 'number') return state;
    state.isAsync = fd >= 0;
    if (!state.isAsync) {
      state.endArrivals?.();
      state.endArrivals = undefined;
    } else if (state.endArrivals === undefined) {
      const { signals } = context.kernel;
      state.fd = fd;
      state.endArrivals = arrived.subscribe(() => { tell(signals, state, PollCode.POLL_IN); });
    }
    return 0;
  }

  /** The host raised a signal. */
  raised({ signals }: Pick<Kernel, 'signals'>, mark: number, code: number): void {
    if (mark === SupervisorLimits.listenerLost) {
      // Whom the host had no room to tell of is not known: all are told that something happened, as where a queue is full.
      for (const state of this.#byMark.values()) if (state.isAsync) send(signals, state.owner, sentByKernel(Signal.SIGIO));
      return;
    }
    const state = this.#byMark.get(mark);
    if (state === undefined) return;
    tell(signals, state, code);
  }

  /** Has the host signal what is wanted, and nothing else. */
  #settle(context: DescriptorCaller, state: DescriptorState): number | Promise<number> {
    if (state.endArrivals !== undefined) return 0;
    const isWanted = state.isAsync || (state.hasUrgentData && state.owner.target !== undefined);
    if (isWanted === state.mark >= 0) return 0;
    if (isWanted) return this.#begin(context, state);
    const { host } = context.kernel;
    const fd = context.hostFd(0);
    this.#byMark.delete(state.mark);
    state.mark = -1;
    return Math.min(0, host.fcntl(fd, FcntlCommand.F_SETFL, host.fcntl(fd, FcntlCommand.F_GETFL, 0) & ~OpenFlags.O_ASYNC));
  }

  async #begin(context: DescriptorCaller, state: DescriptorState): Promise<number> {
    const { host, log } = context.kernel;
    const fd = context.hostFd(0);
    const flags = host.fcntl(fd, FcntlCommand.F_GETFL, 0);
    const listener = await context.kernel.listen((mark, code) => { this.raised(context.kernel, mark, code); });
    const marked = listener < 0 ? listener : this.#mark(context, fd);
    if (marked < 0) {
      log.warn({ result: marked }, 'the host has no room to tell of descriptors');
      state.isAsync = false;
      return -Errno.EAGAIN;
    }
    host.fcntl(marked, FcntlCommand.F_SETOWN, listener);
    host.fcntl(marked, FcntlCommand.F_SETSIG, SupervisorLimits.listenerSignal);
    const result = host.fcntl(marked, FcntlCommand.F_SETFL, flags | OpenFlags.O_ASYNC);
    const isSet = (host.fcntl(marked, FcntlCommand.F_GETFL, 0) & OpenFlags.O_ASYNC) !== 0;
    host.close(marked);
    if (!isSet) {
      state.isAsync = false;
      return result < 0 ? result : -Errno.ENOTTY;
    }
    state.mark = marked;
    this.#byMark.set(marked, state);
    return 0;
  }

  /** A number of this process for a description that no other one is marked with. Closed, it may be another's, which does not matter. */
  #mark({ kernel: { host } }: DescriptorCaller, fd: number): number {
    for (let tries = this.#byMark.size + 2; tries > 0; tries--) {
      const number = host.fcntl(fd, FcntlCommand.F_DUPFD_CLOEXEC, this.#lastMark + 1);
      this.#lastMark = number < 0 ? FIRST_NUMBER - 1 : number;
      if (number >= 0 && !this.#byMark.has(number)) return number;
      if (number >= 0) host.close(number);
    }
    return -Errno.EMFILE;
  }
}

/** Signals whom a description signals that something happened to it. */
function tell(signals: Kernel['signals'], { owner, isAsync, signal, fd }: DescriptorState, code: number): void {
  const isUrgent = code === PollCode.POLL_PRI;
  if (isUrgent) send(signals, owner, sentByKernel(Signal.SIGURG));
  if (!isAsync || (isUrgent && signal === 0)) return;
  const plain = sentByKernel(Signal.SIGIO);
  send(signals, owner, signal === 0 ? plain : descriptorReady(signal, code, fd), plain);
}

function newState(hasUrgentData: boolean): DescriptorState {
  return { owner: NO_OWNER, signal: 0, isAsync: false, fd: -1, mark: -1, hasUrgentData, endArrivals: undefined };
}

/** Whom a terminal signals where nobody was named. Source: linux/drivers/tty/tty_io.c, `__tty_fasync`. */
function terminalOwner({ kernel, process }: DescriptorCaller, description: FileDescription): DescriptorOwner | undefined {
  if (description.kind !== FdKind.terminal) return undefined;
  const foreground = terminalOf(description)?.foreground;
  const type = foreground === undefined ? OwnerType.process : OwnerType.group;
  return ownerById(kernel.processes, type, foreground?.pgid ?? process.pid, process.credentials);
}

function send(signals: Kernel['signals'], owner: DescriptorOwner, info: SignalInfo, instead?: SignalInfo): void {
  if (idOf(owner) === 0) return;
  for (const receiver of receiversOf(owner)) {
    const post = (one: SignalInfo): number => (receiver instanceof Thread ? signals.toThread(receiver, one) : signals.toProcess(receiver, one));
    if (post(info) === -Errno.EAGAIN && instead !== undefined) post(instead);
  }
}

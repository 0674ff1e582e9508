import { Capability, IoctlRequest, OpenFlags, Signal } from '@occlum/abi';
import type { InputArgument, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../../kernel/syscall-context.js';
import { checkBackground } from '../../process/background.js';
import { detach, leaveTerminal, setForeground, signalForeground, takeTerminal } from '../../process/controlling-terminal.js';
import { ProcessGroup } from '../../process/session.js';
import { FileDescription } from '../file-description.js';
import { isError } from '../result.js';
import type { Vfs } from '../vfs.js';
import type { Terminal } from './terminal.js';
import { terminalLocation } from './terminal-location.js';

/** Requests that the table of abi does not name. Source: linux/include/uapi/asm-generic/ioctls.h. */
const TIOCGPTLCK = 0x80045439;
const TIOCGPTPEER = 0x5441;

type Data = InputArgument & OutputArgument;

/** A request of `ioctl(2)` on one end of a terminal. */
export interface TerminalRequest {
  readonly vfs: Vfs;
  readonly context: SyscallContext;
  readonly description: FileDescription;
  readonly terminal: Terminal;
  readonly isMaster: boolean;
  readonly request: number;
  readonly data: Data;
}

/**
 * `ioctl(2)` on a terminal, as far as it is not the host's: whose it is, and whom it signals.
 *
 * Errors, in the order Linux checks them: `EIO` hung up; `ENOTTY` no such request, or not the caller's terminal; then by request
 * `EIO`, `EFAULT`, `EINVAL`, `ENOTTY`, `ESRCH`, `EPERM`.
 *
 * Source: linux/drivers/tty/tty_jobctrl.c, `tty_jobctrl_ioctl`; linux/drivers/tty/pty.c, `pty_unix98_ioctl`; tty_io.c, `hung_up_tty_ioctl`.
 */
export function terminalIoctl(asked: TerminalRequest): number {
  const { terminal, isMaster, request } = asked;
  if (terminal.isHungUp && !isMaster) return request === IoctlRequest.TIOCSPGRP ? -Errno.ENOTTY : -Errno.EIO;
  return (isMaster ? masterRequest(asked) : undefined) ?? jobRequest(asked);
}

/** What only the master of a pair knows. */
function masterRequest({ vfs, context, terminal, request, data }: TerminalRequest): number | undefined {
  switch (request) {
    case IoctlRequest.TIOCGPTN: return putInt(data, terminal.index);
    case TIOCGPTLCK: return putInt(data, terminal.locked ? 1 : 0);
    case IoctlRequest.TIOCSPTLCK: {
      const value = readInt(data);
      if (value === undefined) return -Errno.EFAULT;
      terminal.locked = value !== 0;
      return 0;
    }
    case TIOCGPTPEER: return openPeer(vfs, context, terminal, data.address);
    case IoctlRequest.TIOCSIG: return raise(context, terminal, data.address);
    default: return undefined;
  }
}

/** The terminal itself, without looking its name up. */
function openPeer(vfs: Vfs, context: SyscallContext, terminal: Terminal, flags: number): number {
  const opened = terminal.open({ flags, credentials: context.process.credentials, context });
  if (isError(opened)) return opened;
  const location = terminalLocation(vfs, terminal);
  const description = new FileDescription({ kind: FdKind.terminal, flags, location, inode: terminal, label: `/dev/pts/${terminal.index}` });
  return context.install(opened.hostFd, description, FdKind.terminal, { cloexec: (flags & OpenFlags.O_CLOEXEC) !== 0 });
}

/** Source: linux/drivers/tty/pty.c, `pty_signal`. */
function raise({ kernel }: SyscallContext, terminal: Terminal, signal: number): number {
  if (signal !== Signal.SIGINT && signal !== Signal.SIGQUIT && signal !== Signal.SIGTSTP) return -Errno.EINVAL;
  signalForeground(kernel, terminal, signal);
  return 0;
}

function jobRequest(asked: TerminalRequest): number {
  const { context: { process, kernel }, terminal, isMaster, request, data } = asked;
  const isOwn = process.terminal === terminal;
  switch (request) {
    case IoctlRequest.TIOCGPGRP: return isOwn || isMaster ? putInt(data, terminal.foreground?.pgid ?? 0) : -Errno.ENOTTY;
    case IoctlRequest.TIOCGSID: {
      if ((!isOwn && !isMaster) || terminal.session === undefined) return -Errno.ENOTTY;
      return putInt(data, terminal.session.sid);
    }
    case IoctlRequest.TIOCSPGRP: return changeForeground(asked);
    case IoctlRequest.TIOCSCTTY: return takeControl(asked);
    case IoctlRequest.TIOCNOTTY: {
      if (!isOwn || isMaster) return -Errno.ENOTTY;
      leaveTerminal(kernel, process, 'request');
      return 0;
    }
    default: return -Errno.ENOTTY;
  }
}

/** Source: linux/drivers/tty/tty_jobctrl.c, `tiocspgrp`. */
function changeForeground({ context, terminal, data }: TerminalRequest): number {
  const { process, thread, kernel } = context;
  const { session } = process;
  const refused = checkBackground(kernel, thread, terminal, Signal.SIGTTOU);
  if (refused !== 0) return refused === -Errno.EIO ? -Errno.ENOTTY : refused;
  const pgid = readInt(data);
  if (pgid === undefined) return -Errno.EFAULT;
  if (pgid < 0) return -Errno.EINVAL;
  if (process.terminal !== terminal || terminal.session !== session) return -Errno.ENOTTY;
  const { processes } = kernel;
  const group = processes.group(pgid);
  // A process that leads no group will do: it may be about to.
  const ofPid = group?.session ?? (processes.get(pgid) ?? processes.thread(pgid)?.process)?.session;
  if (ofPid === undefined) return -Errno.ESRCH;
  if (ofPid !== session) return -Errno.EPERM;
  setForeground(kernel, terminal, group ?? new ProcessGroup(pgid, session));
  return 0;
}

/** Source: linux/drivers/tty/tty_jobctrl.c, `tiocsctty`. */
function takeControl({ context: { process, kernel }, description, terminal, data }: TerminalRequest): number {
  const { session, credentials } = process;
  const isLeader = session.sid === process.pid;
  if (isLeader && terminal.session === session) return 0;
  if (!isLeader || process.terminal !== undefined) return -Errno.EPERM;
  const isMighty = credentials.hasCapability(Capability.CAP_SYS_ADMIN);
  if (terminal.session !== undefined) {
    if (data.address !== 1 || !isMighty) return -Errno.EPERM;
    detach(kernel, terminal);
  }
  if (!description.readable && !isMighty) return -Errno.EPERM;
  takeTerminal(terminal, process);
  return 0;
}

function readInt(data: InputArgument): number | undefined {
  const bytes = data.read();
  return bytes === undefined || bytes.length < 4 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

function putInt(data: OutputArgument, value: number): number {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return data.write(bytes) ? 0 : -Errno.EFAULT;
}

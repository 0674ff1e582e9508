import { Capability, IoctlRequest, OpenFlags, Signal } from '@occlum/abi';
import type { DataArgument, Handler, InputArgument, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { ERESTARTSYS } from '../kernel/syscall-context.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { ProcessGroup } from '../process/session.js';
import { dispositionOf } from '../signal/default-action.js';
import { sentByKernel } from '../signal/signal-info.js';
import { hasSignal } from '../signal/signal-set.js';
import { usableDescription } from './descriptor-target.js';
import { FileDescription } from './file-description.js';
import { isError } from './result.js';
import { Terminal } from './terminal/terminal.js';
import { terminalLocation } from './terminal/terminal-location.js';
import { TerminalMaster } from './terminal/terminal-master.js';
import type { Vfs } from './vfs.js';

/** Requests that the table of abi does not name. Source: linux/include/uapi/asm-generic/ioctls.h. */
const TIOCGPTLCK = 0x80045439;
const TIOCGPTPEER = 0x5441;

/** What a request reads or writes: as many bytes as it needs. */
export type IoctlData = DataArgument<'inoutput', Uint8Array>;
type Data = InputArgument & OutputArgument;

/** A request of `ioctl(2)` on something that is no terminal; `undefined` where it does not know it. */
export type OtherIoctl = (context: SyscallContext, request: number, data: Data) => number | undefined;

/**
 * `ioctl(2)` as far as it is not the host's: whose a terminal is, and whom it signals.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTTY` for what is no terminal or has no such request, or is not the
 * caller's terminal; `EFAULT`; then by request `EPERM`, `ESRCH`, `EINVAL`, `EIO`.
 *
 * Source: linux/drivers/tty/tty_jobctrl.c, `tty_jobctrl_ioctl`; linux/drivers/tty/pty.c, `pty_unix98_ioctl`.
 *
 * @param vfs - Where terminals are.
 * @param other - What is no terminal's, such as the requests of sockets.
 */
export function ioctl(vfs: Vfs, other: OtherIoctl = () => undefined): Handler<SyscallContext, ['fd', 'uint', IoctlData]> {
  return (context, _fd, request, data) => {
    const description = usableDescription(context, 0);
    if (isError(description)) return description;
    const master = description?.object instanceof TerminalMaster ? description.object : undefined;
    const terminal = master?.terminal ?? (description?.inode instanceof Terminal ? description.inode : undefined);
    if (terminal === undefined) return other(context, request, data) ?? -Errno.ENOTTY;
    return (master === undefined ? undefined : masterRequest(vfs, context, terminal, request, data)) ?? jobRequest(context, terminal, master !== undefined, request, data);
  };
}

/** What only the master of a pair knows. */
function masterRequest(vfs: Vfs, context: SyscallContext, terminal: Terminal, request: number, data: Data): number | undefined {
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

function jobRequest(context: SyscallContext, terminal: Terminal, isMaster: boolean, request: number, data: Data): number {
  const { process } = context;
  const isOwn = process.session.terminal === terminal;
  switch (request) {
    case IoctlRequest.TIOCGPGRP: {
      if (!isOwn && !isMaster) return -Errno.ENOTTY;
      return putInt(data, terminal.session?.foreground?.pgid ?? 0);
    }
    case IoctlRequest.TIOCGSID: {
      if ((!isOwn && !isMaster) || terminal.session === undefined) return -Errno.ENOTTY;
      return putInt(data, terminal.session.sid);
    }
    case IoctlRequest.TIOCSPGRP: return isOwn ? setForeground(context, data) : -Errno.ENOTTY;
    case IoctlRequest.TIOCSCTTY: return takeControl(context, terminal, data.address);
    case IoctlRequest.TIOCNOTTY: return isOwn ? giveUpControl(context) : -Errno.ENOTTY;
    default: return -Errno.ENOTTY;
  }
}

/** Source: linux/drivers/tty/tty_jobctrl.c, `tiocspgrp`. */
function setForeground(context: SyscallContext, data: Data): number {
  const { process, kernel } = context;
  const { session } = process;
  const stopped = checkChange(context);
  if (stopped !== 0) return stopped;
  const pgid = readInt(data);
  if (pgid === undefined) return -Errno.EFAULT;
  if (pgid < 0) return -Errno.EINVAL;
  const group: ProcessGroup | undefined = kernel.processes.group(pgid);
  if (group === undefined) return -Errno.ESRCH;
  if (group.session !== session) return -Errno.EPERM;
  session.foreground = group;
  return 0;
}

/** A change from the background stops the caller's group, unless it ignores that. Source: `__tty_check_change`. */
function checkChange({ process, thread, kernel }: SyscallContext): number {
  const { session, group } = process;
  if (session.foreground === undefined || session.foreground === group) return 0;
  const action = process.arena?.action(Signal.SIGTTOU);
  if (hasSignal(thread.mask, Signal.SIGTTOU) || (action !== undefined && dispositionOf(Signal.SIGTTOU, action) === 'ignore')) return 0;
  if (group.isOrphaned) return -Errno.EIO;
  kernel.signals.toGroup(group, sentByKernel(Signal.SIGTTOU));
  return -ERESTARTSYS;
}

/** Source: linux/drivers/tty/tty_jobctrl.c, `tiocsctty`. */
function takeControl({ process }: SyscallContext, terminal: Terminal, steals: number): number {
  const { session } = process;
  if (session.sid === process.pid && session.terminal === terminal) return 0;
  if (session.sid !== process.pid || session.terminal !== undefined) return -Errno.EPERM;
  const { session: other } = terminal;
  if (other !== undefined) {
    if (steals !== 1 || !process.credentials.hasCapability(Capability.CAP_SYS_ADMIN)) return -Errno.EPERM;
    other.terminal = undefined;
    other.foreground = undefined;
  }
  terminal.control(process);
  return 0;
}

/** Source: linux/drivers/tty/tty_jobctrl.c, `disassociate_ctty`. A process that leads no session gives up nothing of the others. */
function giveUpControl({ process, kernel }: SyscallContext): number {
  const { session } = process;
  if (session.sid !== process.pid) return 0;
  const { foreground } = session;
  session.terminal = undefined;
  session.foreground = undefined;
  if (foreground === undefined) return 0;
  kernel.signals.toGroup(foreground, sentByKernel(Signal.SIGHUP));
  kernel.signals.toGroup(foreground, sentByKernel(Signal.SIGCONT));
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

import { IoctlRequest } from '@occlum/abi';
import type { DataArgument, Handler, InputArgument, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import type { FileDescription } from './file-description.js';
import { InotifyInstance } from './inotify/inotify-instance.js';
import { isError } from './result.js';
import { terminalOf } from './terminal/terminal.js';
import { terminalIoctl } from './terminal/terminal-ioctl.js';
import { TerminalMaster } from './terminal/terminal-master.js';
import type { Vfs } from './vfs.js';

/** What a request reads or writes: as many bytes as it needs. */
export type IoctlData = DataArgument<'inoutput', Uint8Array>;
type Data = InputArgument & OutputArgument;

/** A request of `ioctl(2)` on something that is no terminal; `undefined` where it does not know it. */
export type OtherIoctl = (context: SyscallContext, fd: number, request: number, data: Data) => number | undefined | Promise<number>;

/**
 * `ioctl(2)` as far as it is not the host's.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTTY` for what is no terminal or has no such request; then as
 * {@link terminalIoctl}.
 *
 * @param vfs - Where terminals are.
 * @param other - What is no terminal's, such as the requests of sockets.
 */
export function ioctl(vfs: Vfs, other: OtherIoctl = () => undefined): Handler<SyscallContext, ['fd', 'uint', IoctlData]> {
  return (context, fd, request, data) => {
    const description = usableDescription(context, 0);
    if (isError(description)) return description;
    const { object } = description ?? {};
    if (description !== undefined && object instanceof InotifyInstance) {
      if (request === IoctlRequest.FIONBIO) return setNonBlocking(description, data);
      if (request === IoctlRequest.FIONREAD) return data.write(new Uint8Array(Int32Array.of(object.waitingBytes).buffer)) ? 0 : -Errno.EFAULT;
    }
    const terminal = object instanceof TerminalMaster ? object.terminal : description && terminalOf(description);
    // Of every kind of descriptor, terminals among them.
    const isGeneral = request === IoctlRequest.FIOASYNC;
    if (description === undefined || terminal === undefined || isGeneral) return other(context, fd, request, data) ?? -Errno.ENOTTY;
    return terminalIoctl({ vfs, context, description, terminal, isMaster: object instanceof TerminalMaster, request, data });
  };
}

/** `FIONBIO` of an inotify descriptor. */
function setNonBlocking(description: FileDescription, data: InputArgument): number {
  const value = data.read();
  if (value === undefined) return -Errno.EFAULT;
  description.isNonBlocking = value.some((byte) => byte !== 0);
  return 0;
}

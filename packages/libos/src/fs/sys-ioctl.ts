import type { DataArgument, Handler, InputArgument, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import { isError } from './result.js';
import { terminalOf } from './terminal/terminal.js';
import { terminalIoctl } from './terminal/terminal-ioctl.js';
import { TerminalMaster } from './terminal/terminal-master.js';
import type { Vfs } from './vfs.js';

/** What a request reads or writes: as many bytes as it needs. */
export type IoctlData = DataArgument<'inoutput', Uint8Array>;
type Data = InputArgument & OutputArgument;

/** A request of `ioctl(2)` on something that is no terminal; `undefined` where it does not know it. */
export type OtherIoctl = (context: SyscallContext, request: number, data: Data) => number | undefined;

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
  return (context, _fd, request, data) => {
    const description = usableDescription(context, 0);
    if (isError(description)) return description;
    if (description === undefined) return other(context, request, data) ?? -Errno.ENOTTY;
    const { object } = description;
    const terminal = object instanceof TerminalMaster ? object.terminal : terminalOf(description);
    if (terminal === undefined) return other(context, request, data) ?? -Errno.ENOTTY;
    return terminalIoctl({ vfs, context, description, terminal, isMaster: object instanceof TerminalMaster, request, data });
  };
}

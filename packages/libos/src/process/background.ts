import { Signal } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { ERESTARTSYS } from '../kernel/syscall-context.js';
import { dispositionOf } from '../signal/default-action.js';
import { sentByKernel } from '../signal/signal-info.js';
import { hasSignal } from '../signal/signal-set.js';
import type { ControllingTerminal, Signaller } from './controlling-terminal.js';
import type { Thread } from './thread.js';

/** The signal for a read from the background, or for a write or a change. */
export type BackgroundSignal = typeof Signal.SIGTTIN | typeof Signal.SIGTTOU;

/**
 * Whether a thread may use a terminal now. What comes from the background stops the caller's group, unless it ignores that.
 *
 * Source: linux/drivers/tty/tty_jobctrl.c, `__tty_check_change`.
 *
 * @returns 0; `-EIO` a read where `SIGTTIN` is ignored or blocked, or nobody could continue the group; `-ERESTARTSYS` the group was
 *   sent the signal.
 */
export function checkBackground(kernel: Signaller, { process, mask }: Thread, terminal: ControllingTerminal, signal: BackgroundSignal): number {
  if (process.terminal !== terminal || !process.isInBackground) return 0;
  const action = process.arena?.action(signal);
  if (hasSignal(mask, signal) || (action !== undefined && dispositionOf(signal, action) === 'ignore')) return signal === Signal.SIGTTIN ? -Errno.EIO : 0;
  if (process.group.isOrphaned) return -Errno.EIO;
  kernel.signals.toGroup(process.group, sentByKernel(signal));
  return -ERESTARTSYS;
}

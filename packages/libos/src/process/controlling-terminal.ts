import { Signal } from '@occlum/abi';

import type { Kernel } from '../kernel/kernel.js';
import { sentByKernel } from '../signal/signal-info.js';
import type { Process } from './process.js';
import type { ProcessGroup, Session } from './session.js';

/** What a terminal is to processes. */
export interface ControllingTerminal {
  /** Session that it controls. */
  session: Session | undefined;
  /** Group that its keys signal, and that alone may read it. It may have lost all its members. */
  foreground: ProcessGroup | undefined;
  /** Device number. */
  readonly device: number;
  /** It is the user's, and the user's shell has put the command in the background: nobody inside is in the foreground. */
  readonly isElsewhere: boolean;
}

/** Who is told. */
export type Signaller = Pick<Kernel, 'processes' | 'signals'>;

/** Makes a terminal that of a session's leader, whose group becomes the foreground one. Source: linux/drivers/tty/tty_jobctrl.c, `__proc_set_tty`. */
export function takeTerminal(terminal: ControllingTerminal, leader: Process): void {
  terminal.session = leader.session;
  terminal.foreground = leader.group;
  leader.session.terminal = terminal;
  leader.terminal = terminal;
  leader.showBackground();
}

/** Makes a group the one that a terminal signals. */
export function setForeground({ processes }: Signaller, terminal: ControllingTerminal, group: ProcessGroup): void {
  terminal.foreground = group;
  for (const process of holders(processes.processes.values(), terminal)) process.showBackground();
}

/**
 * A process parts with its terminal: by `TIOCNOTTY`, or at its end. With the leader of a session all of its processes do.
 *
 * Source: linux/drivers/tty/tty_jobctrl.c, `disassociate_ctty` and `no_tty`.
 */
export function leaveTerminal(kernel: Signaller, process: Process, why: 'request' | 'end'): void {
  const { terminal, session } = process;
  const formerForeground = process.formerForeground;
  process.formerForeground = undefined;
  if (session.sid === process.pid) {
    const told = terminal === undefined ? (why === 'end' ? formerForeground : undefined) : terminal.foreground;
    if (told !== undefined) kernel.signals.toGroup(told, sentByKernel(Signal.SIGHUP));
    // Who still has the terminal at the end of its session's leader is not continued, unlike who lost it before.
    if (told !== undefined && (why === 'request' || terminal === undefined)) kernel.signals.toGroup(told, sentByKernel(Signal.SIGCONT));
    if (terminal !== undefined) detach(kernel, terminal);
  }
  process.terminal = undefined;
  process.showBackground();
}

/** Nobody's terminal any more: another session stole it. */
export function detach({ processes }: Signaller, terminal: ControllingTerminal): void {
  if (terminal.session?.terminal === terminal) terminal.session.terminal = undefined;
  terminal.session = undefined;
  terminal.foreground = undefined;
  for (const process of holders(processes.processes.values(), terminal)) {
    process.terminal = undefined;
    process.showBackground();
  }
}

/**
 * A terminal is hung up: its other end is gone. That may be because its session's leader has just ended, which is not undone then.
 *
 * @param hasLeft - Whether a process has ended already, though nobody was told yet.
 *
 * Source: linux/drivers/tty/tty_jobctrl.c, `tty_signal_session_leader`.
 */
export function hangUp(kernel: Signaller, terminal: ControllingTerminal, hasLeft: (process: Process) => boolean): void {
  const { session, foreground } = terminal;
  const leader = session === undefined ? undefined : kernel.processes.get(session.sid);
  detach(kernel, terminal);
  if (leader === undefined || leader.session !== session) return;
  leader.formerForeground = foreground;
  if (hasLeft(leader)) return;
  kernel.signals.toProcess(leader, sentByKernel(Signal.SIGHUP));
  kernel.signals.toProcess(leader, sentByKernel(Signal.SIGCONT));
}

/** A signal of the terminal's keys, or of its size. */
export function signalForeground({ signals }: Signaller, { foreground }: ControllingTerminal, signal: number): void {
  if (foreground !== undefined) signals.toGroup(foreground, sentByKernel(signal));
}

function holders(processes: Iterable<Process>, terminal: ControllingTerminal): Process[] {
  return [...processes].filter((process) => process.terminal === terminal);
}

import { hostText } from '../fs/proc/host-text.js';
import type { TextBinding } from '../fs/proc/host-text.js';

/** Field of the flags, after the name, and the one of a process that runs no further. Source: proc_pid_stat(5); linux/include/linux/sched.h, `PF_EXITING`. */
const FLAGS = 6;
const PF_EXITING = 4;

/** Whether a process has ended by itself at the host, which tells of it a little later; a signal would come too late. */
export function hasLeft(binding: TextBinding, hostPid: number): boolean {
  if (hostPid <= 0) return false;
  const text = hostText(binding, `/proc/${hostPid}/stat`);
  if (typeof text === 'number') return true;
  return (Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[FLAGS]) & PF_EXITING) !== 0;
}

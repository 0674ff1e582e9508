import { readFileSync } from 'node:fs';
import { pid } from 'node:process';

import type { HostBinding } from '@occlum/native';

/** Source: linux/include/uapi/asm-generic/ioctls.h. */
const TIOCGPGRP = 0x540f;

/** A process of the host, as job control sees it. */
export interface JobMember {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** Looks a process up; `undefined` where it is not to be seen. */
export type Look = (pid: number) => JobMember | undefined;

/**
 * Whether a shell would continue this command when it is stopped: someone outside of its process group, in the same session, is its
 * parent. Where nobody is, the host stops it for no key, and what runs inside must not be stopped either.
 */
export function isJob(self = pid, look: Look = lookUp): boolean {
  const own = look(self);
  if (own === undefined) return false;
  for (let at = look(own.parent); at !== undefined; at = look(at.parent)) {
    if (at.group !== own.group) return at.session === own.session;
  }
  return false;
}

/** Whether this command's group is the one that a terminal is read by now; so for what is no terminal of ours. */
export function isForeground(binding: Pick<HostBinding, 'ioctl'>, descriptor: number, look: Look = lookUp): boolean {
  const bytes = new Uint8Array(4);
  if (binding.ioctl(descriptor, TIOCGPGRP, bytes) < 0) return true;
  return new DataView(bytes.buffer).getInt32(0, true) === look(pid)?.group;
}

/** Source: proc_pid_stat(5). */
function lookUp(process: number): JobMember | undefined {
  try {
    const text = readFileSync(`/proc/${process}/stat`, 'latin1');
    const [, parent, group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return parent === undefined || group === undefined || session === undefined ? undefined : { parent, group, session };
  } catch {
    return undefined;
  }
}

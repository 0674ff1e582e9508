import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { FileDescription } from '../fs/file-description.js';
import type { MediatedFile } from '../io/mediated-file.js';
import type { Process } from './process.js';

/**
 * A descriptor of a process, as pidfd_open(2) makes it. The guest holds an eventfd that becomes readable when the process
 * ends and stays so, so that poll and epoll need no kernel; it cannot be read or written.
 */
export class ProcessDescriptor implements MediatedFile {
  /** Whom it stands for, also when the process id is another's already. */
  readonly process: Process;
  readonly #host: Pick<HostBinding, 'write' | 'close'>;
  /** The kernel's copy of the eventfd. */
  readonly #event: number;
  readonly #unsubscribe: () => void;

  /**
   * @param host - Host calls.
   * @param process - Whom it stands for.
   * @param event - Copy of the eventfd; belongs to this.
   */
  constructor(host: Pick<HostBinding, 'write' | 'close'>, process: Process, event: number) {
    this.#host = host;
    this.#event = event;
    this.process = process;
    this.#unsubscribe = process.ended.subscribe(() => { this.#show(); });
    if (isOver(process)) this.#show();
  }

  read(): number {
    return -Errno.EINVAL;
  }

  write(): number {
    return -Errno.EINVAL;
  }

  close(): void {
    this.#unsubscribe();
    this.#host.close(this.#event);
  }

  #show(): void {
    this.#host.write(this.#event, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
  }
}

/**
 * A descriptor of a process and what stands behind it.
 *
 * @param host - Host calls.
 * @param process - Whom it stands for.
 * @param isNonBlocking - waitid(2) does not wait for it.
 * @returns A negative error number where the host has no descriptors left.
 */
export function openProcess(
  host: Pick<HostBinding, 'eventfd' | 'dup' | 'write' | 'close'>,
  process: Process,
  isNonBlocking: boolean,
): { readonly hostFd: number; readonly description: FileDescription } | number {
  const event = host.eventfd(0, OpenFlags.O_CLOEXEC);
  if (event < 0) return event;
  const copy = host.dup(event);
  if (copy < 0) {
    host.close(event);
    return copy;
  }
  const object = new ProcessDescriptor(host, process, copy);
  const description = new FileDescription({
    kind: FdKind.mediated,
    flags: OpenFlags.O_RDWR | (isNonBlocking ? OpenFlags.O_NONBLOCK : 0),
    object,
    label: 'anon_inode:[pidfd]',
    closed: () => { object.close(); },
  });
  return { hostFd: event, description };
}

/** Whether a process has ended, also where nobody has waited for it yet. */
function isOver({ state }: Process): boolean {
  return state === 'zombie' || state === 'reaped';
}

import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { FileDescription } from '../fs/file-description.js';
import type { MediatedFile } from '../io/mediated-file.js';
import type { Process } from './process.js';

/**
 * A descriptor of a process, as pidfd_open(2) makes it. The guest holds an end of a pipe that becomes readable when the process
 * ends and stays so, so that poll and epoll need no kernel; it cannot be read or written.
 */
export class ProcessDescriptor implements MediatedFile {
  /** Whom it stands for, also when the process id is another's already. */
  readonly process: Process;
  readonly #host: Pick<HostBinding, 'write' | 'close'>;
  /** The end that is written, which never waits: no guest has it. */
  readonly #writer: number;
  readonly #unsubscribe: () => void;

  /**
   * @param host - Host calls.
   * @param process - Whom it stands for.
   * @param writer - Non-blocking end of the pipe; belongs to this.
   */
  constructor(host: Pick<HostBinding, 'write' | 'close'>, process: Process, writer: number) {
    this.#host = host;
    this.#writer = writer;
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
    this.#host.close(this.#writer);
  }

  #show(): void {
    this.#host.write(this.#writer, new Uint8Array(1));
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
  host: Pick<HostBinding, 'pipe' | 'write' | 'close'>,
  process: Process,
  isNonBlocking: boolean,
): { readonly hostFd: number; readonly description: FileDescription } | number {
  const ends = new Int32Array(2);
  const made = host.pipe(ends, OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK);
  if (made < 0) return made;
  const [hostFd = -1, writer = -1] = ends;
  const object = new ProcessDescriptor(host, process, writer);
  const description = new FileDescription({
    kind: FdKind.mediated,
    flags: OpenFlags.O_RDWR | (isNonBlocking ? OpenFlags.O_NONBLOCK : 0),
    object,
    label: 'anon_inode:[pidfd]',
    closed: () => { object.close(); },
  });
  return { hostFd, description };
}

/** Whether a process has ended, also where nobody has waited for it yet. */
function isOver({ state }: Process): boolean {
  return state === 'zombie' || state === 'reaped';
}

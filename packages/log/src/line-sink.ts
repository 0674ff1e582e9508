import { closeSync, openSync, writeSync } from 'node:fs';

import { ErrnoError, errnoName } from '@occlum/errno';

/** Where lines go: the host's stderr, or the end of a file. */
export type LogDestination = 'stderr' | { readonly file: string };

const STDERR = 2;

/** How long a line waits for a reader who is slow and has made our end non-blocking. */
const WAIT_AT_MOST_MS = 1000;

/** Takes lines and has handed each to the host when `write` returns. */
export interface LineSink {
  write(line: string): void;
  /** Closes a file; lines written later are dropped. */
  close(): void;
}

/**
 * Opens a destination. A new file can be read by its owner only, since a trace shows the guest's data.
 *
 * A write that fails drops its line and nothing else: a full disk or a reader that is gone must not end the LibOS.
 *
 * @throws {@link ErrnoError} what open(2) fails with, such as `ENOENT`, `EACCES` or `EISDIR`.
 */
export function openSink(destination: LogDestination): LineSink {
  let fd = destination === 'stderr' ? STDERR : openFile(destination.file);
  return {
    write(line) {
      if (fd >= 0) writeAll(fd, Buffer.from(line));
    },
    close() {
      if (fd > STDERR) closeSync(fd);
      fd = -1;
    },
  };
}

function openFile(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    const code = errnoName((cause as NodeJS.ErrnoException).errno ?? 0);
    if (code === undefined) throw cause;
    throw new ErrnoError(code, { syscall: 'open', detail: `cannot log to ${file}`, cause });
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  let waitedMs = 0;
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waitedMs >= WAIT_AT_MOST_MS) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      waitedMs++;
    }
  }
}

import type { Readable, Writable } from 'node:stream';

import type { ExitStatus, SignalName } from './exit-status.js';
import type { TerminalSize } from './guest-ends.js';

/**
 * A program that runs, or ran, in an enclave. Await it for its {@link ExitStatus}; iterate it for the lines of its
 * stdout. It never rejects for what the program did; only when it could not be started.
 *
 * @example
 * ```ts
 * import { Enclave } from '@occlum/pal';
 *
 * await using enclave = await Enclave.create({ rootfs: '/' });
 * const program = enclave.spawn('sh', ['-c', 'read name; echo "hello $name"; exit 3']);
 * program.stdin.end('world\n');
 * const lines = [];
 * for await (const line of program) lines.push(line);
 * lines; // => ['hello world']
 * await program; // => { code: 3 }
 * ```
 */
export interface GuestProcess extends PromiseLike<ExitStatus>, AsyncIterable<string>, AsyncDisposable {
  /** Its number in the enclave, once it has one; `await started` to be sure. */
  readonly pid: number | undefined;

  /**
   * Its number in the enclave, when the program has been loaded.
   *
   * Rejects with an {@link ErrnoError}: `ENOENT` no such program, or with `syscall` `'chdir'` no such directory to start in;
   * `EACCES` it may not be executed; `ENOEXEC` it is no program; others as `execve(2)` gives them.
   */
  readonly started: Promise<number>;

  /**
   * How it ended. The streams may still hold output after that. Rejects as {@link GuestProcess.started} does, and with
   * `E2BIG` when its arguments and variables are too long.
   */
  readonly exited: Promise<ExitStatus>;

  /** Writes to the program. A program that closed its stdin is no error. */
  readonly stdin: Writable;

  /** What the program writes. Up to 256 KiB are kept while nobody reads; then the program waits. */
  readonly stdout: Readable;

  /** As {@link GuestProcess.stdout}. */
  readonly stderr: Readable;

  /**
   * Sets the size of its terminal; its programs are told by SIGWINCH.
   *
   * @throws TypeError when it was not spawned with `tty`, or for what is no size.
   */
  resize(size: TerminalSize): void;

  /**
   * Sends a signal to the program, as `kill(2)` does. Nothing happens when it has ended.
   *
   * @param signal - Name or number; `'SIGTERM'` when left out.
   * @throws TypeError when there is no such signal.
   */
  kill(signal?: SignalName | number): Promise<void>;

  /**
   * Waits until a signal such as SIGTSTP or SIGTTIN has stopped the program; at once where it is stopped already.
   *
   * @returns The signal; `undefined` when the program has ended.
   */
  stopped(): Promise<SignalName | undefined>;

  /** Iterates over the lines of stdout, as UTF-8, without their ends. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, void>;

  /** Ends the program with all that it started, and waits until it has ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

import { ProcessPage } from '@occlum/native';

import { pathOf } from '../fs/location.js';
import type { Location } from '../fs/location.js';
import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import { bootRecord } from './elf/boot-record.js';
import { IMPOSSIBLE_PLAN } from './elf/load-plan.js';
import { credentialsAfterExec } from './credential-change.js';
import type { Credentials } from './credentials.js';
import { showCredentials } from './process-page.js';
import type { Process } from './process.js';
import type { Program } from './program.js';

/** Longest name of a thread. Source: linux/include/linux/sched.h, `TASK_COMM_LEN` less its NUL. */
const NAME_MAX = 15;

/** How a program is put in the place of what a process runs. */
export interface ExecRequest {
  readonly process: Process;
  readonly program: Program;
  /** As the caller named it: AT_EXECFN, and the name of the thread. */
  readonly path: string;
  /** The thread that executes. */
  readonly tid: number;
  readonly isFirst: boolean;
}

/**
 * Queues the boot record of a program; its image takes over when it says hello. A process that executes what cannot be
 * mapped has no image any more and ends by SIGSEGV, as on Linux.
 *
 * @returns 0, or a negative error number where it could not be sent. The program's descriptors are closed either way.
 */
export function prepareExec(kernel: EnclaveKernel, { process, program, path, tid, isFirst }: ExecRequest): number {
  const { credentials, link } = process;
  const { uid, euid, gid, egid } = credentials;
  const plan = typeof program.plan === 'number' ? IMPOSSIBLE_PLAN : program.plan;
  const record = bootRecord(plan, { uid, euid, gid, egid, path, first: isFirst, rewriteCallSites: kernel.rewriteCallSites });
  const sent = link?.sendBoot(record, program.files) ?? 0;
  closeProgram(kernel, program);
  if (sent < 0) return sent;
  process.preparedExec = { tid, executable: program.location, path };
  return 0;
}

/** Gives up a program that is not executed after all. */
export function closeProgram(kernel: EnclaveKernel, program: Program): void {
  for (const file of program.files) kernel.host.close(file);
}

/**
 * The new image is there: the process is what it runs now.
 *
 * Source: linux/fs/exec.c, `begin_new_exec`; execve(2), "Effect on process attributes".
 */
export function commitExec(kernel: EnclaveKernel, process: Process): void {
  const { preparedExec } = process;
  if (preparedExec === undefined) return;
  process.preparedExec = undefined;
  process.hasExecuted = true;
  kernel.signals.hasOwnMemory(process);
  process.executable = preparedExec.executable;
  process.executablePath = shownPath(process, preparedExec.executable);
  process.name = commandName(preparedExec.path);
  process.credentials = credentialsAfterExec(process.credentials);
  showCredentials(process);
  kernel.ipc.executed(process);
  process.dumpable = isSetId(process.credentials) ? 0 : 1;
  const { leader } = process;
  if (leader !== undefined) leader.name = process.name;
  process.arena?.setPageWord(ProcessPage.dead, 0);
  if (leader !== undefined) kernel.signals.showPending(leader);
}

/** Name that a program's first thread has: the last component of its path. */
export function commandName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, NAME_MAX);
}

/** Whether a process acts as another than who started it. Source: linux/fs/exec.c, `begin_new_exec`. */
function isSetId({ uid, euid, gid, egid }: Credentials): boolean {
  return uid !== euid || gid !== egid;
}

function shownPath({ files }: Process, location: Location): string {
  return pathOf(location, files.root).text;
}

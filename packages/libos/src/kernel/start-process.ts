import { Errno } from '@occlum/errno';
import { ArenaLayout, ProcessPage, SpawnFlag } from '@occlum/native';
import { CpuSet } from '@occlum/sched';

import type { Denial } from '../denial/denial.js';
import { HARMLESS_DEVICES } from '../fs/device/host-device.js';
import { byteString, textOf } from '../fs/byte-string.js';
import { FileSystemContext } from '../fs/file-system-context.js';
import { pathOf } from '../fs/location.js';
import type { Location } from '../fs/location.js';
import type { PathCaller } from '../fs/path-caller.js';
import { isError } from '../fs/result.js';
import { Terminal } from '../fs/terminal/terminal.js';
import { watchTerminal } from '../fs/terminal/terminal-master.js';
import { terminalLocation } from '../fs/terminal/terminal-location.js';
import { takeTerminal } from '../process/controlling-terminal.js';
import { Credentials } from '../process/credentials.js';
import { hostLimits, initialLimits } from '../limits/process-limits.js';
import { isEntryPoint } from '../process/entry-points.js';
import { closeProgram, commandName, prepareExec } from '../process/exec.js';
import { showCredentials, showLimits } from '../process/process-page.js';
import { Process } from '../process/process.js';
import type { Program } from '../process/program.js';
import type { ProcessAttributes } from './attributes.js';
import type { EnclaveKernel } from './enclave-kernel.js';
import { showElsewhere } from './terminal-elsewhere.js';
import { inheritDescriptor } from './stdio.js';
import type { InheritedDescriptor } from './stdio.js';

/** A process that was made and does not run yet. */
export interface PendingProcess {
  readonly process: Process;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly stdio: readonly InheritedDescriptor[];
}

/**
 * Makes a process from outside.
 *
 * Errors, in the order they are checked: `EINVAL` a path that is not absolute or has a `..`, or no argument; `EOPNOTSUPP` a limit of CPU time
 * where the host lists no children; `EBADF` a
 * descriptor that is not open; those of looking up directory and program; `EACCES` no entry point; those of `execve(2)`.
 *
 * @param credentials - Who it is.
 */
export async function makeProcess(kernel: EnclaveKernel, attributes: ProcessAttributes, credentials: Credentials): Promise<PendingProcess | number> {
  const path = bytesOf(attributes.path);
  if (!path.startsWith('/') || path.split('/').includes('..') || attributes.argv.length === 0) return -Errno.EINVAL;
  const argv = attributes.argv.map(bytesOf);
  const env = attributes.env.map(bytesOf);
  if ([path, ...argv, ...env, attributes.cwd].some((text) => text.includes('\0'))) return -Errno.EINVAL;
  if (attributes.cpus !== undefined && !kernel.supervisor.canLimitCpu) return -Errno.EOPNOTSUPP;
  const stdio = takeStdio(kernel, attributes.stdio, credentials);
  if (typeof stdio === 'number') return stdio;
  const watched = attributes.isOnOwnTerminal === true ? await watchOwnTerminal(kernel, stdio) : 0;
  const { lastOfImage } = kernel.denials;
  const made = watched < 0 ? watched : await makeWith(kernel, { path, attributes, credentials, stdio, argv, env });
  if (made === -Errno.EIO) tellOfImage(kernel, lastOfImage);
  if (typeof made === 'number') closeStdio(kernel, stdio);
  return made;
}

/**
 * Lets it run.
 *
 * @returns 0, or a negative error number where the host refuses; it is over then.
 */
export async function runProcess(kernel: EnclaveKernel, { process, argv, env, stdio }: PendingProcess): Promise<number> {
  const { link } = process;
  if (link === undefined) {
    closeStdio(kernel, stdio);
    return -Errno.ESRCH;
  }
  const spawned = kernel.supervisor.spawn({
    control: link.controlEnd,
    doorbell: link.doorbellEnd,
    descriptors: stdio.map(({ hostFd }, number) => ({ hostFd, number })),
    argv,
    env,
    limits: hostLimits(kernel.limits, kernel.stackBytes),
    cpuset: kernel.scheduling.given(process),
    cpus: process.cpus,
    flags: kernel.isDebuggable ? SpawnFlag.debug : 0,
    started: ({ hostPid, listener }) => {
      kernel.guard.add(process, listener);
      kernel.hello(process, hostPid);
    },
  });
  kernel.monitor.started();
  link.handedOver();
  closeStdio(kernel, stdio);
  const result = await spawned;
  if (result < 0) kernel.finish(process, 0);
  return result;
}

/** Gives up a process that will not run. */
export function discardProcess(kernel: EnclaveKernel, { process, stdio }: PendingProcess): void {
  closeStdio(kernel, stdio);
  kernel.finish(process, 0);
  kernel.lifecycle.reap(process);
}

interface Making {
  readonly path: string;
  readonly attributes: ProcessAttributes;
  readonly credentials: Credentials;
  readonly stdio: readonly InheritedDescriptor[];
  /** Byte strings, as are those of `env`. */
  readonly argv: readonly string[];
  readonly env: readonly string[];
}

async function makeWith(kernel: EnclaveKernel, making: Making): Promise<PendingProcess | number> {
  const { path, attributes, credentials, stdio, argv, env } = making;
  const { root } = kernel.vfs.mounts;
  const start = { files: new FileSystemContext(root), credentials };
  const cwd = kernel.vfs.lookup(start, byteString(attributes.cwd), { follow: true });
  if (isError(cwd)) return cwd;
  if (cwd.inode.type !== 'directory') return -Errno.ENOTDIR;
  const files = new FileSystemContext(root, cwd);
  const location = kernel.vfs.lookup({ files, credentials }, path, { follow: true });
  if (isError(location)) return location;
  if (!mayStart(kernel, { files, credentials }, location, path)) return -Errno.EACCES;
  const program = await kernel.programs.load({ files, credentials }, location, path);
  if (typeof program === 'number') return program;
  if (typeof program.plan === 'number') {
    closeProgram(kernel, program);
    return program.plan;
  }
  const process = createProcess(kernel, { files, credentials, name: commandName(path), cpuset: cpuSetOf(attributes.cpuset), cpus: attributes.cpus });
  if (typeof process === 'number') {
    closeProgram(kernel, program);
    return process;
  }
  const prepared = prepareExec(kernel, { process, program, path, tid: process.pid, isFirst: true });
  if (prepared < 0) {
    kernel.finish(process, 0);
    kernel.lifecycle.reap(process);
    return prepared;
  }
  for (const [number, inherited] of stdio.entries()) grantInherited(kernel, process, number, inherited);
  process.isContinuedOutside = attributes.isContinuedOutside === true;
  takeFirstTerminal(process, stdio);
  showElsewhere(kernel);
  return { process, argv: argumentsOf(program, argv), env, stdio };
}

/** Whether the entry points allow it; tells of it where they do not. */
function mayStart({ vfs, entryPoints, denials }: EnclaveKernel, caller: PathCaller, location: Location, path: string): boolean {
  if (entryPoints === undefined || location.inode.type !== 'file' || isEntryPoint(vfs, caller, location, entryPoints)) return true;
  const shown = (text: string): string => Buffer.from(text, 'latin1').toString();
  denials.report({
    operation: 'spawn',
    object: shown(path),
    rule: 'entryPoints',
    place: 'entryPoints',
    error: 'EACCES',
    hint: `${shown(pathOf(location, caller.files.root).text)} is none of the entry points (${entryPoints.map(shown).join(', ')}) and below none of them`,
  });
  return false;
}

/** Tells who starts a program of the file of the image that keeps it from starting: it may be another than the one that is named. */
function tellOfImage({ denials }: EnclaveKernel, before: Denial | undefined): void {
  const { lastOfImage } = denials;
  if (lastOfImage !== undefined && lastOfImage !== before) denials.report({ ...lastOfImage, operation: 'spawn' });
}

/** An argument or a variable as a byte string. */
function bytesOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? byteString(text) : textOf(text);
}

/** What a script's interpreter gets. */
function argumentsOf({ scriptArguments }: Program, argv: readonly string[]): readonly string[] {
  return scriptArguments.length === 0 ? argv : [...scriptArguments, ...argv.slice(1)];
}

interface NewProcess {
  readonly files: FileSystemContext;
  readonly credentials: Credentials;
  readonly name: string;
  readonly cpuset: CpuSet | undefined;
  readonly cpus: number | undefined;
}

function createProcess(kernel: EnclaveKernel, { files, credentials, name, cpuset, cpus }: NewProcess): Process | number {
  const pid = kernel.processes.nextId();
  if (pid === undefined) return -Errno.EAGAIN;
  const link = kernel.room.openLink('outside');
  if (typeof link === 'number') return link;
  const group = kernel.processes.newSession(pid);
  const process = new Process({ pid, parent: undefined, group, credentials, files, limits: initialLimits(kernel.limits, kernel.stackBytes), exitSignal: 0, startedAtMs: kernel.now() });
  process.name = name;
  process.cpuset = cpuset;
  process.cpus = cpus;
  kernel.processes.add(process);
  kernel.attach(process, link);
  const { arena } = link;
  arena.setPageWord(ProcessPage.version, ArenaLayout.version);
  arena.setPageWord(ProcessPage.pid, pid);
  process.showParent();
  showCredentials(process);
  showLimits(process);
  process.startLeader(kernel.processes, kernel.scheduling.first(process));
  return process;
}

function grantInherited(kernel: EnclaveKernel, process: Process, number: number, { description, flags }: InheritedDescriptor): void {
  kernel.register(description);
  process.grant(description);
  process.arena?.setDescriptor(number, { object: description.id, kind: description.kind, flags });
  process.arena?.setPageWord(ProcessPage.fd_high, number + 1);
}

function takeStdio(kernel: EnclaveKernel, descriptors: readonly number[], credentials: Credentials): readonly InheritedDescriptor[] | number {
  const taken: InheritedDescriptor[] = [];
  for (const descriptor of descriptors) {
    const inherited = inheritDescriptor(kernel.host, descriptor, (rdev, hostFd) => {
      return deviceOf(kernel, rdev) ?? terminalPlace(kernel, hostFd, credentials);
    });
    if (typeof inherited === 'number') {
      closeStdio(kernel, taken);
      return inherited;
    }
    taken.push(inherited);
  }
  return taken;
}

/** The harmless device of /dev that a device of the host is. */
function deviceOf({ vfs }: EnclaveKernel, rdev: number): Location | undefined {
  const caller = { files: new FileSystemContext(vfs.mounts.root), credentials: Credentials.of(0, 0) };
  for (const name of Object.keys(HARMLESS_DEVICES)) {
    const location = vfs.lookup(caller, `/dev/${name}`, { follow: false });
    const stat = isError(location) ? location : location.stat();
    if (!isError(location) && !isError(stat) && stat.rdev === rdev) return location;
  }
  return undefined;
}

/** The name of a terminal of the host inside, the same for all its descriptors. */
function terminalPlace({ vfs, host }: EnclaveKernel, hostFd: number, { uid }: Credentials): Location | undefined {
  if (host.isatty(hostFd) !== 1) return undefined;
  const terminal = vfs.terminals?.adopt(hostFd, uid);
  return terminal instanceof Terminal ? terminalLocation(vfs, terminal) : undefined;
}

/** What its keys raise is told from now on. Errors: `ENOTTY` it is no terminal; those of the host. */
async function watchOwnTerminal(kernel: EnclaveKernel, [stdin]: readonly InheritedDescriptor[]): Promise<number> {
  const inode = stdin?.description.inode;
  const { terminals } = kernel.vfs;
  if (stdin === undefined || terminals === undefined || !(inode instanceof Terminal)) return -Errno.ENOTTY;
  return watchTerminal(kernel, terminals, inode, stdin.hostFd);
}

/** A terminal that a program is started on is its controlling one, unless another session has it. */
function takeFirstTerminal(process: Process, stdio: readonly InheritedDescriptor[]): void {
  for (const { description: { inode } } of stdio) {
    if (inode instanceof Terminal && inode.session === undefined && process.terminal === undefined) takeTerminal(inode, process);
  }
}

function closeStdio(kernel: EnclaveKernel, stdio: readonly InheritedDescriptor[]): void {
  for (const { hostFd } of stdio) kernel.host.close(hostFd);
}

/** A list of CPUs that was checked where it came from. */
export function cpuSetOf(list: string | undefined): CpuSet | undefined {
  return list === undefined ? undefined : CpuSet.parse(list);
}

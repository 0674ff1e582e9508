import { fileSystemSyscalls } from './fs/syscalls.js';
import { ioSyscalls } from './io/syscalls.js';
import { ipcSyscalls } from './ipc/syscalls.js';
import type { EnclaveKernel } from './kernel/enclave-kernel.js';
import type { KernelTable } from './kernel/syscall-context.js';
import { memorySyscalls } from './memory/syscalls.js';
import { socketIoctl } from './net/socket-ioctl.js';
import { netSyscalls } from './net/syscalls.js';
import { limitSyscalls } from './process/sys-limits.js';
import { prctlSyscalls } from './process/sys-prctl.js';
import { identitySyscalls } from './process/sys-identity.js';
import { usageSyscalls } from './process/sys-usage.js';
import { processSyscalls } from './process/syscalls.js';
import { schedSyscalls } from './sched/syscalls.js';
import { DescriptorSignals } from './signal/descriptor-signals.js';
import { signalSyscalls } from './signal/syscalls.js';
import { systemSyscalls } from './system/syscalls.js';
import { timeSyscalls } from './time/syscalls.js';
import { TimeSources } from './time/time-sources.js';

/**
 * All rows: the only list of the calls there are.
 *
 * @param kernel - Whom they serve.
 */
export function joinSyscalls(kernel: EnclaveKernel): KernelTable {
  const clocks = new TimeSources(kernel.host);
  const descriptors = new DescriptorSignals();
  const families: readonly KernelTable[] = [
    fileSystemSyscalls(kernel.vfs, { otherIoctl: socketIoctl(kernel.network, descriptors), descriptors }),
    identitySyscalls,
    ioSyscalls,
    ipcSyscalls(kernel.ipc),
    limitSyscalls(),
    memorySyscalls,
    netSyscalls(kernel.network),
    prctlSyscalls,
    processSyscalls(kernel),
    schedSyscalls(kernel.scheduling, kernel.host),
    signalSyscalls(kernel),
    systemSyscalls(kernel.host, kernel.names),
    timeSyscalls(clocks, later),
    usageSyscalls(clocks.cpu),
  ];
  // A dictionary from the start: for an object that grows by spreading, V8 makes a hidden class for each row.
  const table = Object.create(null) as Record<string, KernelTable[string]>;
  for (const family of families) Object.assign(table, family);
  return table;
}

function later(ms: number, run: () => void): () => void {
  // What runs keeps the event loop alive; an alarm of what has ended must not.
  const timer = setTimeout(run, ms).unref();
  return () => { clearTimeout(timer); };
}

/**
 * The same rows with no kernel behind them, for tools: none of them can be run.
 */
export function describeSyscalls(): KernelTable {
  return joinSyscalls(NO_KERNEL);
}

/** Stands for whatever is asked of it: the makers of rows only pass it on. */
const NO_KERNEL: EnclaveKernel = new Proxy(() => undefined, {
  get: () => NO_KERNEL,
  apply: () => NO_KERNEL,
  construct: () => NO_KERNEL,
}) as unknown as EnclaveKernel;

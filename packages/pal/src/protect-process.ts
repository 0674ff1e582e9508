import { hostBinding } from '@occlum/native';

/** Source: linux/include/uapi/linux/prctl.h. */
const PR_SET_DUMPABLE = 4;
/** Source: linux/include/uapi/asm-generic/resource.h. */
const RLIMIT_CORE = 4;

/**
 * Keeps other processes of the same user out of this one: they cannot trace it, read its memory or look at its descriptors, and
 * it leaves no core file. Debuggers and profilers of this process stop working, too. Root is not kept out.
 *
 * The `occlum` command calls it before it runs a release enclave. A Node program that embeds one has to call it itself, since
 * it is about the whole process.
 *
 * Source: prctl(2), PR_SET_DUMPABLE; ptrace(2), "Ptrace access mode checking".
 */
export function protectProcess(): void {
  const host = hostBinding();
  host.setrlimit(RLIMIT_CORE, 0, 0);
  host.prctl(PR_SET_DUMPABLE, 0);
}

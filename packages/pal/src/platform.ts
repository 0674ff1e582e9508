import { release } from 'node:os';
import { arch, platform } from 'node:process';

/** What decides whether an enclave can run here; tests pass their own. */
export interface Platform {
  /** As `process.platform`. */
  readonly system: string;
  /** As `process.arch`. */
  readonly machine: string;
  /** As `uname -r`, for example `'6.1.0-18-amd64'`. */
  readonly release: string;
}

/** Oldest kernel: sealing a memfd against later writers came with 5.1, and 5.4 is the first long-term release after it. */
const OLDEST = [5, 4] as const;

/**
 * Says what keeps an enclave from running on a platform.
 *
 * @param host - The platform; this one when left out.
 * @returns One sentence, or `undefined` when nothing does.
 */
export function unsupportedPlatform(host: Platform = { system: platform, machine: arch, release: release() }): string | undefined {
  if (host.system !== 'linux' || host.machine !== 'x64') {
    return `platform is ${host.system}-${host.machine}, must be linux-x64; elsewhere use a Linux container or virtual machine`;
  }
  const [major = 0, minor = 0] = host.release.split('.').map((part) => Number.parseInt(part, 10));
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Linux kernel is ${host.release}, must be ${OLDEST.join('.')} or later`;
}

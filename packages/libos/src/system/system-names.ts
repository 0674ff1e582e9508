import { readHostFile } from '../time/host-file.js';
import type { FileHost } from '../time/host-file.js';

/** What the system calls itself. */
export interface SystemNames {
  /** `nodename` of `uname(2)`. */
  readonly hostname: string;
  readonly release: string;
  readonly version: string;
}

/** Names of a host that does not tell its own. */
const UNKNOWN = { hostname: 'occlum', release: '6.1.0' };

/** Same for every enclave, and no word about when the host's kernel was built. */
const VERSION = '#1 SMP Occlum';

/**
 * Names of an enclave's system: the release is the host's, since programs look there for what the kernel can.
 *
 * @param host - Host functions.
 * @param hostname - What the enclave was given; the host's when left out.
 */
export function systemNames(host: FileHost, hostname?: string): SystemNames {
  const setting = (name: 'hostname' | 'osrelease'): string | undefined => readHostFile(host, `/proc/sys/kernel/${name}`)?.trim();
  return {
    hostname: hostname ?? setting('hostname') ?? UNKNOWN.hostname,
    release: setting('osrelease') ?? UNKNOWN.release,
    version: VERSION,
  };
}

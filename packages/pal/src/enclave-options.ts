import { statSync } from 'node:fs';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { ErrnoName } from '@occlum/errno';
import type { Denial, DenialSummary, EnclaveAttributes, EnclaveLimits, MountAttributes } from '@occlum/libos';
import type { LogLevel } from '@occlum/log';
import { SupervisorLimits } from '@occlum/native';

import { checkLimits } from './limit-options.js';
import { checkImage, checkMount } from './mount-options.js';
import type { EnclaveMount, ImageSource } from './mount-options.js';
import { checkCpus, checkCpuset } from './cpu-options.js';
import { checkEnvironment, checkKeys, checkPath, checkSwitch, checkText, checkWord, refuse } from './option-checks.js';
import type { Variables } from './option-checks.js';

/** What an enclave is made of. */
export interface EnclaveOptions {
  /**
   * Absolute path of the host directory whose files the enclave's programs see as `/`; they can read all of it that the
   * user can, and write none of it: what they write is the enclave's own and gone with it.
   */
  readonly rootfs: string;
  /** What every file of `rootfs` is checked against when it is opened: one that was changed, added or removed gives EIO. */
  readonly image?: ImageSource;
  /**
   * Absolute path of the host directory that keeps what programs write below `/`, for later runs; made with mode 0700 where it is
   * missing. One enclave at a time may have it. What programs write is gone with the enclave when left out.
   */
  readonly writableLayer?: string;
  /** `true`: programs can write nothing below `/` but where a mount allows it, and get EROFS. */
  readonly readOnly?: boolean;
  /** More directories and files, over the root, in the order given. */
  readonly mounts?: readonly EnclaveMount[];
  /**
   * Who programs are. `'user'` (also when left out): who runs this program. `'root'`: user and group 0 of the enclave with all
   * capabilities there, as in a container; files of who runs this program are theirs.
   */
  readonly identity?: 'user' | 'root';
  /** User and group that programs are started as, without other groups, in place of those of `identity`; owners of files stay what `identity` makes them. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What programs may use. */
  readonly limits?: EnclaveLimits;
  /**
   * How far the stack of a program's first thread grows, in bytes, and how large those of its other threads are (`ulimit -s`); programs can
   * raise it. 8 MiB when left out.
   */
  readonly stackBytes?: number;
  /**
   * Absolute paths in the enclave: `spawn` starts only what is one of them or below one of them once links are followed, else it is EACCES. What runs
   * in the enclave starts what it likes. Anything may be started when left out.
   */
  readonly entryPoints?: readonly string[];
  /** Hears of what these options refused, each kind once. */
  readonly onDenied?: (denial: Denial) => void;
  /** Hears, once the enclave is at its end and before `destroy` resolves, what was refused in all, and how often. */
  readonly onSummary?: (summary: DenialSummary) => void;
  /** `'host'` (also when left out): programs use the host's network. `'none'`: there is none. */
  readonly network?: 'host' | 'none';
  /** Variables that every program starts with, over PATH, HOME and LANG; `undefined` takes one out. A value that is no UTF-8 as bytes. Nothing comes from `process.env`. */
  readonly env?: Variables;
  /** What `uname -n` tells; `'occlum'` when left out. */
  readonly hostname?: string;
  /**
   * `false`: every system call of a program traps, and its code stays as it is in its file. Else (also when left out) `syscall`
   * instructions that a program runs often become jumps into the enclave's runtime, which makes its calls several times faster
   * and changes nothing else. Turn it off to debug a program, or to rule that out.
   */
  readonly rewriteCallSites?: boolean;
  /** The only CPUs that programs run on and know of, as a list such as `'0-3,8'`; all that this program may use when left out. */
  readonly cpuset?: string;
  /**
   * How many CPUs' worth of time all programs have together, `1.5` for example: they are stopped for moments to keep to it. No limit
   * when left out.
   */
  readonly cpus?: number;
  /** `'off'` when left out. At `'trace'` each syscall is logged. */
  readonly logLevel?: LogLevel;
  /** Absolute host path that the log is appended to; stderr when left out. */
  readonly logFile?: string;
  /**
   * Descriptors of this program whose status flags, and settings where they are terminals, are put back as they are now should it be
   * killed: a program that sets the user's terminal to raw mode lists it. None when left out.
   */
  readonly preserve?: readonly number[];
  /**
   * Which thread runs the kernel. `'worker'` (also when left out): one thread for all enclaves of this Node program.
   * `'main'`: the calling thread, which starts 40 ms earlier, but then long work on it stalls the programs.
   */
  readonly kernelThread?: 'worker' | 'main';
}

const KEYS = [
  'rootfs', 'image', 'writableLayer', 'readOnly', 'mounts', 'identity', 'user', 'limits', 'stackBytes', 'entryPoints', 'onDenied', 'onSummary', 'network', 'env', 'hostname', 'rewriteCallSites',
  'cpuset', 'cpus', 'logLevel', 'logFile', 'preserve', 'kernelThread',
];
/** As Debian's login gives it to root, so that programs of sbin are found too. */
const DEFAULT_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', LANG: 'C.UTF-8' };
/** Source: linux/include/uapi/linux/utsname.h, __NEW_UTS_LEN. */
const HOSTNAME_MAX = 64;
/** As many as the supervisor keeps. */
const PRESERVE_MAX = SupervisorLimits.restoreMax;

/** Options, checked and complete. */
export interface CheckedOptions {
  readonly attributes: Omit<EnclaveAttributes, 'store'>;
  readonly env: Variables;
  readonly kernelThread: 'worker' | 'main';
  readonly onDenied: ((denial: Denial) => void) | undefined;
  readonly onSummary: ((summary: DenialSummary) => void) | undefined;
}

/**
 * Checks the options of `Enclave.create`.
 *
 * @throws TypeError when one is wrong, with its place, its value and what would be right.
 */
export function checkEnclaveOptions(options: EnclaveOptions): CheckedOptions {
  checkKeys('options', options, KEYS);
  const hostname = options.hostname === undefined ? 'occlum' : checkText('options.hostname', options.hostname);
  if (hostname === '' || Buffer.byteLength(hostname) > HOSTNAME_MAX) refuse('options.hostname', hostname, `1 to ${HOSTNAME_MAX} bytes`);
  const { mounts = [], image, writableLayer, entryPoints, onDenied, onSummary } = options;
  if (!(mounts instanceof Array)) refuse('options.mounts', mounts, 'an array');
  for (const [name, listener] of Object.entries({ onDenied, onSummary })) if (listener !== undefined && typeof listener !== 'function') refuse(`options.${name}`, listener, 'a function');
  return {
    attributes: {
      rootfs: checkPath('options.rootfs', options.rootfs),
      ...(image === undefined ? {} : { image: checkImage('options.image', image) }),
      ...(writableLayer === undefined ? {} : { writableLayer: checkPath('options.writableLayer', writableLayer) }),
      readOnly: checkSwitch('options.readOnly', options.readOnly, false),
      identity: checkWord('options.identity', options.identity, ['user', 'root']),
      ...(options.user === undefined ? {} : { user: checkUser('options.user', options.user) }),
      limits: checkLimits('options.limits', options.limits),
      ...(options.stackBytes === undefined ? {} : { stackBytes: checkStack('options.stackBytes', options.stackBytes) }),
      ...(entryPoints === undefined ? {} : { entryPoints: checkPaths('options.entryPoints', entryPoints) }),
      mounts: mounts.map((mount, index) => checkMount(`options.mounts[${index}]`, mount)),
      network: checkWord('options.network', options.network, ['host', 'none']),
      hostname,
      rewriteCallSites: checkSwitch('options.rewriteCallSites', options.rewriteCallSites, true),
      ...(options.cpuset === undefined ? {} : { cpuset: checkCpuset('options.cpuset', options.cpuset) }),
      ...(options.cpus === undefined ? {} : { cpus: checkCpus('options.cpus', options.cpus) }),
      logLevel: checkWord('options.logLevel', options.logLevel, ['off', 'error', 'warn', 'info', 'debug', 'trace']),
      preserve: checkDescriptors('options.preserve', options.preserve ?? []),
      ...(options.logFile === undefined ? {} : { logFile: checkPath('options.logFile', options.logFile) }),
    },
    env: { ...DEFAULT_ENVIRONMENT, ...checkEnvironment('options.env', options.env) },
    kernelThread: checkWord('options.kernelThread', options.kernelThread, ['worker', 'main']),
    onDenied,
    onSummary,
  };
}

/**
 * Looks whether the host directories and files of an enclave are there, so that the error can name the option.
 *
 * @throws {@link ErrnoError} `ENOENT`, `ENOTDIR`, `EACCES` and others of `stat(2)`.
 */
export function checkHostPaths({ rootfs, image, mounts }: Pick<EnclaveAttributes, 'rootfs' | 'image' | 'mounts'>): void {
  checkHostPath('rootfs', rootfs, 'a directory');
  if (image !== undefined) checkHostPath('image.tree', image.tree, 'a regular file');
  for (const [index, mount] of mounts.entries()) checkMountPaths(`mounts[${index}]`, mount);
}

function checkMountPaths(place: string, mount: MountAttributes): void {
  if (mount.type === 'host') checkHostPath(`${place}.source`, mount.source, 'a directory or regular file');
  if (mount.type !== 'union') return;
  if (mount.lower !== undefined) checkHostPath(`${place}.lower`, mount.lower, 'a directory');
  if (mount.image !== undefined) checkHostPath(`${place}.image.tree`, mount.image.tree, 'a regular file');
}

function checkHostPath(place: string, path: string, wanted: 'a directory' | 'a regular file' | 'a directory or regular file'): void {
  let code: ErrnoName = wanted === 'a regular file' ? 'EISDIR' : 'ENOTDIR';
  try {
    const seen = statSync(path);
    if ((wanted !== 'a regular file' && seen.isDirectory()) || (wanted !== 'a directory' && seen.isFile())) return;
  } catch (error) {
    code = errnoName((error as NodeJS.ErrnoException).errno ?? 0) ?? 'ENOENT';
  }
  throw new ErrnoError(code, { syscall: 'init', detail: `${place} is ${path}, must be ${wanted} of the host` });
}

function checkDescriptors(place: string, descriptors: readonly number[]): readonly number[] {
  if (!(descriptors instanceof Array) || descriptors.length > PRESERVE_MAX) return refuse(place, descriptors, `an array of up to ${PRESERVE_MAX} descriptors`);
  for (const [index, descriptor] of descriptors.entries()) {
    if (!Number.isInteger(descriptor) || descriptor < 0) refuse(`${place}[${index}]`, descriptor, 'a descriptor');
  }
  return descriptors;
}

/** A program's arguments and variables are on it. */
const STACK_MIN = 64 << 10;

function checkStack(place: string, bytes: number): number {
  return Number.isSafeInteger(bytes) && bytes >= STACK_MIN ? bytes : refuse(place, bytes, `an integer from ${STACK_MIN}`);
}

/** The last number means "nobody" to Linux. Source: chown(2), -1. */
const ID_MAX = 2 ** 32 - 2;

function checkUser(place: string, user: { readonly uid: number; readonly gid: number }): { uid: number; gid: number } {
  checkKeys(place, user, ['uid', 'gid']);
  const { uid, gid } = user;
  for (const [name, id] of Object.entries({ uid, gid })) if (!Number.isInteger(id) || id < 0 || id > ID_MAX) refuse(`${place}.${name}`, id, `an integer from 0 to ${ID_MAX}`);
  return { uid, gid };
}

function checkPaths(place: string, paths: readonly string[]): readonly string[] {
  if (!(paths instanceof Array)) return refuse(place, paths, 'an array of absolute paths');
  return paths.map((path, index) => checkPath(`${place}[${index}]`, path));
}

import { statSync } from 'node:fs';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { ErrnoName } from '@occlum/errno';
import type { EnclaveAttributes, MountAttributes } from '@occlum/libos';
import type { LogLevel } from '@occlum/log';
import { SupervisorLimits } from '@occlum/native';

import { checkEnvironment, checkKeys, checkPath, checkSwitch, checkText, checkWord, refuse } from './option-checks.js';

/** A host directory, or one regular file of the host, that programs see in the enclave. What they write to it is written to the host. */
export interface HostMount {
  readonly type?: 'host';
  /** Absolute host path. */
  readonly source: string;
  /** Absolute path in the enclave; made where it is missing. */
  readonly target: string;
  /** Whether writes to it fail with EROFS; `false` when left out. */
  readonly readOnly?: boolean;
}

/** An empty directory of the enclave's own; it hides what the root has there, and is gone with the enclave. */
export interface TmpfsMount {
  readonly type: 'tmpfs';
  /** Absolute path in the enclave. */
  readonly target: string;
}

/** What an enclave is made of. */
export interface EnclaveOptions {
  /**
   * Absolute path of the host directory whose files the enclave's programs see as `/`; they can read all of it that the
   * user can, and write none of it: what they write is the enclave's own and gone with it.
   */
  readonly rootfs: string;
  /** More directories and files, over the root, in the order given. */
  readonly mounts?: readonly (HostMount | TmpfsMount)[];
  /** `'host'` (also when left out): programs use the host's network. `'none'`: there is none. */
  readonly network?: 'host' | 'none';
  /** Variables that every program starts with, over PATH, HOME and LANG; `undefined` takes one out. Nothing comes from `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What `uname -n` tells; `'occlum'` when left out. */
  readonly hostname?: string;
  /**
   * `false`: every system call of a program traps, and its code stays as it is in its file. Else (also when left out) `syscall`
   * instructions that a program runs often become jumps into the enclave's runtime, which makes its calls several times faster
   * and changes nothing else. Turn it off to debug a program, or to rule that out.
   */
  readonly rewriteCallSites?: boolean;
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

const KEYS = ['rootfs', 'mounts', 'network', 'env', 'hostname', 'rewriteCallSites', 'logLevel', 'logFile', 'preserve', 'kernelThread'];
/** As Debian's login gives it to root, so that programs of sbin are found too. */
const DEFAULT_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', LANG: 'C.UTF-8' };
/** Source: linux/include/uapi/linux/utsname.h, __NEW_UTS_LEN. */
const HOSTNAME_MAX = 64;
/** As many as the supervisor keeps. */
const PRESERVE_MAX = SupervisorLimits.restoreMax;

/** Options, checked and complete. */
export interface CheckedOptions {
  readonly attributes: Omit<EnclaveAttributes, 'store'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly kernelThread: 'worker' | 'main';
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
  const { mounts = [] } = options;
  if (!(mounts instanceof Array)) refuse('options.mounts', mounts, 'an array');
  return {
    attributes: {
      rootfs: checkPath('options.rootfs', options.rootfs),
      mounts: mounts.map((mount, index) => checkMount(`options.mounts[${index}]`, mount)),
      network: checkWord('options.network', options.network, ['host', 'none']),
      hostname,
      rewriteCallSites: checkSwitch('options.rewriteCallSites', options.rewriteCallSites, true),
      logLevel: checkWord('options.logLevel', options.logLevel, ['off', 'error', 'warn', 'info', 'debug', 'trace']),
      preserve: checkDescriptors('options.preserve', options.preserve ?? []),
      ...(options.logFile === undefined ? {} : { logFile: checkPath('options.logFile', options.logFile) }),
    },
    env: { ...DEFAULT_ENVIRONMENT, ...checkEnvironment('options.env', options.env) },
    kernelThread: checkWord('options.kernelThread', options.kernelThread, ['worker', 'main']),
  };
}

/**
 * Looks whether the host directories and files of an enclave are there, so that the error can name the option.
 *
 * @throws {@link ErrnoError} `ENOENT`, `ENOTDIR`, `EACCES` and others of `stat(2)`.
 */
export function checkHostPaths({ rootfs, mounts }: Pick<EnclaveAttributes, 'rootfs' | 'mounts'>): void {
  checkHostPath('rootfs', rootfs, 'a directory');
  for (const [index, { source }] of mounts.entries()) if (source !== undefined) checkHostPath(`mounts[${index}].source`, source, 'a directory or regular file');
}

function checkHostPath(place: string, path: string, wanted: 'a directory' | 'a directory or regular file'): void {
  let code: ErrnoName = 'ENOTDIR';
  try {
    const seen = statSync(path);
    if (seen.isDirectory() || (wanted !== 'a directory' && seen.isFile())) return;
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

function checkMount(place: string, mount: HostMount | TmpfsMount): MountAttributes {
  checkKeys(place, mount, ['type', 'source', 'target', 'readOnly']);
  const type = checkWord(`${place}.type`, mount.type, ['host', 'tmpfs']);
  const target = checkPath(`${place}.target`, mount.target);
  if (target === '/') refuse(`${place}.target`, target, 'a directory below "/", which options.rootfs is for');
  if (mount.type === 'tmpfs') return { type: 'tmpfs', target, readOnly: false };
  const { source, readOnly } = mount;
  return { type, source: checkPath(`${place}.source`, source), target, readOnly: checkSwitch(`${place}.readOnly`, readOnly, false) };
}

import { readFileSync } from 'node:fs';

import type { Config } from '@occlum/config';
import { ErrnoError } from '@occlum/errno';
import { verifyEnclave } from '@occlum/image';
import type { NodeReference, VerifiedEnclave } from '@occlum/image';

import { hashFiles, measureRecord, sha256 } from './enclave-record.js';
import type { EnclaveRecord, FileHashes, KernelForm, SystemFile, SystemFiles } from './enclave-record.js';
import { builtFiles, instanceFiles, restoreBuild } from './instance-files.js';

/** An instance whose measurement and signature hold. */
export interface VerifiedInstance {
  /** Host directory of the instance. */
  readonly directory: string;
  /** What its signature says. */
  readonly identity: VerifiedEnclave;
  /** As it was measured: defaults filled in, sizes in bytes, spans of time in milliseconds. */
  readonly config: Config;
  /** Whether it is a release enclave, which nobody may debug and which writes no log. */
  readonly isRelease: boolean;
  /** Its files, and what they are checked against when they are opened. */
  readonly image: { readonly root: string; readonly tree: string; readonly reference: NodeReference };
}

/**
 * Verifies everything of an instance that can be verified before anything of it runs: the signature, and that
 * configuration, hash tree, kernel and runtime are those that were measured. Its files are checked by the tree when they are opened.
 *
 * @param directory - Absolute host path.
 * @param system - What this host would run it with: the form of the kernel that is loaded, and the runtime.
 * @throws {@link ErrnoError} `ENOENT` when it was not built; `EACCES` when something was changed, or built with another
 * version, with the part that it is.
 */
export function openInstance(directory: string, system: SystemFiles): VerifiedInstance {
  const files = builtFiles(instanceFiles(directory).build);
  const identity = readIdentity(directory);
  const record = readRecord(directory, files.record, identity);
  const configuration = readBuilt(directory, files.configuration);
  if (sha256(configuration) !== record.configuration) throw refused(`the configuration ${files.configuration} is not the one that was measured; build again`);
  if (sha256(readBuilt(directory, files.tree)) !== record.image.tree) throw refused(`the hash tree of the image, ${files.tree}, is not the one that was measured; build again`);
  for (const form of Object.keys(system.kernel) as KernelForm[]) checkKernel(form, system, record);
  checkFiles('the enclave runtime', system.runtime, record.runtime);
  // Its bytes were measured, so `build` wrote them.
  const config = JSON.parse(configuration.toString('utf8')) as Config;
  const { debuggable } = config.metadata;
  if (identity.isDebuggable !== debuggable) throw refused(`the signature is of ${identity.isDebuggable ? 'a debuggable' : 'a release'} enclave, and the configuration says debuggable: ${String(debuggable)}`);
  const { offset, length, hash } = record.image;
  return { directory, identity, config, isRelease: !debuggable, image: { root: files.root, tree: files.tree, reference: { offset, length, hash } } };
}

/**
 * What the signature of a built instance says, whatever became of the rest.
 *
 * @throws {@link ErrnoError} `ENOENT` when it was not built; `EACCES` when the signature does not hold.
 */
export function readIdentity(directory: string): VerifiedEnclave {
  restoreBuild(directory);
  return verifyEnclave(readBuilt(directory, builtFiles(instanceFiles(directory).build).signature));
}

function readRecord(directory: string, file: string, identity: VerifiedEnclave): EnclaveRecord {
  const bytes = readBuilt(directory, file);
  const wrong = `the record ${file} is not the one that was signed; build again`;
  try {
    const record = JSON.parse(bytes.toString('utf8')) as EnclaveRecord;
    if (measureRecord(record) === identity.measurement) return record;
  } catch (cause) {
    throw refused(wrong, cause);
  }
  throw refused(wrong);
}

function checkKernel(form: KernelForm, system: SystemFiles, record: EnclaveRecord): void {
  const { version = '', files = [] } = system.kernel[form] ?? {};
  const measured = record.kernel[form];
  if (measured === undefined) throw refused(`the instance was built without the LibOS kernel as a ${form}; build again`);
  if (measured.version !== version) throw refused(`the instance was built with version ${measured.version} of the LibOS kernel, this is ${version}; build again, or run it with that version`);
  checkFiles('the LibOS kernel', files, measured.files);
}

function checkFiles(part: string, own: readonly SystemFile[], measured: FileHashes): void {
  const hashes = hashFiles(own);
  const changed = own.filter(({ name }) => hashes[name] !== measured[name]).map(({ path }) => path);
  const missing = Object.keys(measured).filter((name) => hashes[name] === undefined);
  const [first] = [...changed, ...missing];
  if (first !== undefined) throw refused(`${part} is not the one that was measured: ${first}; build again if this one is to be trusted`);
}

function readBuilt(directory: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ErrnoError('ENOENT', { detail: `${directory} was not built, or not completely: there is no ${file} (occlum build)`, cause });
    throw new ErrnoError('EACCES', { detail: message, cause });
  }
}

function refused(detail: string, cause?: unknown): ErrnoError {
  return new ErrnoError('EACCES', { syscall: 'verify', detail, cause });
}

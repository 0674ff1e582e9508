import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { canonicalJson, measure } from '@occlum/image';
import type { NodeReference } from '@occlum/image';

/** A file of the host that an enclave is made of. */
export interface SystemFile {
  /** The same on every host. */
  readonly name: string;
  readonly path: string;
}

/** One form of the LibOS's kernel. */
export interface KernelFiles {
  readonly version: string;
  readonly files: readonly SystemFile[];
}

/** Forms in which a host loads the LibOS's kernel: the bundle of the `occlum` command, and the packages of a Node program. */
export type KernelForm = 'command' | 'library';

/** What an enclave is made of besides its instance. */
export interface SystemFiles {
  /** The forms to measure, or the one that runs. */
  readonly kernel: Readonly<Partial<Record<KernelForm, KernelFiles>>>;
  /** Runtime, supervisor and addon. */
  readonly runtime: readonly SystemFile[];
}

/** SHA-256 of files by their names, 64 hexadecimal digits each. */
export type FileHashes = Readonly<Record<string, string>>;

/** What was measured, by parts: `build/enclave.json`. */
export interface EnclaveRecord {
  readonly kernel: Readonly<Partial<Record<KernelForm, { readonly version: string; readonly files: FileHashes }>>>;
  readonly runtime: FileHashes;
  /** SHA-256 of the configuration's bytes. */
  readonly configuration: string;
  /** Where the root of the hash tree stands, and the SHA-256 of the tree's file. */
  readonly image: NodeReference & { readonly tree: string };
}

/** The measurement that a record stands for: 64 hexadecimal digits. */
export function measureRecord({ kernel, runtime, configuration, image }: EnclaveRecord): string {
  const hashOf = (part: unknown): string => sha256(canonicalJson(part));
  return measure({ kernel: hashOf(kernel), runtime: hashOf(runtime), configuration, image: hashOf(image) });
}

/** @throws Node's `SystemError` where a file cannot be read. */
export function hashFiles(files: readonly SystemFile[]): FileHashes {
  return Object.fromEntries(files.map(({ name, path }) => [name, sha256(readFileSync(path))]));
}

/** 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

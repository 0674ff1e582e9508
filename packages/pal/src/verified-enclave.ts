import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pid } from 'node:process';

import { EnvironmentPolicy } from '@occlum/env';
import { ErrnoError } from '@occlum/errno';
import { markRunning, openInstance, runnersOf } from '@occlum/instance';
import type { VerifiedInstance } from '@occlum/instance';

import { enclaveOptionsOf } from './instance-options.js';
import type { EnclaveOptions } from './enclave-options.js';
import type { InstanceOptions } from './instance-options.js';
import { measuredEnvironment } from './program-environment.js';
import type { Environment } from './program-environment.js';
import { systemFiles } from './system-files.js';

/** What an enclave of an instance is booted with. */
export interface VerifiedEnclave {
  readonly instance: VerifiedInstance;
  readonly options: EnclaveOptions;
  readonly environment: Environment;
  /** Says that the instance is running; what it gives takes that back. */
  readonly mark: () => () => void;
}

/**
 * Verifies an instance, and says what its enclave is.
 *
 * @throws {@link ErrnoError} as `Enclave.fromInstance`.
 */
export function verifyInstance(directory: string, options: InstanceOptions): VerifiedEnclave {
  const instance = openInstance(directory, options.system ?? systemFiles());
  const enclave = enclaveOptionsOf(instance, options);
  const [running] = enclave.writableLayer === undefined || enclave.readOnly === true ? [] : runnersOf(directory);
  if (running !== undefined) throw new ErrnoError('EBUSY', { syscall: 'init', detail: `the instance is running already, as process ${running}, and what its programs write has room for one` });
  makeParents(enclave);
  return {
    instance,
    options: enclave,
    environment: measuredEnvironment(EnvironmentPolicy.parse(instance.config.env), options.hostEnvironment ?? []),
    mark: () => markRunning(directory, pid),
  };
}

/** Where layers are kept that are made at the first run. */
function makeParents({ writableLayer, mounts = [] }: EnclaveOptions): void {
  const uppers = [writableLayer, ...mounts.map((mount) => (mount.type === 'union' ? mount.upper : undefined))];
  for (const upper of uppers) {
    try {
      if (upper !== undefined) mkdirSync(dirname(upper), { recursive: true });
    } catch {
      // What cannot be made is told of when the layer is opened.
    }
  }
}

import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { ErrnoError } from '@occlum/errno';

/** Names of a configuration, the first that is there counts. */
export const CONFIGS = ['Occlum.json', 'Occlum.yaml', 'Occlum.yml'] as const;

/** Where the parts of an instance lie, as Occlum names them where it has them too. */
export interface InstanceFiles {
  readonly directory: string;
  /** What the author of the instance puts together: the files of the enclave. */
  readonly image: string;
  /** What `build` makes of it. */
  readonly build: string;
  /** What programs write, and who runs. */
  readonly run: string;
  /** Where a build is for the moment in which another takes its place. */
  readonly replaced: string;
  readonly marker: string;
  /** The key that is made for an instance whose author names none. */
  readonly signKey: string;
}

/** The parts of what `build` makes. */
export interface BuiltFiles {
  /** The files of the enclave, as they were measured. */
  readonly root: string;
  /** Their hash tree. */
  readonly tree: string;
  /** The configuration in the one form that is measured. */
  readonly configuration: string;
  /** Where its author wrote what is in it; not measured, since nothing but messages goes by it. */
  readonly places: string;
  /** What was measured, by parts. */
  readonly record: string;
  readonly signature: string;
  /** What upstream's signing tool would be given. */
  readonly enclaveXml: string;
}

/** Where the parts of an instance lie. */
export function instanceFiles(directory: string): InstanceFiles {
  return {
    directory,
    image: join(directory, 'image'),
    build: join(directory, 'build'),
    run: join(directory, 'run'),
    replaced: join(directory, '.replaced-build'),
    marker: join(directory, '.__occlum_status'),
    signKey: join(directory, 'sign-key.pem'),
  };
}

/** Puts a build back that was taken away by one that was killed before its own took its place. */
export function restoreBuild(directory: string): void {
  const { build, replaced } = instanceFiles(directory);
  if (!existsSync(build) && existsSync(replaced)) renameSync(replaced, build);
}

/** Where the parts of a build lie. */
export function builtFiles(build: string): BuiltFiles {
  return {
    root: join(build, 'mount', '__ROOT'),
    tree: join(build, 'mount', '__ROOT.tree'),
    configuration: join(build, '.Occlum_sys.json'),
    places: join(build, '.Occlum_places.json'),
    record: join(build, 'enclave.json'),
    signature: join(build, 'enclave.sig'),
    enclaveXml: join(build, 'Enclave.xml'),
  };
}

/**
 * Name of the configuration of an instance.
 *
 * @throws {@link ErrnoError} `ENOENT` when it has none.
 */
export function configName(directory: string): string {
  const name = CONFIGS.find((one) => existsSync(join(directory, one)));
  if (name === undefined) throw new ErrnoError('ENOENT', { detail: `${directory} has no ${CONFIGS[0]}` });
  return name;
}

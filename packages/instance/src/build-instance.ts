import type { KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pid } from 'node:process';

import type { Config, ConfigProblem } from '@occlum/config';
import { canonicalJson, signEnclave, writeImageTree } from '@occlum/image';

import type { ConfigPlaces } from './config-places.js';
import { copyImage } from './copy-image.js';
import { enclaveXml } from './enclave-xml.js';
import { hashFiles, measureRecord, sha256 } from './enclave-record.js';
import type { EnclaveRecord, SystemFiles } from './enclave-record.js';
import { scanImage } from './image-scan.js';
import { InstanceError } from './instance-error.js';
import { builtFiles, configName, instanceFiles } from './instance-files.js';
import type { InstanceFiles } from './instance-files.js';
import { instanceStatus, runnersOf, writeStatus } from './instance-status.js';
import { loadConfigPackage } from './load-config.lazy.js';
import { missingLibraries } from './missing-libraries.js';
import { missingSources } from './missing-sources.js';
import { readIdentity } from './open-instance.js';
import { isAlive, processName } from './runner.js';
import { ownSignKey, readSignKey } from './sign-key.js';

/** How far a build is. */
export interface BuildProgress {
  readonly step: 'copying' | 'hashing' | 'signing';
  /** Bytes of files that are done, and that there are. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** How an instance is built. */
export interface BuildOptions {
  /** What this host would run it with. */
  readonly system: SystemFiles;
  /** PEM of the private key; a key of the instance's own when left out. */
  readonly signKey?: string;
  /** Throws away what programs of the instance have written. */
  readonly discardsWritten?: boolean;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/** What a build made. */
export interface BuiltInstance {
  readonly measurement: string;
  readonly signer: string;
  /** Keys without effect, choices that weaken the enclave, and directories of the host that are not there. */
  readonly notices: readonly ConfigProblem[];
  /** What programs of the image lack, and that a key was made; a line each. */
  readonly notes: readonly string[];
}

/**
 * Builds an instance: checks its configuration, copies and hashes its image, measures and signs. It takes effect at its end,
 * all at once: a build that fails or is interrupted leaves the one before.
 *
 * @param directory - Absolute host path.
 * @throws ConfigError of `@occlum/config` with every mistake of the configuration; {@link InstanceError} with all else that
 * keeps it from being built; ErrnoError `ENOENT` when the directory is no instance; Node's `SystemError`.
 */
export async function buildInstance(directory: string, options: BuildOptions): Promise<BuiltInstance> {
  const files = instanceFiles(directory);
  instanceStatus(directory);
  const name = configName(directory);
  const { readConfig } = await loadConfigPackage();
  const { config, notices, places } = readConfig(readFileSync(join(directory, name), 'utf8'), name);
  if (!existsSync(files.image)) throw new InstanceError([`${files.image} is not there, which has the files of the enclave`]);
  refuseWhileRunning(directory);
  const given = options.signKey === undefined ? undefined : readSignKey(options.signKey);
  const { key, isNew } = given === undefined ? await ownSignKey(files.signKey) : { key: given, isNew: false };
  removeLeftovers(directory);
  const fresh = mkdtempSync(join(directory, `${UNFINISHED}${processName(pid)}-`));
  try {
    const notes = await fill(fresh, { directory, config, places: { file: name, places }, key, options });
    refuseWhileRunning(directory);
    replace(files, fresh);
    if (options.discardsWritten === true) rmSync(files.run, { recursive: true, force: true });
    mkdirSync(files.run, { recursive: true });
    writeStatus(directory, 'built');
    const { measurement, signer } = readIdentity(directory);
    const keyNote = isNew ? [`${files.signKey} was made to sign this instance with, keep it; --sign-key takes another`] : [];
    return { measurement, signer, notices: [...notices, ...missingSources(config, { file: name, places }, directory)], notes: [...notes, ...keyNote] };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** What goes into a build. */
interface Parts {
  readonly directory: string;
  readonly config: Config;
  readonly places: ConfigPlaces;
  readonly key: KeyObject;
  readonly options: BuildOptions;
}

/** A folder that a build is made in: this, the name of its process, and some letters. */
const UNFINISHED = '.build-';
const UNFINISHED_NAME = /^\.build-(.*)-\w+$/;

/** Makes all files of a build. */
async function fill(fresh: string, { directory, config, places, key, options: { system, onProgress } }: Parts): Promise<string[]> {
  const { image } = instanceFiles(directory);
  const files = builtFiles(fresh);
  const { bytes: totalBytes, programs } = await scanImage(image);
  const tell = (step: BuildProgress['step'], bytes: number): void => onProgress?.({ step, bytes, totalBytes });
  mkdirSync(join(fresh, 'mount'));
  for (const folder of [fresh, join(fresh, 'mount')]) chmodSync(folder, 0o755);
  let copied = 0;
  tell('copying', 0);
  await copyImage(image, files.root, (bytes) => { tell('copying', (copied += bytes)); });
  tell('hashing', 0);
  const node = await writeImageTree(files.root, files.tree, { onProgress: ({ bytes }) => { tell('hashing', bytes); } });
  tell('signing', totalBytes);
  // Where editors find the schema is no part of the enclave.
  const configuration = canonicalJson({ ...config, $schema: undefined });
  const record: EnclaveRecord = {
    kernel: Object.fromEntries(Object.entries(system.kernel).map(([form, { version, files: own }]) => [form, { version, files: hashFiles(own) }])),
    runtime: hashFiles(system.runtime),
    configuration: sha256(configuration),
    image: { ...node, tree: sha256(readFileSync(files.tree)) },
  };
  const { product_id: productId, version_number: securityVersion, debuggable: isDebuggable } = config.metadata;
  const signature = signEnclave({ measurement: measureRecord(record), productId, securityVersion, isDebuggable }, key);
  for (const [file, content] of [[files.configuration, configuration], [files.places, canonicalJson(places)], [files.record, canonicalJson(record)], [files.signature, signature], [files.enclaveXml, enclaveXml(config)]] as const) {
    writeFileSync(file, content);
  }
  // Whoever may run it has to read it, whatever the umask.
  for (const file of [files.tree, files.configuration, files.places, files.record, files.signature, files.enclaveXml]) chmodSync(file, 0o644);
  return missingLibraries(files.root, programs);
}

function refuseWhileRunning(directory: string): void {
  const [pid] = runnersOf(directory);
  if (pid !== undefined) throw new InstanceError([`the instance is running (process ${pid}), stop it first`]);
}

/** Puts a finished build in the place of the one before. */
function replace({ build, replaced: old }: InstanceFiles, fresh: string): void {
  if (existsSync(build)) renameSync(build, old);
  renameSync(fresh, build);
  rmSync(old, { recursive: true, force: true });
}

/** What builds left that were killed. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, maker] = UNFINISHED_NAME.exec(name) ?? [];
    if (maker !== undefined && !isAlive(maker)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

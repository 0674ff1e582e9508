import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ErrnoError } from '@occlum/errno';

import { instanceFiles, restoreBuild } from './instance-files.js';
import { isAlive, processName } from './runner.js';

/** What an instance is at, as Occlum's marker file has it. */
export type InstanceStatus = 'initialized' | 'built' | 'running';

/** Folder in `run` with a file for each process that runs a program of the instance. */
const RUNNERS = '.runners';

/**
 * What an instance is at. `running` holds as long as a process runs it: one that was killed leaves no trace.
 *
 * @throws {@link ErrnoError} `ENOENT` when the directory is no instance.
 */
export function instanceStatus(directory: string): InstanceStatus {
  const { marker, build } = instanceFiles(directory);
  const written = readMarker(marker, directory);
  restoreBuild(directory);
  const actual = runnersOf(directory).length > 0 ? 'running' : existsSync(build) ? 'built' : 'initialized';
  if (actual !== written) writeStatus(directory, actual);
  return actual;
}

/** Writes the marker; where this user may not, it stays as it is. */
export function writeStatus(directory: string, status: InstanceStatus): void {
  const { marker } = instanceFiles(directory);
  try {
    const fresh = `${marker}.${randomUUID()}`;
    writeFileSync(fresh, `${status}\n`, { mode: 0o644 });
    renameSync(fresh, marker);
  } catch {
    // An instance of somebody else, which this user may run all the same.
  }
}

/**
 * Says that a process runs a program of the instance.
 *
 * @returns Takes it back.
 */
export function markRunning(directory: string, pid: number): () => void {
  const folder = join(instanceFiles(directory).run, RUNNERS);
  const file = join(folder, processName(pid));
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, '');
  } catch {
    return () => undefined;
  }
  writeStatus(directory, 'running');
  return () => {
    rmSync(file, { force: true });
    instanceStatus(directory);
  };
}

/** Process ids of those who run programs of the instance now. What dead ones left is removed. */
export function runnersOf(directory: string): number[] {
  const folder = join(instanceFiles(directory).run, RUNNERS);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((one) => !isAlive(one))) rmSync(join(folder, name), { force: true });
  return names.filter(isAlive).map((name) => Number.parseInt(name, 10));
}

function readMarker(marker: string, directory: string): string {
  try {
    return readFileSync(marker, 'utf8').trim();
  } catch (cause) {
    throw new ErrnoError('ENOENT', { detail: `${directory} is no Occlum instance, it has no .__occlum_status (make one: occlum new DIR)`, cause });
  }
}

import { AT_FDCWD, FlockOperation, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding, HostBinding } from '@occlum/native';

import { bytesOf, cString } from '../byte-string.js';
import { parseEntries } from '../host/host-entries.js';
import type { DirectoryEntry } from '../inode.js';
import { decodeLines } from './layer-rows.js';
import { NAMES_FILE, readAll } from './layer-journal.js';
import { LayerState } from './layer-state.js';

/** The host calls that keeping a layer needs. */
export type KeptBinding = FileBinding & Pick<HostBinding, 'flock'>;

/** Directory of the files' bytes, and the file that says who has the layer. */
const FILES = 'files';
const OWNER = 'owner';
const DIRECTORY = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
const ENTRIES_BYTES = 32768;

/** A layer of an earlier run, or a new one, that nobody else has. */
export interface KeptLayer {
  /** Descriptor of its directory, which is locked by it. */
  readonly directory: number;
  /** Descriptor of the directory of the files' bytes. */
  readonly files: number;
  readonly state: LayerState;
  /** Numbers of files that are there. */
  readonly stored: readonly number[];
}

/**
 * Opens the directory of a layer, which is made where it is missing, and locks it.
 *
 * Errors: those of the host; `EBUSY` another enclave has it; `EUCLEAN` what is in it is not what was written.
 *
 * @param path - Absolute host path, as a byte string.
 * @param owner - Process that has it from now on, for those who ask.
 */
export function openKeptLayer(binding: KeptBinding, path: string, owner: number): KeptLayer | number {
  const made = binding.mkdirat(AT_FDCWD, cString(path), 0o700);
  if (made < 0 && made !== -Errno.EEXIST) return made;
  const directory = binding.openat(AT_FDCWD, cString(path), DIRECTORY, 0, 0);
  if (directory < 0) return directory;
  const layer = openLocked(binding, directory, owner);
  if (typeof layer === 'number') binding.close(directory);
  return layer;
}

function openLocked(binding: KeptBinding, directory: number, owner: number): KeptLayer | number {
  const locked = binding.flock(directory, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
  if (locked < 0) return locked === -Errno.EAGAIN ? -Errno.EBUSY : locked;
  const state = readState(binding, directory);
  if (typeof state === 'number') return state;
  const made = binding.mkdirat(directory, cString(FILES), 0o700);
  if (made < 0 && made !== -Errno.EEXIST) return made;
  const files = binding.openat(directory, cString(FILES), DIRECTORY | OpenFlags.O_NOFOLLOW, 0, 0);
  if (files < 0) return files;
  writeOwner(binding, directory, owner);
  return { directory, files, state, stored: numbersIn(binding, files) };
}

function readState(binding: FileBinding, directory: number): LayerState | number {
  const bytes = readAll(binding, directory, NAMES_FILE);
  if (bytes === -Errno.ENOENT) return new LayerState([]);
  if (typeof bytes === 'number') return bytes;
  const lines = decodeLines(bytes);
  return lines === undefined ? -Errno.EUCLEAN : new LayerState(lines.transactions);
}

/** Only told to people: the lock is what counts. */
function writeOwner(binding: FileBinding, directory: number, owner: number): void {
  const file = binding.openat(directory, cString(OWNER), OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0o600, 0);
  if (file < 0) return;
  binding.write(file, bytesOf(`${owner}\n`));
  binding.close(file);
}

function numbersIn(binding: FileBinding, directory: number): number[] {
  const entries: DirectoryEntry[] = [];
  const records = new Uint8Array(ENTRIES_BYTES);
  for (let count; (count = binding.getdents(directory, records)) > 0;) parseEntries(records.subarray(0, count), entries);
  return entries.map(({ name }) => Number(name)).filter((number) => Number.isSafeInteger(number) && number > 0);
}

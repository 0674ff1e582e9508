import { FileMode, OpenFlags } from '@occlum/abi';
import { PROGRAM_HEAD_BYTES, readElf } from '@occlum/elf';
import type { ElfImage, ProgramFile } from '@occlum/elf';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import type { Location } from '../fs/location.js';
import { EXECUTE, checkAccess } from '../fs/permissions.js';
import { isError } from '../fs/result.js';
import type { PathCaller } from '../fs/path-caller.js';
import type { Vfs } from '../fs/vfs.js';
import { planLoad } from './elf/load-plan.js';
import type { LoadPlan, RandomBelow } from './elf/load-plan.js';
import { readScriptLine } from './elf/script-line.js';

/** Scripts that lead to scripts. Source: linux/fs/exec.c, `exec_binprm`. */
const SCRIPT_DEPTH = 5;

/** Images that are remembered. */
const CACHE_SIZE = 256;

/** A program that is ready to be mapped. */
export interface Program {
  /** A negative error number where it cannot be mapped: Linux finds that out when there is no way back. */
  readonly plan: LoadPlan | number;
  /** Descriptors of the program, and of its interpreter if any; the holder closes them. */
  readonly files: readonly number[];
  readonly location: Location;
  /** For a script, what comes before the caller's second argument; else empty. */
  readonly scriptArguments: readonly string[];
}

/** Opens programs and decides how they are mapped. */
export class ProgramLoader {
  readonly #vfs: Vfs;
  readonly #host: FileBinding;
  readonly #random: RandomBelow;
  /** Images by the identity of their file. */
  readonly #images = new Map<string, ElfImage>();

  constructor(vfs: Vfs, host: FileBinding, random: RandomBelow) {
    this.#vfs = vfs;
    this.#host = host;
    this.#random = random;
  }

  /**
   * Opens a program.
   *
   * Errors, in the order Linux checks them: `EACCES` no regular file, or it may not be executed; `ENOEXEC` neither script
   * nor program; `ELOOP` scripts of scripts of scripts; those of looking up an interpreter; `ELIBBAD` an interpreter that
   * is no ELF.
   *
   * Source: linux/fs/exec.c, `do_open_execat` and `exec_binprm`; linux/fs/binfmt_elf.c.
   *
   * @param caller - Who executes.
   * @param location - What.
   * @param path - Path of it as a script's interpreter is to get it.
   */
  async load(caller: PathCaller, location: Location, path: string): Promise<Program | number> {
    let current = location;
    let name = path;
    let before: readonly string[] = [];
    for (let depth = 0; depth <= SCRIPT_DEPTH; depth++) {
      const file = await this.#open(caller, current);
      if (typeof file === 'number') return file;
      const script = this.#script(file);
      if (script === undefined) return this.#loadElf(caller, current, file, before.length === 0 ? [] : [...before, path]);
      this.#host.close(file.descriptor);
      if (typeof script === 'number') return script;
      before = [script.interpreter, ...(script.argument === undefined ? [] : [script.argument]), ...before];
      name = script.interpreter;
      const found = this.#vfs.lookup(caller, name, { follow: true });
      if (isError(found)) return found;
      current = found;
    }
    return -Errno.ELOOP;
  }

  #script(file: OpenProgram): ReturnType<typeof readScriptLine> {
    const head = file.read(0, PROGRAM_HEAD_BYTES);
    if (typeof head === 'number') return head;
    return head.length === 0 ? -Errno.ENOEXEC : readScriptLine(head);
  }

  async #loadElf(caller: PathCaller, location: Location, file: OpenProgram, scriptArguments: readonly string[]): Promise<Program | number> {
    const image = this.#image(location, file);
    if (typeof image === 'number') return this.#refuse(image, file);
    if (image.interpreter === undefined) return this.#finish(location, scriptArguments, image, [file], undefined);

    const found = this.#vfs.lookup(caller, image.interpreter, { follow: true });
    if (isError(found)) return this.#refuse(found, file);
    const interpreterFile = await this.#open(caller, found);
    if (typeof interpreterFile === 'number') return this.#refuse(interpreterFile, file);
    const interpreter = this.#image(found, interpreterFile);
    if (typeof interpreter === 'number') {
      return this.#refuse(interpreter === -Errno.ENOEXEC ? -Errno.ELIBBAD : interpreter, file, interpreterFile);
    }
    return this.#finish(location, scriptArguments, image, [file, interpreterFile], interpreter);
  }

  #finish(
    location: Location,
    scriptArguments: readonly string[],
    image: ElfImage,
    files: readonly OpenProgram[],
    interpreter: ElfImage | undefined,
  ): Program {
    const plan = planLoad(image, interpreter, this.#random);
    return { plan, files: files.map(({ descriptor }) => descriptor), location, scriptArguments };
  }

  #refuse(error: number, ...files: readonly OpenProgram[]): number {
    for (const { descriptor } of files) this.#host.close(descriptor);
    return error;
  }

  async #open(caller: PathCaller, location: Location): Promise<OpenProgram | number> {
    const { inode } = location;
    if (inode.type !== 'file') return -Errno.EACCES;
    const denied = checkAccess(inode, EXECUTE, caller.credentials);
    if (denied !== 0 || (inode.mode & (FileMode.S_IXUSR | FileMode.S_IXGRP | FileMode.S_IXOTH)) === 0) return -Errno.EACCES;
    const opened = await inode.open({ flags: OpenFlags.O_RDONLY, credentials: caller.credentials, context: undefined });
    if (typeof opened === 'number') return opened;
    return opened.hostFd < 0 ? opened.hostFd : new OpenProgram(this.#host, opened.hostFd);
  }

  /** The image of a file, from memory where it was read before and has not changed. */
  #image({ inode }: Location, file: ProgramFile): ElfImage | number {
    const stat = inode.stat();
    if (typeof stat === 'number') return readElf(file);
    const key = `${stat.dev}:${stat.ino}:${stat.mtime.sec}.${stat.mtime.nsec}:${stat.size}`;
    const known = this.#images.get(key);
    if (known !== undefined) return known;
    const image = readElf(file);
    if (typeof image === 'number') return image;
    const [oldest] = this.#images.keys();
    if (this.#images.size >= CACHE_SIZE && oldest !== undefined) this.#images.delete(oldest);
    this.#images.set(key, image);
    return image;
  }
}

/** A host descriptor of a program. */
class OpenProgram implements ProgramFile {
  readonly descriptor: number;
  readonly #host: FileBinding;

  constructor(host: FileBinding, descriptor: number) {
    this.#host = host;
    this.descriptor = descriptor;
  }

  read(offset: number, length: number): Uint8Array | number {
    const bytes = new Uint8Array(length);
    const count = this.#host.pread(this.descriptor, bytes, offset);
    return count < 0 ? count : bytes.subarray(0, count);
  }
}

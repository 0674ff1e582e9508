/** Makes a directory. */
export interface PlannedDirectory {
  readonly kind: 'directory';
  /** Host path of the one whose mode it gets; 0755 when left out. */
  readonly source?: string;
}

/** Makes a symbolic link. */
export interface PlannedLink {
  readonly kind: 'link';
  readonly target: string;
}

/** Copies a file. */
export interface PlannedFile {
  readonly kind: 'file';
  /** Absolute host path. */
  readonly source: string;
  /** SHA-256 that it has to have, in lower case. */
  readonly hash?: string;
  /** Whether it was found as a shared library that something needs. */
  readonly isLibrary?: true;
}

/** What an image is to have at a path. */
export type PlannedEntry = PlannedDirectory | PlannedLink | PlannedFile;

/** What an image is to have, by absolute path inside, those above first; a later entry takes the place of an earlier one. */
export class CopyPlan {
  readonly #entries = new Map<string, PlannedEntry>();

  get entries(): ReadonlyMap<string, PlannedEntry> {
    return this.#entries;
  }

  /** Sets what is at a path; a directory stays what it is, since what is in it was put there before. */
  set(path: string, entry: PlannedEntry): void {
    if (entry.kind === 'directory' && this.#entries.get(path)?.kind === 'directory' && entry.source === undefined) return;
    this.#entries.set(path, entry);
  }

  /** Makes a directory with those above it. */
  makeDirectory(path: string): void {
    const parts = path.split('/').filter((part) => part !== '');
    for (let depth = 0; depth <= parts.length; depth++) {
      const above = `/${parts.slice(0, depth).join('/')}`;
      // A link there may lead to a directory.
      if (this.#entries.get(above)?.kind !== 'link') this.set(above, { kind: 'directory' });
    }
  }
}

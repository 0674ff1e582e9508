/** Where a directory's list stands in the file of the tree, and what its bytes hash to. */
export interface NodeReference {
  /** Bytes from the start. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
}

/** A regular file. */
export interface ImageFile {
  readonly kind: 'file';
  /** Permission bits: 0o644, or 0o755 where its owner may execute it. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of its content, 64 hexadecimal digits. */
  readonly hash: string;
}

/** A directory. */
export interface ImageDirectory {
  readonly kind: 'directory';
  /** Permission bits: 0o755, and the sticky bit where it had one. */
  readonly mode: number;
  readonly node: NodeReference;
}

/** A symbolic link. */
export interface ImageLink {
  readonly kind: 'link';
  /** What it names: one character of 0 to 255 a byte. */
  readonly target: string;
}

/**
 * What an image has at a name. Owners and times are not in it, nor permission bits that a umask decides: the same files
 * measure the same whoever made them, and when.
 */
export type ImageEntry = ImageFile | ImageDirectory | ImageLink;

/** A directory's entries by name: one character of 0 to 255 a byte. */
export type ImageEntries = ReadonlyMap<string, ImageEntry>;

import { KeyObject } from 'node:crypto';

/** Where a directory's list stands in the file of the tree, and what its bytes hash to. */
interface NodeReference {
    /** Bytes from the start. */
    readonly offset: number;
    /** Bytes. */
    readonly length: number;
    /** SHA-256, 64 hexadecimal digits. */
    readonly hash: string;
}
/** A regular file. */
interface ImageFile {
    readonly kind: 'file';
    /** Permission bits: 0o644, or 0o755 where its owner may execute it. */
    readonly mode: number;
    /** Bytes. */
    readonly size: number;
    /** SHA-256 of its content, 64 hexadecimal digits. */
    readonly hash: string;
}
/** A directory. */
interface ImageDirectory {
    readonly kind: 'directory';
    /** Permission bits: 0o755, and the sticky bit where it had one. */
    readonly mode: number;
    readonly node: NodeReference;
}
/** A symbolic link. */
interface ImageLink {
    readonly kind: 'link';
    /** What it names: one character of 0 to 255 a byte. */
    readonly target: string;
}
/**
 * What an image has at a name. Owners and times are not in it, nor permission bits that a umask decides: the same files
 * measure the same whoever made them, and when.
 */
type ImageEntry = ImageFile | ImageDirectory | ImageLink;
/** A directory's entries by name: one character of 0 to 255 a byte. */
type ImageEntries = ReadonlyMap<string, ImageEntry>;

/** Reads bytes of a tree's file; fewer where it is shorter. */
type ReadAt = (offset: number, length: number) => Uint8Array;
/**
 * The tree that `writeImageTree` wrote, read list by list as they are asked for, each checked by the hash that the
 * list above has of it: so the hash of the root vouches for all.
 */
declare class ImageTree {
    #private;
    /** @param root - As it was measured. */
    constructor(readAt: ReadAt, root: NodeReference);
    /**
     * The entries of a directory.
     *
     * @param node - As the directory above has it; the root when left out.
     * @throws {@link ErrnoError} `EIO` when the tree was changed.
     */
    entries(node?: NodeReference): ImageEntries;
}

/** What an enclave is made of: SHA-256 of each part, 64 hexadecimal digits. */
interface MeasuredParts {
    /** The LibOS kernel, as it is loaded. */
    readonly kernel: string;
    /** Runtime, supervisor and addon. */
    readonly runtime: string;
    /** The configuration, as `canonicalJson` writes it. */
    readonly configuration: string;
    /** The root of the image's hash tree. */
    readonly image: string;
}
/**
 * The measurement of an enclave: SHA-256 over its parts, by name. It is what MRENCLAVE is for an enclave of SGX, for a
 * software enclave: nobody but this program vouches for it.
 *
 * @returns 64 hexadecimal digits.
 */
declare function measure({ kernel, runtime, configuration, image }: MeasuredParts): string;
/** JSON without blanks, keys in order: one text for one value. Members that are `undefined` are left out. */
declare function canonicalJson(value: unknown): string;

/** What a signature vouches for. */
interface EnclaveIdentity {
    /** As `measure` gives it. */
    readonly measurement: string;
    /** ISVPRODID, 0 to 65535. */
    readonly productId: number;
    /** ISVSVN, 0 to 65535. */
    readonly securityVersion: number;
    /** Whether it may be debugged and may log. */
    readonly isDebuggable: boolean;
}
/** A signature that holds: what it vouches for, and whose it is. */
interface VerifiedEnclave extends EnclaveIdentity {
    /** SHA-256 of the signer's modulus, as MRSIGNER is: 64 hexadecimal digits. */
    readonly signer: string;
}
/**
 * Signs an enclave, in the form of SGX: RSA of 3072 bits with exponent 3, PKCS #1 v1.5 over SHA-256. The same key and
 * identity give the same bytes.
 *
 * @param key - Private key, such as `openssl genrsa -3 3072` makes.
 * @returns The signature structure, 1808 bytes.
 * @throws {@link ErrnoError} `EINVAL` when the key is another.
 */
declare function signEnclave(identity: EnclaveIdentity, key: KeyObject): Buffer;
/**
 * Checks a signature.
 *
 * @throws {@link ErrnoError} `EACCES` when it is none or does not hold, with the reason.
 */
declare function verifyEnclave(structure: Uint8Array): VerifiedEnclave;

/** How far a tree is. */
interface TreeProgress {
    /** Entries that are done. */
    readonly entries: number;
    /** Bytes that were hashed. */
    readonly bytes: number;
}
/** How {@link writeImageTree} tells how far it is. */
interface WriteImageTreeOptions {
    /** Called after each entry. */
    readonly onProgress?: (progress: TreeProgress) => void;
}
/**
 * Hashes all files below a directory, and writes the tree of their hashes: a list for each directory, those below before
 * those above. It is the same for the same files, whatever their owners, times and places and the order they are read in.
 *
 * @param root - Host directory of the image. Nobody may change it meanwhile.
 * @param file - Where the tree goes; it is made, or overwritten.
 * @returns Where the list of the root stands: what is measured.
 * @throws {@link ErrnoError} `EINVAL` for a device, FIFO or socket, which an image cannot have. Node's `SystemError` where a
 * file cannot be read or the tree not written.
 */
declare function writeImageTree(root: string, file: string, { onProgress }?: WriteImageTreeOptions): Promise<NodeReference>;

export { type EnclaveIdentity, type ImageDirectory, type ImageEntries, type ImageEntry, type ImageFile, type ImageLink, ImageTree, type MeasuredParts, type NodeReference, type ReadAt, type TreeProgress, type VerifiedEnclave, type WriteImageTreeOptions, canonicalJson, measure, signEnclave, verifyEnclave, writeImageTree };

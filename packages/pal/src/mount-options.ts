import type { ImageAttributes, MountAttributes } from '@occlum/libos';

import { checkKeys, checkPath, checkSwitch, checkWord, refuse } from './option-checks.js';

/** A host directory, or one regular file of the host, that programs see in the enclave. What they write to it is written to the host. */
export interface HostMount {
  readonly type?: 'host';
  /** Absolute host path. */
  readonly source: string;
  /** Absolute path in the enclave; made where it is missing. */
  readonly target: string;
  /** Whether writes to it fail with EROFS; `false` when left out. */
  readonly readOnly?: boolean;
}

/** An empty directory of the enclave's own; it hides what the root has there, and is gone with the enclave. */
export interface TmpfsMount {
  readonly type: 'tmpfs';
  /** Absolute path in the enclave. */
  readonly target: string;
}

/** The hash tree of a host directory, as `writeImageTree` of `@occlum/image` makes it. */
export interface ImageSource {
  /** Absolute host path of the tree's file. */
  readonly tree: string;
  /** What `writeImageTree` gave: where the tree's root stands, and its hash. It comes from where nobody can change it. */
  readonly reference: ImageAttributes['reference'];
}

/** Files that programs write, over a host directory that they never change. */
export interface UnionMount {
  readonly type: 'union';
  /** Absolute path in the enclave. */
  readonly target: string;
  /** Absolute host path of the directory below; an empty one when left out. */
  readonly lower?: string;
  /** What every file of `lower` is checked against when it is opened: EIO where it was changed. */
  readonly image?: ImageSource;
  /** Absolute host path of the directory that keeps what programs write, as {@link EnclaveOptions.writableLayer} does. */
  readonly upper?: string;
  /** Whether writes to it fail with EROFS; `false` when left out. */
  readonly readOnly?: boolean;
}

/** One more place where programs see the enclave's processes (as in /proc) or its devices (as in /dev). */
export interface KernelMount {
  readonly type: 'proc' | 'dev';
  /** Absolute path in the enclave. */
  readonly target: string;
}

/** One mount over the root. */
export type EnclaveMount = HostMount | TmpfsMount | UnionMount | KernelMount;

const TYPES = ['host', 'tmpfs', 'union', 'proc', 'dev'] as const;

/** The options of each type. */
const KEYS: Readonly<Record<(typeof TYPES)[number], readonly string[]>> = {
  host: ['type', 'source', 'target', 'readOnly'],
  tmpfs: ['type', 'target'],
  union: ['type', 'target', 'lower', 'image', 'upper', 'readOnly'],
  proc: ['type', 'target'],
  dev: ['type', 'target'],
};
const ALL_KEYS = [...new Set(Object.values(KEYS).flat())];

/**
 * Checks one mount.
 *
 * @throws TypeError when something in it is wrong, with its place.
 */
export function checkMount(place: string, mount: EnclaveMount): MountAttributes {
  checkKeys(place, mount, ALL_KEYS);
  checkKeys(place, mount, KEYS[checkWord(`${place}.type`, mount.type, TYPES)]);
  const target = checkPath(`${place}.target`, mount.target);
  if (target === '/') refuse(`${place}.target`, target, 'a directory below "/", which options.rootfs is for');
  if (mount.type === undefined || mount.type === 'host') {
    const { source, readOnly } = mount;
    return { type: 'host', source: checkPath(`${place}.source`, source), target, readOnly: checkSwitch(`${place}.readOnly`, readOnly, false) };
  }
  if (mount.type === 'tmpfs') return { type: 'tmpfs', target, readOnly: false };
  return mount.type === 'union' ? checkUnion(place, mount, target) : { type: mount.type, target };
}

function checkUnion(place: string, { lower, image, upper, readOnly }: UnionMount, target: string): MountAttributes {
  if (lower === undefined && image !== undefined) refuse(`${place}.image`, image, 'left out without lower, whose files it is about');
  return {
    type: 'union',
    target,
    readOnly: checkSwitch(`${place}.readOnly`, readOnly, false),
    ...(lower === undefined ? {} : { lower: checkPath(`${place}.lower`, lower) }),
    ...(image === undefined ? {} : { image: checkImage(`${place}.image`, image) }),
    ...(upper === undefined ? {} : { upper: checkPath(`${place}.upper`, upper) }),
  };
}

/**
 * Checks where the hash tree of an image is.
 *
 * @throws TypeError when something in it is wrong, with its place.
 */
export function checkImage(place: string, image: ImageSource): ImageAttributes {
  checkKeys(place, image, ['tree', 'reference']);
  const at = `${place}.reference`;
  const { reference } = image;
  checkKeys(at, reference, ['offset', 'length', 'hash']);
  for (const name of ['offset', 'length'] as const) {
    if (!Number.isSafeInteger(reference[name]) || reference[name] < 0) refuse(`${at}.${name}`, reference[name], 'a number of bytes');
  }
  if (typeof reference.hash !== 'string' || !/^[0-9a-f]{64}$/.test(reference.hash)) refuse(`${at}.hash`, reference.hash, '64 hexadecimal digits');
  return { tree: checkPath(`${place}.tree`, image.tree), reference: { offset: reference.offset, length: reference.length, hash: reference.hash } };
}

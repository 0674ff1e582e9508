export type { ImageDirectory, ImageEntries, ImageEntry, ImageFile, ImageLink, NodeReference } from './image-entry.js';
export { ImageTree } from './image-tree.js';
export type { ReadAt } from './image-tree.js';
export { canonicalJson, measure } from './measurement.js';
export type { MeasuredParts } from './measurement.js';
export { signEnclave, verifyEnclave } from './sign-enclave.js';
export type { EnclaveIdentity, VerifiedEnclave } from './sign-enclave.js';
export { writeImageTree } from './write-image-tree.js';
export type { TreeProgress, WriteImageTreeOptions } from './write-image-tree.js';

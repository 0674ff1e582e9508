export type { CopyStep } from './apply-plan.js';
export { copyBom } from './copy-bom.js';
export type { CopyBomOptions, CopyReport } from './copy-bom.js';
export type { PlannedDirectory, PlannedEntry, PlannedFile, PlannedLink } from './copy-plan.js';

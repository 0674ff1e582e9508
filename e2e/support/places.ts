import { dirname, join } from 'node:path';

/** The clone. */
export const ROOT = dirname(dirname(import.meta.dirname));
/** The command, as a user starts it. */
export const OCCLUM = join(ROOT, 'packages', 'cli', 'bin', 'occlum.mjs');
/** C, Go and shell sources of programs that run in the LibOS. */
export const GUEST_SOURCES = join(ROOT, 'e2e', 'guest');
/** What is built from them. */
export const GUEST_BUILD = join(ROOT, 'e2e', 'build');
/** Holds nothing but a link to the Node that runs the tests. */
export const NODE_FOLDER = join(GUEST_BUILD, 'node');
export const EXAMPLES_BUILD = join(ROOT, 'examples', 'build');

/** Host directories that every program sees empty in the LibOS, so what a test keeps there needs a mount. */
const HIDDEN = ['/tmp/', '/run/', '/dev/', '/proc/', '/sys/'];

/** Whether a program in the LibOS sees this host path where `--rootfs /` is given. */
export function isVisible(path: string): boolean {
  return !HIDDEN.some((hidden) => path.startsWith(hidden));
}

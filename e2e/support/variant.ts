import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { getgid, getuid } from 'node:process';

import { onTestFinished } from 'vitest';

import { GUEST_BUILD } from './places.js';

/** Under whom, and under which refusals, programs are started: vitest.config.ts names a project after each. */
export const VARIANT = process.env['OCCLUM_E2E_VARIANT'] ?? 'self';
/** Whether programs run on the host itself: then only what holds for both is tested. */
export const NATIVE = process.env['OCCLUM_E2E_RUNNER'] === 'native';

/** Of Debian's nobody. */
const ORDINARY_ID = 65_534;

/** The user that programs are started as. */
export const UID = VARIANT === 'user' ? ORDINARY_ID : (getuid?.() ?? 0);
export const GID = VARIANT === 'user' ? ORDINARY_ID : (getgid?.() ?? 0);
/** Node's options that start a host program as that user. */
export const CREDENTIALS = VARIANT === 'user' ? { uid: UID, gid: GID } : {};
/** Flags of `occlum run` that make the variant. */
export const FLAGS: readonly string[] = VARIANT === 'trapped' ? ['--no-rewrite'] : [];
/** What goes before a host command of this variant. */
export const PREFIX: readonly string[] = VARIANT === 'container' ? [join(GUEST_BUILD, 'stock-container')] : [];

/**
 * Makes a host directory of the variant's user, below /var/tmp, which `--rootfs /` shows to the LibOS. It is removed
 * after the test.
 */
export function temporaryDirectory(): string {
  const path = mkdtempSync('/var/tmp/occlum-e2e-');
  chownSync(path, UID, GID);
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  });
  return path;
}

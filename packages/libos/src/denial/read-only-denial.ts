import { AT_FDCWD } from '@occlum/abi';
import type { ArgumentKind, PathArgument } from '@occlum/abi';

import { pathOf } from '../fs/location.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { EnclaveAttributes, MountAttributes } from '../kernel/attributes.js';
import type { Denial } from './denial.js';

/** A call that was answered EROFS. */
export interface RefusedCall {
  readonly name: string;
  readonly kinds: readonly ArgumentKind[];
  readonly values: readonly unknown[];
}

/**
 * The denial that an EROFS is; `undefined` where no option made the place read-only, as in /proc.
 *
 * @param attributes - What the enclave was booted with.
 */
export function readOnlyDenial(attributes: EnclaveAttributes, context: SyscallContext, call: RefusedCall): Denial | undefined {
  const object = pathOfCall(context, call);
  const index = attributes.mounts.findLastIndex(({ target }) => isBelow(object, target));
  const mount = attributes.mounts[index];
  const place = mount === undefined ? (attributes.readOnly === true ? 'readOnly' : undefined) : isReadOnly(mount) ? `mounts[${index}].readOnly` : undefined;
  if (place === undefined) return undefined;
  const shown = Buffer.from(object, 'latin1').toString();
  const hint = mount === undefined ? `nothing below "/" can be written: ${place} is true` : `nothing below ${mount.target} can be written: ${place} is true`;
  return { operation: call.name, object: shown, rule: 'readOnly', place, error: 'EROFS', pid: context.process.pid, hint };
}

/** Absolute path that a call was about, as its text says: links on the way are not followed. */
function pathOfCall(context: SyscallContext, { kinds, values }: RefusedCall): string {
  const { files } = context.process;
  const at = kinds.lastIndexOf('path');
  const text = at < 0 ? '' : (values[at] as PathArgument).read();
  const path = typeof text === 'string' ? text : '';
  if (path.startsWith('/')) return plain(path);
  const descriptor = at < 0 ? 0 : at - 1;
  const location = kinds[descriptor] === 'fd' && values[descriptor] !== AT_FDCWD ? context.object(descriptor)?.location : files.cwd;
  const base = location === undefined ? '' : pathOf(location, files.root).text;
  return plain(`${base}/${path}`);
}

function plain(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

function isReadOnly(mount: MountAttributes): boolean {
  return 'readOnly' in mount && mount.readOnly;
}

function isBelow(path: string, target: string): boolean {
  const bytes = Buffer.from(target).toString('latin1');
  return path === bytes || path.startsWith(`${bytes}/`);
}

import { OpenFlags } from '@occlum/abi';

/** What a guest may ask of a description of a file of the host. The rest is done by the LibOS, or not at all. */
const KEPT =
  3 | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_DSYNC | OpenFlags.O_SYNC | OpenFlags.O_DIRECT | OpenFlags.O_TRUNC;

/** Flags of a host open for a guest's open. */
export function hostFlags(flags: number): number {
  return (flags & KEPT) | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC;
}

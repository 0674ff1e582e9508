/** A command line that cannot be carried out; its message is for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Also of one that comes from the other bundle of this command, which has a class of its own. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === 'UsageError';
}

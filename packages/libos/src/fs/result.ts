/**
 * Whether a result is a negative error number.
 *
 * @param result - What an inner function gave: a value, or `-Errno.X`. A number is a value from 0 on.
 */
export function isError(result: unknown): result is number {
  return typeof result === 'number' && result < 0;
}

/**
 * Goes on with a value that may still be on its way. What does not wait stays synchronous: an async function would turn
 * every open of a file into a promise for the sake of the few that copy.
 *
 * @param value - A value, or a promise of one.
 * @param next - What to do with it.
 */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

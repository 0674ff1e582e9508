/** A text with variables that could not be expanded. */
export interface Unset {
  readonly unset: string;
}

const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}]*))?\})/g;

/**
 * Puts variables of the environment in: `$NAME`, `${NAME}`, `${NAME:-what it is when unset or empty}`; `$$` is a dollar sign.
 *
 * @returns The text, or the name of a variable that is not set.
 */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): string | Unset {
  let unset: string | undefined;
  const expanded = text.replace(VARIABLE, (whole, plain?: string, braced?: string, fallback?: string) => {
    if (whole === '$$') return '$';
    const name = plain ?? braced ?? '';
    const value = env[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) unset ??= name;
    return value ?? '';
  });
  return unset === undefined ? expanded : { unset };
}

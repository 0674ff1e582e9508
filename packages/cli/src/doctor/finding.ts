/** What was found about one thing that enclaves need of a host. */
export interface Finding {
  /** What it is about, for example `'landlock'`. */
  readonly name: string;
  /** `failure`: no program can run. `warning`: they can, with less than there could be. */
  readonly state: 'ok' | 'warning' | 'failure';
  /** What is there, in a few words. */
  readonly found: string;
  /** What that means for who runs programs; of what is as it should be often nothing. */
  readonly meaning?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const MARKS = { ok: 'ok  ', warning: 'warn', failure: 'FAIL' } as const;

/** One line for people. */
export function formatFinding({ name, state, found, meaning, remedy }: Finding): string {
  return `${MARKS[state]}  ${name.padEnd(12)}  ${[found, meaning].filter((part) => part !== undefined).join(': ')}${remedy === undefined ? '' : `; ${remedy}`}`;
}

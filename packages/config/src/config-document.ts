/** Where something stands in a configuration, as keys and indexes from its root on: `['mount', 0, 'type']`. */
export type ConfigPath = readonly (string | number)[];

/** Something that is wrong with the text itself: no value can be trusted then. */
export interface SyntaxProblem {
  readonly path: ConfigPath;
  /** Where in the text, in UTF-16 units from its start. */
  readonly offset: number;
  readonly message: string;
}

/** A configuration as it was read, with the places of all that is in it. */
export interface ConfigDocument {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  /**
   * Where something stands, in UTF-16 units from the start of the text: the name of a key, or the value below it. What is not
   * there stands where the nearest thing around it does.
   */
  offsetOf(path: ConfigPath, part: 'key' | 'value'): number;
}

/** Line and column of an offset, both from 1; a column counts UTF-16 units, as editors do. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

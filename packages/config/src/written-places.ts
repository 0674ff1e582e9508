import { formatPath } from './config-error.js';
import type { ConfigProblem } from './config-error.js';
import type { ConfigPath } from './config-document.js';
import type { Mistake } from './explain-issue.js';

/** Where each key and each item of a list stands, `'12:5'` (line and column, both from 1), by its path as {@link formatPath} has it. */
export type WrittenPlaces = Readonly<Record<string, string>>;

/**
 * Finds the place of everything that was written; a default has none.
 *
 * @param problem - Finds the place of one thing.
 */
export function writtenPlaces(written: unknown, problem: (mistake: Mistake) => ConfigProblem): WrittenPlaces {
  return Object.fromEntries(pathsBelow(written, []).map((path) => {
    const { line, column } = problem({ path, part: 'key', message: '' });
    return [formatPath(path), `${line}:${column}`];
  }));
}

function pathsBelow(value: unknown, path: ConfigPath): ConfigPath[] {
  if (typeof value !== 'object' || value === null) return [];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([step, below]) => [[...path, step], ...pathsBelow(below, [...path, step])]);
}

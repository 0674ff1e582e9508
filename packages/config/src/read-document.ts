import { z } from 'zod';

import { positionOf } from './config-document.js';
import type { ConfigDocument, ConfigPath } from './config-document.js';
import { ConfigError } from './config-error.js';
import type { ConfigProblem } from './config-error.js';
import { explainIssue } from './explain-issue.js';
import type { Mistake } from './explain-issue.js';
import { readJson } from './json-document.js';
import type { SchemaNode } from './schema-at.js';
import { readYaml } from './yaml-document.js';

/** What a file of some kind has to be. */
export interface DocumentRules<T> {
  /** Each rule's message says what would be right, as it follows "expected". */
  readonly schema: z.ZodType<T>;
  /** Brings what was written into the form of the schema, each value at its place. */
  readonly prepare?: (written: unknown) => unknown;
  /** Rules that speak of more than one value; asked once each value by itself is right. */
  readonly checks?: (value: T) => readonly Mistake[];
}

/** A file that keeps its rules. */
export interface CheckedDocument<T> {
  readonly value: T;
  /** The value as it was written, without defaults. */
  readonly written: unknown;
  /** A mistake, or a notice, with its place in the file. */
  readonly problem: (mistake: Mistake) => ConfigProblem;
}

/**
 * Reads a file of JSON (comments and trailing commas allowed) or YAML that has a schema.
 *
 * @param text - Content of the file; a byte order mark at its start is left out.
 * @param file - Its name, as messages are to have it. One that ends in `.yaml` or `.yml` is YAML, any other JSON.
 * @throws {@link ConfigError} with every mistake: in the syntax, or else of each value, or else of values that do not fit each other.
 *
 * @example
 * ```ts
 * import { readDocument } from '@occlum/config';
 * import { z } from 'zod';
 *
 * const schema = z.strictObject({ size: z.int({ error: 'an integer' }) }, { error: 'an object' });
 * readDocument('size: 5', 'box.yaml', { schema }).value.size; // => 5
 * ```
 */
export function readDocument<T>(text: string, file: string, { schema, prepare, checks }: DocumentRules<T>): CheckedDocument<T> {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const document = /\.ya?ml$/i.test(file) ? readYaml(source) : readJson(source);
  if (document.problems.length > 0) {
    throw new ConfigError(sorted(document.problems.map(({ path, offset, message }) => ({ file, ...positionOf(source, offset), path, message }))));
  }
  const problem = placing(document, source, file);
  const refuse = (mistakes: readonly Mistake[]): void => {
    if (mistakes.length > 0) throw new ConfigError(sorted(mistakes.map(problem)));
  };
  const written = prepare === undefined ? document.value : prepare(document.value);
  const result = schema.safeParse(written);
  if (!result.success) {
    const rules = toJsonSchema(schema);
    throw new ConfigError(sorted(oneEach(result.error.issues.flatMap((issue) => explainIssue(issue, written, rules))).map(problem)));
  }
  refuse(checks?.(result.data) ?? []);
  return { value: result.data, written, problem };
}

/** The rules as JSON Schema, draft 2020-12. */
export function toJsonSchema(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'inline' }) as SchemaNode;
}

/** In the order of the file. */
export function sorted(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** The first mistake of each place: a value of the wrong type breaks other rules too, which say nothing more. */
function oneEach(mistakes: readonly Mistake[]): Mistake[] {
  const places = new Set<string>();
  return mistakes.filter(({ path }) => {
    const place = JSON.stringify(path);
    return !places.has(place) && places.add(place);
  });
}

function placing(document: ConfigDocument, text: string, file: string): (mistake: { path: ConfigPath; part: 'key' | 'value'; message: string }) => ConfigProblem {
  return ({ path, part, message }) => ({ file, ...positionOf(text, document.offsetOf(path, part)), path, message });
}

import type { z } from 'zod';

import type { ConfigPath } from './config-document.js';
import { nearestName } from './nearest-name.js';
import { schemaAt, wordsAt } from './schema-at.js';
import type { SchemaNode } from './schema-at.js';
import { REFUSED_MOUNT_TYPES } from './schema/mount.js';
import { shownValue } from './shown-value.js';
import { valueAt } from './value-at.js';

/** A mistake, and whether the key or the value below it is one. */
export interface Mistake {
  readonly path: ConfigPath;
  readonly part: 'key' | 'value';
  readonly message: string;
}

/**
 * Says in words what a rule found wrong.
 *
 * @param root - The whole value that was checked.
 * @param rules - The rules that it was checked by.
 */
export function explainIssue(issue: z.core.$ZodIssue, root: unknown, rules: SchemaNode): Mistake[] {
  const path = issue.path as ConfigPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], root, rules));
  if (issue.code === 'invalid_union') return [unknownType(path, root, rules)];
  const value = valueAt(root, path);
  if (value === undefined && path.length > 0) return [{ path, part: 'value', message: `is missing, expected ${issue.message}` }];
  return [{ path, part: 'value', message: `expected ${issue.message}, got ${shownValue(value)}` }];
}

function unknownKey(path: ConfigPath, root: unknown, rules: SchemaNode): Mistake {
  const known = Object.keys(schemaAt(rules, root, path.slice(0, -1))?.properties ?? {});
  const meant = nearestName(String(path.at(-1)), known);
  return { path, part: 'key', message: `unknown key${meant === undefined ? `, there are ${known.join(', ')}` : ` (did you mean ${JSON.stringify(meant)}?)`}` };
}

function unknownType(path: ConfigPath, root: unknown, rules: SchemaNode): Mistake {
  const value = valueAt(root, path);
  const words = wordsAt(schemaAt(rules, root, path.slice(0, -1)), String(path.at(-1))).map(String);
  const expected = `expected one of ${words.join(', ')}`;
  if (value === undefined) return { path, part: 'value', message: `is missing, ${expected}` };
  const refused = typeof value === 'string' && Object.hasOwn(REFUSED_MOUNT_TYPES, value) ? REFUSED_MOUNT_TYPES[value] : undefined;
  const meant = typeof value === 'string' ? nearestName(value, words) : undefined;
  const hint = refused ?? (meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`);
  return { path, part: 'value', message: `${expected}, got ${shownValue(value)}${hint === undefined ? '' : ` (${hint})`}` };
}

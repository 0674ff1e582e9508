import { findNodeAtLocation, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';

import type { ConfigDocument, ConfigPath, SyntaxProblem } from './config-document.js';

/** Reads JSON with comments and trailing commas; two keys of one name are a mistake. */
export function readJson(text: string): ConfigDocument {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const problems: SyntaxProblem[] = errors
    .filter(({ offset }, index) => errors.findIndex((other) => other.offset === offset) === index)
    .map(({ error, offset }) => ({ path: [], offset, message: `is no JSON here: ${inWords(printParseErrorCode(error))}` }));
  return {
    value: root === undefined ? undefined : valueOf(root, [], problems),
    problems,
    offsetOf: (path, part) => offsetIn(root, path, part),
  };
}

/** `PropertyNameExpected` as `property name expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/** The value of a node. A key named `__proto__` is a key like any other. */
function valueOf(node: Node, path: ConfigPath, problems: SyntaxProblem[]): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child, index) => valueOf(child, [...path, index], problems));
  if (node.type !== 'object') return node.value;
  const members = new Map<string, unknown>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const place = [...path, name];
    if (members.has(name)) problems.push({ path: place, offset: key.offset, message: 'this key stands here twice' });
    members.set(name, valueOf(value, place, problems));
  }
  return Object.fromEntries(members);
}

function offsetIn(root: Node | undefined, path: ConfigPath, part: 'key' | 'value'): number {
  if (root === undefined) return 0;
  const found = findNodeAtLocation(root, [...path]);
  if (found === undefined) return path.length === 0 ? 0 : offsetIn(root, path.slice(0, -1), 'value');
  const key = found.parent?.type === 'property' ? found.parent.children?.[0] : undefined;
  return (part === 'key' ? key : undefined)?.offset ?? found.offset;
}

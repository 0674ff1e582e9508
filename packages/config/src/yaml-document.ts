import { isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';

import type { ConfigDocument, ConfigPath } from './config-document.js';

/** Reads YAML 1.2, core schema; two keys of one name are a mistake, as are aliases without end. */
export function readYaml(text: string): ConfigDocument {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, version: '1.2' });
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    path: [],
    offset: pos[0],
    message: `is no YAML here: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
  }));
  return { value: problems.length > 0 ? undefined : plainValue(document), problems, offsetOf: (path, part) => offsetIn(document.contents, path, part) };
}

/** The value as JSON would have it. */
function plainValue(document: Document): unknown {
  return document.toJS({ mapAsMap: false, maxAliasCount: 100 });
}

function offsetIn(root: Node | null, path: ConfigPath, part: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value === step : key === step));
      if (pair === undefined) return offset;
      offset = startOf(isLast && part === 'key' ? pair.key : pair.value) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

import type { ConfigPath } from './config-document.js';

/** The parts of JSON Schema (draft 2020-12) that the schema of a configuration has. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

/** The rule for what stands at a path of a value; a mount's is that of its type. `undefined` where there is none. */
export function schemaAt(root: SchemaNode, value: unknown, path: ConfigPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = alternative(root, value);
  let below = value;
  for (const step of path) {
    below = typeof below === 'object' && below !== null ? (below as Record<string | number, unknown>)[step] : undefined;
    const next: SchemaNode | undefined = typeof step === 'number' ? node?.items : Object.entries(node?.properties ?? {}).find(([name]) => name === step)?.[1];
    node = next && alternative(next, below);
  }
  return node;
}

/** Words that may stand at `key` of a node: of each of its alternatives. */
export function wordsAt(node: SchemaNode | undefined, key: string): unknown[] {
  return (node?.oneOf ?? (node === undefined ? [] : [node])).flatMap((one) => {
    const rule = one.properties?.[key];
    return rule?.const === undefined ? (rule?.enum ?? []) : [rule.const];
  });
}

/** Of several rules told apart by `type`, the one that a value names; all of them when it names none. */
function alternative(node: SchemaNode, value: unknown): SchemaNode {
  const type = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['type'] : undefined;
  return node.oneOf?.find(({ properties }) => properties?.['type']?.const === type) ?? node;
}

import { describe, expect, it } from 'vitest';

import { ConfigError, jsonSchema, readConfig } from '@occlum/config';

/** The schema as it is published, and for each of its rules a configuration that breaks that rule and no other. */
interface Rule {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Rule;
  readonly oneOf?: readonly Rule[];
}
type Path = readonly (string | number)[];
type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
interface Mutation {
  /** Which rule it breaks: where that stands in the schema, and its keyword. */
  readonly rule: string;
  readonly value: Value;
  readonly path: Path;
  readonly part: 'key' | 'value';
}

const EXAMPLES: readonly (readonly [RegExp, string])[] = [
  [/B\|KB/, '64MB'],
  [/ms\|s/, '2s'],
  [/\[\^=.*=/, 'NAME=value'],
  [/\[\^=/, 'NAME'],
  [/0x/, '0xff'],
  [/\\\.\\\./, '/'],
  [/:\\d\+\\\/\\d/, '0-3,8'],
  [/\^\$/, ''],
];

/** A value that a rule takes, with all that the rule knows of in it. */
function example(rule: Rule): Value {
  if (rule.oneOf) return example(rule.oneOf[0] ?? {});
  if (rule.const !== undefined) return rule.const;
  if (rule.enum) return rule.enum[0] ?? '';
  if (rule.type === 'object') return Object.fromEntries(Object.entries(rule.properties ?? {}).map(([key, below]) => [key, example(below)]));
  if (rule.type === 'array') return (rule.items?.oneOf ?? [rule.items ?? {}]).slice(0, rule.maxItems ?? Infinity).map((item, index) => withTarget(example(item), index));
  if (rule.type === 'boolean') return true;
  if (rule.type === 'integer' || rule.type === 'number') return rule.minimum ?? 0;
  return EXAMPLES.find(([pattern]) => pattern.test(rule.pattern ?? ''))?.[1] ?? './somewhere';
}

/** Each mount has a place of its own. */
function withTarget(value: Value, index: number): Value {
  return typeof value === 'object' && value !== null && 'target' in value ? { ...value, target: index === 0 ? '/' : `/mount${index}` } : value;
}

/** A rule, where it stands in the schema, and where the value stands that keeps it. */
interface Kept {
  readonly rule: Rule;
  readonly at: string;
  readonly value: Value;
  readonly path: Path;
  /** The whole with another value there. */
  readonly set: (value: Value) => Value;
}

/** What breaks a rule, each by itself. */
function* mutations({ rule, at, value, path, set }: Kept): Generator<Mutation> {
  const breaks = (keyword: string, broken: Value, below: Path = []): Mutation => ({ rule: `${at} ${keyword}`, value: set(broken), path: [...path, ...below], part: 'value' });
  if (rule.oneOf) {
    yield breaks('oneOf', null);
    yield breaks('oneOf type', { ...(value as object), type: 'nonsense' }, ['type']);
    for (const [index, one] of rule.oneOf.entries()) {
      const type = one.properties?.['type']?.const;
      const kept = (value as { type: string }).type === type ? value : withTarget(example(one), 1);
      yield* mutations({ rule: { ...one, type: 'chosen' }, at: `${at}/${String(index)}`, value: kept, path, set });
    }
    return;
  }
  if (rule.const !== undefined) return;
  if (rule.type !== 'chosen') yield breaks('type', rule.type === 'array' ? 7 : []);
  if (rule.enum) yield breaks('enum', 'nonsense');
  if (rule.pattern !== undefined) yield breaks('pattern', rule.pattern === '^[^\\0]+$' ? '' : '\0=..');
  if (rule.minimum !== undefined) yield breaks('minimum', rule.minimum - 1);
  if (hasMaximum(rule)) yield breaks('maximum', (rule.maximum ?? 0) + 1);
  if (rule.type === 'integer') yield breaks('integer', 1.5);
  if (rule.minItems !== undefined) yield breaks('minItems', []);
  if (rule.maxItems !== undefined) yield breaks('maxItems', Array.from({ length: rule.maxItems + 1 }, () => (value as Value[])[0] ?? null));
  if (rule.additionalProperties === false) yield { ...breaks('additionalProperties', { ...(value as object), nonsense: 1 }, ['nonsense']), part: 'key' };
  for (const key of rule.required ?? []) {
    const rest = Object.entries(value as Record<string, Value>).filter(([name]) => name !== key);
    yield breaks(`required ${key}`, Object.fromEntries(rest), [key]);
  }
  for (const [key, below] of Object.entries(rule.properties ?? {})) {
    yield* mutations({ rule: below, at: `${at}/${key}`, value: (value as Record<string, Value>)[key] ?? null, path: [...path, key], set: (changed) => set({ ...(value as object), [key]: changed }) });
  }
  if (rule.items) {
    const [first = null] = value as Value[];
    yield* mutations({ rule: rule.items, at: `${at}/items`, value: first, path: [...path, 0], set: (changed) => set((value as Value[]).with(0, changed)) });
  }
}

function hasMaximum({ maximum }: Rule): boolean {
  return maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
}

/** Every rule that the schema has, counted from the schema: a type of a mount is one by `oneOf type`. */
function* rulesOf(rule: Rule, at = '', isChosen = false): Generator<string> {
  if (rule.oneOf) {
    yield* [`${at} oneOf`, `${at} oneOf type`];
    for (const [index, one] of rule.oneOf.entries()) yield* rulesOf(one, `${at}/${String(index)}`, true);
    return;
  }
  if (rule.const !== undefined) return;
  if (!isChosen) yield `${at} type`;
  for (const keyword of ['enum', 'pattern', 'minimum', 'minItems', 'maxItems'] as const) if (rule[keyword] !== undefined) yield `${at} ${keyword}`;
  if (hasMaximum(rule)) yield `${at} maximum`;
  if (rule.type === 'integer') yield `${at} integer`;
  if (rule.additionalProperties === false) yield `${at} additionalProperties`;
  for (const key of rule.required ?? []) yield `${at} required ${key}`;
  for (const [key, below] of Object.entries(rule.properties ?? {})) yield* rulesOf(below, `${at}/${key}`);
  if (rule.items) yield* rulesOf(rule.items, `${at}/items`);
}

/** Keywords of JSON Schema that say something about values; a new one needs a mutation. */
const KNOWN = ['type', 'const', 'enum', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'properties', 'required', 'additionalProperties', 'items', 'oneOf'];
const SAYS_NOTHING = ['description', 'default', '$schema'];

function* keywordsOf(rule: Rule): Generator<string> {
  yield* Object.keys(rule);
  for (const below of [...Object.values(rule.properties ?? {}), ...(rule.oneOf ?? []), ...(rule.items ? [rule.items] : [])]) yield* keywordsOf(below);
}

/** Prints JSON, and tells where a key or value stands: the place of what is missing is that of what is around it. */
function print(root: Value, wanted: Path, part: 'key' | 'value'): { text: string; line: number; column: number } {
  let text = '';
  let line = 1;
  let column = 1;
  const mark = (path: Path): void => {
    const isOnTheWay = path.length <= wanted.length && path.every((step, depth) => step === wanted[depth]);
    if (isOnTheWay) [line, column] = [text.split('\n').length, text.length - text.lastIndexOf('\n')];
  };
  const write = (value: Value, path: Path): void => {
    if (!(part === 'key' && path.length === wanted.length && path.length > 0)) mark(path);
    if (typeof value !== 'object' || value === null) {
      text += JSON.stringify(value);
      return;
    }
    const isList = Array.isArray(value);
    text += isList ? '[' : '{';
    for (const [index, [key, below]] of Object.entries(value).entries()) {
      text += `${index > 0 ? ',' : ''}\n${'  '.repeat(path.length + 1)}`;
      const place = [...path, isList ? index : key];
      if (!isList) {
        if (part === 'key' && place.length === wanted.length) mark(place);
        text += `${JSON.stringify(key)}: `;
      }
      write(below, place);
    }
    text += `\n${'  '.repeat(path.length)}${isList ? ']' : '}'}`;
  };
  write(root, []);
  return { text, line, column };
}

const rules = jsonSchema() as Rule;
const whole = example(rules) as Record<string, Value>;
whole['policy'] = { ...(whole['policy'] as object), read_only: ['/'] };
const all = [...mutations({ rule: rules, at: '', value: whole, path: [], set: (value) => value })];
/** What rules about several values ask for as well. */
const ROOT = { target: '/', type: 'unionfs', options: { layers: [{ target: '/', type: 'sefs', source: './build/mount/__ROOT' }, { target: '/', type: 'ramfs' }] } };

describe('the schema', () => {
  it('takes a configuration with every key', () => {
    const mount = [ROOT, ...(whole['mount'] as Value[]).slice(1)];
    expect(readConfig(JSON.stringify({ ...whole, mount }), 'Occlum.json').config.mount).toHaveLength(6);
  });

  it('has a mutation here for each of its rules', () => {
    expect([...new Set(all.map(({ rule }) => rule))].sort()).toEqual([...new Set(rulesOf(rules))].sort());
    expect([...new Set(keywordsOf(rules))].filter((keyword) => !KNOWN.includes(keyword) && !SAYS_NOTHING.includes(keyword))).toEqual([]);
  });

  it.each(all.map((mutation) => [`${mutation.path.join('.') || 'the root'}: ${mutation.rule}`, mutation] as const))('refuses %s, there and only there', (_, { value, path, part }) => {
    const { text, line, column } = print(value, path, part);
    let problems: unknown;
    try {
      readConfig(text, 'Occlum.json');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems = error.problems.map((problem) => ({ path: problem.path, line: problem.line, column: problem.column }));
    }
    expect(problems).toEqual([{ path, line, column }]);
  });
});

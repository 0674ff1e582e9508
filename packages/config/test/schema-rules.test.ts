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
  readonly title: string;
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
  if (rule.type === 'integer') return rule.minimum ?? 0;
  return EXAMPLES.find(([pattern]) => pattern.test(rule.pattern ?? ''))?.[1] ?? './somewhere';
}

/** Each mount has a place of its own. */
function withTarget(value: Value, index: number): Value {
  return typeof value === 'object' && value !== null && 'target' in value ? { ...value, target: index === 0 ? '/' : `/mount${index}` } : value;
}

/** What breaks a rule at a path of a value, each by itself. */
function* mutations(rule: Rule, value: Value, path: Path, set: (value: Value) => Value): Generator<Mutation> {
  if (rule.oneOf) {
    yield { title: 'no alternative', value: set(null), path, part: 'value' };
    const types = rule.oneOf.map((one) => one.properties?.['type']?.const);
    yield { title: `none of ${types.join(', ')}`, value: set({ ...(value as object), type: 'nonsense' }), path: [...path, 'type'], part: 'value' };
    const chosen = rule.oneOf.find((one) => one.properties?.['type']?.const === (value as { type: string }).type);
    if (chosen) yield* mutations({ ...chosen, type: 'chosen' }, value, path, set);
    return;
  }
  if (rule.const !== undefined) return;
  if (rule.type !== 'chosen') yield { title: `no ${rule.type ?? 'word'}`, value: set(rule.type === 'array' ? 7 : []), path, part: 'value' };
  if (rule.enum) yield { title: 'no such word', value: set('nonsense'), path, part: 'value' };
  if (rule.pattern !== undefined) yield { title: `not ${rule.pattern}`, value: set(rule.pattern === '^[^\\0]+$' ? '' : '\0=..'), path, part: 'value' };
  if (rule.minimum !== undefined) yield { title: `below ${rule.minimum}`, value: set(rule.minimum - 1), path, part: 'value' };
  if (rule.maximum !== undefined && rule.maximum < Number.MAX_SAFE_INTEGER) yield { title: `above ${rule.maximum}`, value: set(rule.maximum + 1), path, part: 'value' };
  if (rule.type === 'integer') yield { title: 'a fraction', value: set(1.5), path, part: 'value' };
  if (rule.minItems !== undefined) yield { title: 'too few', value: set([]), path, part: 'value' };
  if (rule.maxItems !== undefined) yield { title: 'too many', value: set(Array.from({ length: rule.maxItems + 1 }, () => (value as Value[])[0] ?? null)), path, part: 'value' };
  if (rule.additionalProperties === false) yield { title: 'an unknown key', value: set({ ...(value as object), nonsense: 1 }), path: [...path, 'nonsense'], part: 'key' };
  for (const key of rule.required ?? []) {
    const rest = Object.entries(value as Record<string, Value>).filter(([name]) => name !== key);
    yield { title: `${key} is missing`, value: set(Object.fromEntries(rest)), path: [...path, key], part: 'value' };
  }
  for (const [key, below] of Object.entries(rule.properties ?? {})) {
    yield* mutations(below, (value as Record<string, Value>)[key] ?? null, [...path, key], (changed) => set({ ...(value as object), [key]: changed }));
  }
  if (rule.items) {
    for (const [index, item] of (value as Value[]).entries()) {
      yield* mutations(rule.items, item, [...path, index], (changed) => set((value as Value[]).with(index, changed)));
    }
  }
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
const all = [...mutations(rules, whole, [], (value) => value)];

describe('the schema', () => {
  it('takes a configuration with every key', () => {
    expect(readConfig(JSON.stringify(whole), 'Occlum.json').config.mount).toHaveLength(6);
  });

  it('has many rules', () => {
    expect(all.length).toBeGreaterThan(200);
  });

  it.each(all.map((mutation) => [`${mutation.path.join('.') || 'the root'}: ${mutation.title}`, mutation] as const))('refuses %s, there and only there', (_, { value, path, part }) => {
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

import { describe, expect, it } from 'vitest';

import { EnvironmentPolicy, EnvironmentPolicyError } from '@occlum/env';

const merge = (policy: unknown, host: Parameters<EnvironmentPolicy['merge']>[0]): string[] =>
  EnvironmentPolicy.parse(policy).merge(host).entries().map((entry) => Buffer.from(entry).toString('latin1'));

describe('EnvironmentPolicy.merge', () => {
  it('keeps defaults, lets listed names override and extend, and drops the rest', () => {
    const policy = { default: ['OCCLUM=yes', 'STABLE=yes', 'OVERRIDE=N'], untrusted: ['TEST', 'OVERRIDE'] };
    expect(merge(policy, ['TEST=true', 'STABLE=no', 'OVERRIDE=Y'])).toEqual(['OCCLUM=yes', 'STABLE=yes', 'TEST=true', 'OVERRIDE=Y']);
  });

  const both = { default: ['A=1', 'B=2', 'A=3'], untrusted: ['A', 'C'] };
  it.each<[string, unknown, Iterable<string>, string[]]>([
    ['no policy and no host', undefined, [], []],
    ['an empty policy lets nothing in', {}, ['A=1'], []],
    ['no host leaves the defaults, duplicates too', both, [], ['A=1', 'B=2', 'A=3']],
    ['an override takes all duplicates of a default with it', both, ['A=x'], ['B=2', 'A=x']],
    ['several overrides', { default: ['A=1', 'B=2', 'C=3', 'D=4'], untrusted: ['A', 'B', 'D'] }, ['D=d', 'B=b', 'A=a'], ['C=3', 'D=d', 'B=b', 'A=a']],
    ['duplicates of the host stay, in order', both, ['C=1', 'C=2'], ['A=1', 'B=2', 'A=3', 'C=1', 'C=2']],
    ['an empty value is a value', both, ['A='], ['B=2', 'A=']],
    ['only the first = splits', both, ['A=x=y='], ['B=2', 'A=x=y=']],
    ['an entry without = is dropped, and overrides nothing', both, ['A'], ['A=1', 'B=2', 'A=3']],
    ['an empty name is dropped', both, ['=A=1'], ['A=1', 'B=2', 'A=3']],
    ['a NUL in an entry', both, ['A=x\0B=evil'], ['A=1', 'B=2', 'A=3']],
    ['names are compared whole and with case', both, ['a=1', 'AA=2', ' A=3'], ['A=1', 'B=2', 'A=3']],
    ['names of an object are no names of a policy', { untrusted: ['A'] }, ['constructor=1', '__proto__=2'], []],
    ['... unless they are listed', { untrusted: ['__proto__'] }, ['__proto__=2'], ['__proto__=2']],
  ])('%s', (_, policy, host, expected) => {
    expect(merge(policy, host)).toEqual(expected);
  });

  it('keeps bytes that are no UTF-8, in names too', () => {
    const policy = EnvironmentPolicy.parse({ untrusted: ['RAW', 'ü'] });
    const host = [Buffer.from('RAW=\xff\xfe\x80', 'latin1'), Buffer.from('\xfc=latin1', 'latin1'), 'ü=utf8'];
    expect(policy.merge(host).entries().map((entry) => Buffer.from(entry))).toEqual([Buffer.from('RAW=\xff\xfe\x80', 'latin1'), Buffer.from('ü=utf8')]);
  });

  it('takes an object of the shape of process.env', () => {
    expect(merge({ untrusted: ['A', 'B'] }, { A: '1', B: undefined, C: '3' })).toEqual(['A=1']);
  });

  it('neither reads nor changes the environment of its own process', () => {
    const before = { ...process.env };
    process.env['OCCLUM_ENV_CANARY'] = '1';
    expect(merge({ default: ['PATH=/bin'], untrusted: ['OCCLUM_ENV_CANARY'] }, [])).toEqual(['PATH=/bin']);
    delete process.env['OCCLUM_ENV_CANARY'];
    expect({ ...process.env }).toEqual(before);
  });

  it('is not changed by what is done to a result', () => {
    const merged = EnvironmentPolicy.parse({ default: ['A=1'] }).merge([]);
    merged.entries()[0]?.fill(0);
    expect(merged.toObject()).toEqual({ A: '1' });
  });
});

describe('MergedEnvironment.toObject', () => {
  it('has of two of a name the first, as getenv(3)', () => {
    expect(EnvironmentPolicy.parse({ default: ['A=1', 'A=2', '__proto__=x'] }).merge([]).toObject()).toEqual(Object.fromEntries([['A', '1'], ['__proto__', 'x']]));
  });
});

describe('MergedEnvironment.explain', () => {
  it('says of each what became of it, without its value', () => {
    const policy = EnvironmentPolicy.parse({ default: ['KEPT=secret', 'KEPT=again', 'OVER=secret', 'OVER=twice'], untrusted: ['OVER', 'NEW'] });
    const host = ['OVER=secret', 'NEW=secret', 'NEW=secret2', 'HIDDEN=secret', 'BROKEN', '=secret', Buffer.from('\xff=secret', 'latin1')];
    const explained = policy.merge(host).explain();
    expect(explained).toEqual([
      { name: 'KEPT', from: 'default', provenance: 'default' },
      { name: 'KEPT', from: 'default', provenance: 'shadowed', by: 'default' },
      { name: 'OVER', from: 'default', provenance: 'shadowed', by: 'host' },
      { name: 'OVER', from: 'default', provenance: 'shadowed', by: 'host' },
      { name: 'OVER', from: 'host', provenance: 'untrusted' },
      { name: 'NEW', from: 'host', provenance: 'untrusted' },
      { name: 'NEW', from: 'host', provenance: 'shadowed', by: 'host' },
      { name: 'HIDDEN', from: 'host', provenance: 'dropped', reason: 'unlisted' },
      { name: 'BROKEN', from: 'host', provenance: 'dropped', reason: 'malformed' },
      { name: '', from: 'host', provenance: 'dropped', reason: 'malformed' },
      { name: '\\xff', from: 'host', provenance: 'dropped', reason: 'unlisted' },
    ]);
    expect(JSON.stringify(explained)).not.toContain('secret');
  });
});

describe('EnvironmentPolicy.parse', () => {
  it.each<[string, unknown, [(string | number)[], RegExp][]]>([
    ['no object', ['A=1'], [[[], /^expected an object .*, got a list$/]]],
    ['null', null, [[[], /got null$/]]],
    ['an unknown key', { defaults: [] }, [[['defaults'], /^unknown key, there are "default" and "untrusted"$/]]],
    ['a list that is none', { default: 'A=1', untrusted: {} }, [[['default'], /got string "A=1"$/], [['untrusted'], /got an object$/]]],
    ['an entry that is no text', { default: ['A=1', 2, null], untrusted: [true] }, [[['default', 1], /got number 2$/], [['default', 2], /got null$/], [['untrusted', 0], /got boolean true$/]]],
    ['an entry without =', { default: ['A'] }, [[['default', 0], /^"A" has no "=", must be NAME=VALUE$/]]],
    ['an empty name', { default: ['=1'], untrusted: [''] }, [[['default', 0], /empty name/], [['untrusted', 0], /empty/]]],
    ['a NUL', { default: ['A=\0'], untrusted: ['B\0'] }, [[['default', 0], /NUL/], [['untrusted', 0], /NUL/]]],
    ['half of a surrogate pair', { default: ['A=\ud800'] }, [[['default', 0], /surrogate/]]],
    ['a name with =', { untrusted: ['A=1'] }, [[['untrusted', 0], /^"A=1" has a "=", must be a name only$/]]],
  ])('refuses %s, and says where', (_, value, expected) => {
    const error = problemsOf(value);
    expect(error.problems.map(({ path }) => path)).toEqual(expected.map(([path]) => path));
    for (const [index, [, message]] of expected.entries()) expect(error.problems[index]?.message).toMatch(message);
  });

  it('says all in its message, a line each', () => {
    expect(problemsOf({ default: ['A', 'B=1', '=x'] }).message.split('\n')).toEqual([
      'env.default[0]: "A" has no "=", must be NAME=VALUE',
      'env.default[2]: "=x" has an empty name, must be NAME=VALUE',
    ]);
  });
});

describe('EnvironmentPolicy.warnings', () => {
  it.each(['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_BIND_NOT', 'NODE_OPTIONS', 'PYTHONPATH', 'PATH', 'BASH_FUNC_x%%', 'LUA_INIT_5_4'])('names %s, and says why', (name) => {
    const [warning, ...more] = EnvironmentPolicy.parse({ untrusted: ['TOKEN', name] }).warnings;
    expect(warning).toEqual({ name, index: 1, reason: expect.stringMatching(/^\S.{10,}[^.]$/) as string });
    expect(more).toEqual([]);
  });

  it('leaves other names alone, and defaults', () => {
    expect(EnvironmentPolicy.parse({ default: ['LD_PRELOAD=/lib/trusted.so'], untrusted: ['TOKEN', 'LDFLAGS', 'PATHS', 'ld_preload'] }).warnings).toEqual([]);
  });
});

function problemsOf(value: unknown): EnvironmentPolicyError {
  try {
    EnvironmentPolicy.parse(value);
  } catch (error) {
    if (error instanceof EnvironmentPolicyError) return error;
  }
  throw new Error('it was not refused');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EnvironmentPolicy } from '@occlum/env';

/** Few names, so that they meet; any bytes but NUL in values. */
const name = fc.constantFrom('A', 'B', 'C', 'AB', 'a', 'ü');
const value = fc.uint8Array({ min: 1, maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const entry = fc.tuple(name, value).map(([key, bytes]) => Buffer.concat([Buffer.from(`${key}=`), bytes]));
const hostEntry = fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)) });
const defaults = fc.array(fc.tuple(name, fc.string({ unit: fc.constantFrom('x', '=', ' ', 'é'), maxLength: 3 })).map((pair) => pair.join('=')), { maxLength: 8 });
const policies = fc.record({ default: defaults, untrusted: fc.uniqueArray(name, { maxLength: 4 }) });
const hosts = fc.array(hostEntry, { maxLength: 12 });

const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/=.*$/s, '');
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const run = (policy: { default: string[]; untrusted: string[] }, host: Buffer[]): Buffer[] => EnvironmentPolicy.parse(policy).merge(host).entries().map((bytes) => Buffer.from(bytes));

describe('laws of the merge', () => {
  it('every entry comes from the defaults or from a listed name of the host', () => {
    fc.assert(fc.property(policies, hosts, (policy, host) => {
      const trusted = new Set(policy.default.map(latin1));
      const listed = new Set(policy.untrusted.map(latin1));
      for (const found of run(policy, host)) {
        const text = found.toString('latin1');
        expect(trusted.has(text) || (listed.has(key(found)) && host.some((given) => given.equals(found)))).toBe(true);
      }
    }));
  });

  it('a name that is not listed has its defaults, all of them, whatever the host says', () => {
    fc.assert(fc.property(policies, hosts, name, (policy, host, some) => {
      fc.pre(!policy.untrusted.includes(some));
      const of = (entries: Buffer[]): string[] => entries.filter((bytes) => key(bytes) === latin1(some)).map(String);
      expect(of(run(policy, host))).toEqual(of(policy.default.map((text) => Buffer.from(text))));
    }));
  });

  it('a listed name that the host gives well-formed has the host\'s values only, in order', () => {
    fc.assert(fc.property(policies, hosts, name, (policy, host, some) => {
      fc.pre(policy.untrusted.includes(some));
      const of = (entries: Buffer[]): Buffer[] => entries.filter((bytes) => key(bytes) === latin1(some) && bytes.includes('=') && !bytes.includes(0));
      const given = of(host);
      fc.pre(given.length > 0);
      expect(of(run(policy, host))).toEqual(given);
    }));
  });

  it('merging the result again changes nothing', () => {
    fc.assert(fc.property(policies, hosts, (policy, host) => {
      const once = run(policy, host);
      const again = run(policy, once);
      expect(new Set(again.map((bytes) => bytes.toString('latin1')))).toEqual(new Set(once.map((bytes) => bytes.toString('latin1'))));
    }));
  });

  it('what is passed and what is explained agree', () => {
    fc.assert(fc.property(policies, hosts, (policy, host) => {
      const merged = EnvironmentPolicy.parse(policy).merge(host);
      const explained = merged.explain();
      expect(explained).toHaveLength(policy.default.length + host.length);
      const seen = explained.filter(({ provenance }) => provenance === 'default' || provenance === 'untrusted');
      expect(seen).toHaveLength(Object.keys(merged.toObject()).length);
    }));
  });

  it('an empty list of names makes the host irrelevant', () => {
    fc.assert(fc.property(defaults, hosts, (trusted, host) => {
      expect(run({ default: trusted, untrusted: [] }, host).map(String)).toEqual(trusted);
    }));
  });
});

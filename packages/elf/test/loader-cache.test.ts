import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readLoaderCache } from '@occlum/elf';

const CACHE = '/etc/ld.so.cache';

describe('readLoaderCache', () => {
  it.runIf(existsSync(CACHE) && existsSync('/sbin/ldconfig'))('agrees with ldconfig', () => {
    const cache = readLoaderCache(readFileSync(CACHE));
    const text = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    const lines = [...text.matchAll(/^\s+(\S+) \(libc6,x86-64(?:, OS ABI: [^)]*)?\) => (\S+)$/gm)];
    expect(lines.length).toBeGreaterThan(0);
    for (const [, name = '', path = ''] of lines) expect(cache.get(name)).toContain(path);
  });

  it('reads nothing from what is no cache', () => {
    expect(readLoaderCache(new Uint8Array(0)).size).toBe(0);
    expect(readLoaderCache(Buffer.from('glibc-ld.so.cache1.1')).size).toBe(0);
  });

  it('never throws, whatever the bytes', () => {
    const head = Buffer.from('glibc-ld.so.cache1.1');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      readLoaderCache(bytes);
      readLoaderCache(Buffer.concat([head, bytes]));
      readLoaderCache(Buffer.concat([Buffer.from('ld.so-1.7.0\0'), bytes]));
    }));
  });
});

import { describe, expect, test } from 'vitest';

import { guest, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';

const MUSL = 'threads 1399990\nspawned\nspawn 0 status 5\nspawn of nothing: No such file or directory\nlocalhost found\nscanned 3: 7 text 1.5\nsleep 0\n';
const GO = 'goroutines 19900\npreemption\nhttp hello /there\nexec from sh exit status 3\nsignal user defined signal 1\nuser root\n';

describe.each(['musl-static', 'musl-dynamic'])('%s', (program) => {
  test('runs', async (context) => {
    needs(context, 'musl-gcc', guest(program));
    expect(await succeed(guest(program))).toBe(MUSL);
  });
});

describe.each(['go-static', 'go-dynamic'])('%s', (program) => {
  test('runs', async (context) => {
    needs(context, 'go', guest(program));
    expect(await succeed(guest(program))).toBe(GO);
  });
});

test('openssl dgst', async (context) => {
  needs(context, 'openssl');
  expect(await succeed('/usr/bin/openssl', ['dgst', '-sha256', '-hex'], { input: 'abc' })).toMatch(/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n$/);
  expect(await succeed('/bin/sh', ['-c', 'head -c 20000000 /dev/zero | openssl dgst -sha1 -r'])).toMatch(/^[0-9a-f]{40} \*stdin\n$/);
  const script = 'cd /tmp; openssl genpkey -algorithm ed25519 -out key; openssl pkey -in key -pubout -out public; echo text >text; openssl pkeyutl -sign -inkey key -rawin -in text -out signature; openssl pkeyutl -verify -pubin -inkey public -rawin -in text -sigfile signature; rm key public text signature';
  expect(await succeed('/bin/sh', ['-ec', script])).toBe('Signature Verified Successfully\n');
});

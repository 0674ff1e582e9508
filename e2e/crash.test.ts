import { describe, expect, test } from 'vitest';

import { guest, run, succeed } from './support/occlum.js';
import { NATIVE } from './support/variant.js';

describe('a program that crashes ends with the right status', () => {
  test.each([
    ['segv', 139],
    ['execute', 139],
    ['stack', 139],
    ['ill', 132],
    ['fpe', 136],
    ['abort', 134],
  ])('%s', async (how, status) => {
    expect(await run(guest('crash'), [how])).toEqual({ status, stdout: '', stderr: '' });
  });
});

test('a shell sees how its child crashed', async () => {
  const script = `for how in segv ill fpe abort stack; do ${guest('crash')} $how; echo "$how $?"; done 2>/dev/null`;
  expect(await succeed('/bin/sh', ['-c', script])).toBe('segv 139\nill 132\nfpe 136\nabort 134\nstack 139\n');
});

describe('the others live on', () => {
  /** Crashes one program while another of the same LibOS counts; then the LibOS has to work as before. */
  async function crashBesideOthers(how: string): Promise<void> {
    const script = `(i=0; while [ $i -lt 30 ]; do i=$((i + 1)); sleep 0.05; cat /etc/hostname >/dev/null; done; echo "counted $i") &
      for i in 1 2 3; do ${guest('crash')} ${how}; test $? -ge ${how === 'slots' ? 0 : 128} && echo crashed; done 2>/dev/null
      wait; ls / | grep -c '^etc$'; /bin/true && echo fine`;
    expect(await succeed('/bin/sh', ['-c', script])).toBe('crashed\ncrashed\ncrashed\ncounted 30\n1\nfine\n');
  }

  test('wild writes over the whole address space', () => crashBesideOthers('wild'));
  test('garbage in its thread slots', () => crashBesideOthers('slots'));
  test('a stack overflow', () => crashBesideOthers('stack'));
});

test.skipIf(NATIVE)('a program that floods the kernel with calls does not starve the others', async () => {
  const script = `${guest('flood')} 4 & one=$!; ${guest('flood')} 1 & two=$!; sleep 0.3; ${guest('flood')} quiet 2; kill -9 $one $two; wait 2>/dev/null; true`;
  const { stdout } = await run('/bin/sh', ['-c', script]);
  const [median = NaN, largest = NaN] = stdout.split(' ').map(Number);
  expect(median).toBeLessThan(20_000);
  expect(largest).toBeLessThan(1_000_000);
});

import { expect, test } from 'vitest';

import { run, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';

const PYTHON = '/usr/bin/python3';

test('limits that bash sets hold for what it runs', async () => {
  const script = `
    (ulimit -f 8; head -c 20000 /dev/zero >$FILE; echo "file $? $(wc -c <$FILE)") 2>/dev/null
    (ulimit -f 8; trap '' XFSZ; head -c 20000 /dev/zero >$FILE; echo "ignored $? $(wc -c <$FILE)") 2>/dev/null
    (ulimit -S -t 1; (while :; do :; done); echo "soft $?") 2>/dev/null
    (ulimit -S -t 1; (trap 'echo caught; exit 5' XCPU; while :; do :; done); echo "handled $?") 2>/dev/null
    (ulimit -t 1; (while :; do :; done); echo "hard $?") 2>/dev/null
    (ulimit -S -s 1024; ulimit -s; ulimit -f 100; ulimit -f)
    true`;
  const expected = 'file 153 8192\nignored 1 8192\nsoft 152\ncaught\nhandled 5\nhard 137\n1024\n100\n';
  const stdout = await succeed('/bin/bash', ['-c', `FILE=$(mktemp); ${script}`]);
  expect(stdout).toBe(expected);
});

test('memory is limited', async (context) => {
  needs(context, PYTHON);
  const program = `
import resource
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 500 << 20))
def attempt(size):
    try: return len(bytearray(size)) == size
    except MemoryError: return 'MemoryError'
print(attempt(100 << 20), attempt(450 << 20), resource.getrlimit(resource.RLIMIT_AS) == (400 << 20, 500 << 20))
limit = resource.prlimit(0, resource.RLIMIT_AS, (500 << 20, 500 << 20))
print(limit == (400 << 20, 500 << 20), attempt(420 << 20), attempt(520 << 20))`;
  expect((await run(PYTHON, ['-c', program])).stdout).toBe('True MemoryError True\nTrue True MemoryError\n');
});

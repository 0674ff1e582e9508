import { expect, test } from 'vitest';

import { succeed } from './support/occlum.js';
import { needs } from './support/programs.js';

const PYTHON = '/usr/bin/python3';

test('record locks go with the close of any descriptor of the file', async (context) => {
  needs(context, PYTHON);
  const program = `
import fcntl, os, tempfile, subprocess, sys
path = tempfile.mktemp()
def taken():
    pid = os.fork()
    if pid == 0:
        other = os.open(path, os.O_RDWR)
        try: fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error: os._exit(error.errno)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
file = os.open(path, os.O_RDWR | os.O_CREAT)
def locked(what):
    fcntl.lockf(file, fcntl.LOCK_EX)
    before = taken()
    what()
    return before, taken()
def duplicate(): os.close(os.dup(file))
def replaced():
    copy = os.dup(file)
    os.dup2(0, copy)
    os.close(copy)
def ranged():
    copy = os.dup(file)
    os.closerange(copy, copy + 1)
def opened(): os.close(os.open(path, os.O_RDONLY))
def elsewhere():
    pid = os.fork()
    if pid == 0:
        os.close(os.dup(file))
        os._exit(0)
    os.waitpid(pid, 0)
def unrelated(): os.close(os.dup(0))
for what in duplicate, replaced, ranged, opened, elsewhere, unrelated: print(what.__name__, *locked(what), flush=True)
copy = os.dup(file)
os.set_inheritable(file, True)
fcntl.lockf(file, fcntl.LOCK_EX)
if os.environ.get('AGAIN') is None:
    # The duplicate is closed on exec.
    os.execve(sys.executable, [sys.executable, '-c', 'import os; exec(os.environ["CODE"])'], {'AGAIN': path, 'CODE': '''
import fcntl, os
pid = os.fork()
if pid == 0:
    other = os.open(os.environ["AGAIN"], os.O_RDWR)
    try: fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error: os._exit(error.errno)
    os._exit(0)
print("exec", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'''})
`;
  expect(await succeed(PYTHON, ['-c', program])).toBe('duplicate 11 0\nreplaced 11 0\nranged 11 0\nopened 11 0\nelsewhere 11 11\nunrelated 11 11\nexec 0\n');
});

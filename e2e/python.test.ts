import { expect, test } from 'vitest';

import { run, start, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';
import { freePort, until } from './support/waiting.js';

const PYTHON = '/usr/bin/python3';

/** Runs a Python program; gives its stdout. */
function python(program: string, ...args: readonly string[]): Promise<string> {
  return succeed(PYTHON, ['-c', program, ...args]);
}

test('threads', async (context) => {
  needs(context, PYTHON);
  const program = `
import threading, queue, time
from concurrent.futures import ThreadPoolExecutor
results, lock, total = queue.Queue(), threading.Lock(), 0
def add(n):
    global total
    for _ in range(1000):
        with lock: total += n
    results.put(n)
threads = [threading.Thread(target=add, args=(n,)) for n in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(total, sorted(results.queue) == list(range(16)))
with ThreadPoolExecutor(8) as pool: print(sum(pool.map(lambda n: n * n, range(1000))))
event = threading.Event(); threading.Timer(0.02, event.set).start(); print(event.wait(5), event.wait(0))
print(len({t.native_id for t in threads}), threading.get_native_id() > 0)`;
  expect(await python(program)).toBe('120000 True\n332833500\nTrue True\n16 True\n');
});

test('subprocess', async (context) => {
  needs(context, PYTHON);
  const program = `
import subprocess, sys
print(subprocess.run(['/bin/echo', 'hi'], capture_output=True, text=True).stdout.strip())
print(subprocess.run('cat; exit 3', shell=True, input=b'x' * 300000, stdout=subprocess.PIPE).returncode)
with subprocess.Popen(['/bin/cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
    out, _ = p.communicate(b'through' * 50000); print(len(out))
try: subprocess.run(['/no/such/program'])
except FileNotFoundError as error: print(error.errno)
try: subprocess.run(['/bin/sleep', '10'], timeout=0.1)
except subprocess.TimeoutExpired: print('timeout')
p = subprocess.Popen(['/bin/sleep', '10'], start_new_session=True); p.terminate(); print(p.wait())
print(subprocess.run([sys.executable, '-c', 'import os; print(os.getcwd(), os.environ["A"])'], cwd='/etc', env={'A': 'b'}, capture_output=True, text=True).stdout.strip())`;
  expect(await python(program)).toBe('hi\n3\n350000\n2\ntimeout\n-15\n/etc b\n');
});

test('multiprocessing with fork', async (context) => {
  needs(context, PYTHON);
  const program = `
import multiprocessing, os
def square(n): return n * n
def send(pipe): pipe.send({'pid': os.getpid()}); pipe.close()
if __name__ == '__main__':
    multiprocessing.set_start_method('fork')
    with multiprocessing.Pool(4) as pool: print(sum(pool.map(square, range(200))))
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=send, args=(there,)); process.start()
    print(here.recv()['pid'] == process.pid); process.join(); print(process.exitcode)
    value = multiprocessing.Value('i', 0)
    def add():
        for _ in range(500):
            with value.get_lock(): value.value += 1
    processes = [multiprocessing.Process(target=add) for _ in range(4)]
    for process in processes: process.start()
    for process in processes: process.join()
    print(value.value)
    from multiprocessing import shared_memory
    memory = shared_memory.SharedMemory(create=True, size=64); memory.buf[0] = 9
    process = multiprocessing.Process(target=lambda: memory.buf.__setitem__(1, 8)); process.start(); process.join()
    print(list(memory.buf[:2])); memory.close(); memory.unlink()`;
  expect(await python(program)).toBe('2646700\nTrue\n0\n2000\n[9, 8]\n');
});

test('asyncio', async (context) => {
  needs(context, PYTHON);
  const program = `
import asyncio, signal, os
async def serve(reader, writer):
    while line := await reader.readline(): writer.write(line.upper()); await writer.drain()
    writer.close()
async def client(port, n):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'client %d\\n' % n); line = await reader.readline(); writer.close(); return line
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    print(sorted(await asyncio.gather(*[client(port, n) for n in range(20)]))[-1])
    process = await asyncio.create_subprocess_exec('/bin/cat', stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    print((await process.communicate(b'data'))[0], process.returncode)
    woken = asyncio.Event(); asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, woken.set)
    os.kill(os.getpid(), signal.SIGUSR1); await asyncio.wait_for(woken.wait(), 5); print('signal')
    print(await asyncio.get_running_loop().run_in_executor(None, lambda: 'thread'))
    try: await asyncio.wait_for(asyncio.sleep(10), 0.05)
    except asyncio.TimeoutError: print('timeout')
    server.close()
asyncio.run(main())`;
  expect(await python(program)).toBe("b'CLIENT 9\\n'\nb'data' 0\nsignal\nthread\ntimeout\n");
});

test('the sqlite3 module', async (context) => {
  needs(context, PYTHON);
  const program = `
import sqlite3, tempfile, os, threading
path = os.path.join(tempfile.mkdtemp(), 'db')
db = sqlite3.connect(path); print(db.execute('pragma journal_mode=wal').fetchone()[0])
db.execute('create table t(n integer, s text)')
with db: db.executemany('insert into t values (?, ?)', ((n, str(n)) for n in range(10000)))
print(db.execute('select count(*), sum(n) from t').fetchone())
def other():
    second = sqlite3.connect(path, timeout=5)
    with second: second.execute('insert into t values (1, ?)', ('other',))
thread = threading.Thread(target=other); thread.start(); thread.join()
print(db.execute('select count(*) from t').fetchone()[0], sorted(os.listdir(os.path.dirname(path))))`;
  expect(await python(program)).toBe("wal\n(10000, 49995000)\n10001 ['db', 'db-shm', 'db-wal']\n");
});

test('what os and socket give', async (context) => {
  needs(context, PYTHON);
  const program = `
import os, socket, select, mmap, tempfile, time, fcntl, resource
r, w = os.pipe(); os.write(w, b'x'); print(select.select([r], [], [], 1)[0] == [r])
poll = select.epoll(); poll.register(r, select.EPOLLIN); print(len(poll.poll(1)))
left, right = socket.socketpair(); left.sendmsg([b'fd'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, (w).to_bytes(4, 'little'))])
data, extra, *_ = right.recvmsg(10, 100); passed = int.from_bytes(extra[0][2], 'little'); os.write(passed, b'y'); print(data, os.read(r, 10))
file = tempfile.TemporaryFile(); file.truncate(8192); memory = mmap.mmap(file.fileno(), 8192); memory[100:104] = b'mmap'; memory.flush()
print(os.pread(file.fileno(), 4, 100)); fcntl.flock(file, fcntl.LOCK_EX)
udp = socket.socket(type=socket.SOCK_DGRAM); udp.bind(('127.0.0.1', 0)); udp.sendto(b'datagram', udp.getsockname()); print(udp.recvfrom(100)[0])
path = tempfile.mktemp(); server = socket.socket(socket.AF_UNIX); server.bind(path); server.listen()
client = socket.socket(socket.AF_UNIX); client.connect(path); peer, _ = server.accept(); client.send(b'unix'); print(peer.recv(10), client.getpeername() == path)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 100, os.cpu_count() == len(os.sched_getaffinity(0)))
pid, master = os.forkpty()
if pid == 0: os.execv('/bin/sh', ['sh', '-c', 'tty | cut -c 1-9; stty size'])
out = b''
try:
    while chunk := os.read(master, 1000): out += chunk
except OSError: pass
os.waitpid(pid, 0); print(out)`;
  expect(await python(program)).toBe("True\n1\nb'fd' b'xy'\nb'mmap'\nb'datagram'\nb'unix' True\nTrue True\nb'/dev/pts/\\r\\n0 0\\r\\n'\n");
});

test('python3 -m http.server answers curl from outside', async (context) => {
  needs(context, PYTHON, 'curl');
  const port = await freePort();
  const server = start(PYTHON, ['-m', 'http.server', '--bind', '127.0.0.1', '--directory', '/etc', String(port)]);
  try {
    const { execa } = await import('execa');
    const passwd = await until('an answer', async () => {
      const { stdout, exitCode } = await execa('curl', ['-fsS', `http://127.0.0.1:${port}/passwd`], { reject: false });
      return exitCode === 0 ? stdout : undefined;
    });
    expect(passwd).toContain('root:x:0:0:');
    const codes = await Promise.all(Array.from({ length: 20 }, () => execa('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', `http://127.0.0.1:${port}/no-such-file`])));
    expect(codes.map(({ stdout }) => stdout)).toEqual(codes.map(() => '404'));
  } finally {
    server.kill('SIGTERM');
    await server;
  }
});

test('its exceptions and exit statuses come out', async (context) => {
  needs(context, PYTHON);
  const { status, stderr } = await run(PYTHON, ['-c', 'raise SystemError("broken")']);
  expect(status).toBe(1);
  expect(stderr).toContain('SystemError: broken');
  expect((await run(PYTHON, ['-c', 'import os; os.abort()'])).status).toBe(134);
});

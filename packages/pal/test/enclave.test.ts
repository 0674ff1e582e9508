import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Enclave } from '@occlum/pal';
import type { GuestProcess, SpawnOptions } from '@occlum/pal';
import { hostCpus } from '@occlum/sched';

// The real kernel on its worker, with the programs of this machine: what the parts cannot show alone.
let enclave: Enclave;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'occlum-pal-'));
  writeFileSync(join(folder, 'data'), 'from the host');
  enclave = await Enclave.create({ rootfs: '/', mounts: [{ source: folder, target: '/mnt' }, { type: 'tmpfs', target: '/srv' }], network: 'none', env: { BASE: 'base', GONE: 'x' } });
});

afterAll(async () => {
  await enclave.destroy();
  rmSync(folder, { recursive: true });
});

async function output(program: GuestProcess): Promise<string> {
  const [out, status] = await Promise.all([program.stdout.toArray(), program.exited]);
  expect(status).toEqual({ code: 0 });
  return Buffer.concat(out as Buffer[]).toString();
}

function sh(script: string, options?: SpawnOptions): GuestProcess {
  return enclave.spawn('/bin/sh', ['-c', script], options);
}

describe('Enclave.spawn', () => {
  it.each([
    ['exit 0', { code: 0 }],
    ['exit 3', { code: 3 }],
    ['kill -TERM $$', { signal: 'SIGTERM', core: false }],
    ['kill -KILL $$', { signal: 'SIGKILL', core: false }],
  ])('reports how "%s" ends', async (script, status) => {
    expect(await sh(script)).toEqual(status);
  });

  it('gives arguments, variables, a directory and a name', async () => {
    const program = sh('echo "$0|$BASE|$MORE|${GONE-none}|$(pwd)|$(cat data)"', { env: { MORE: 'more', GONE: undefined }, cwd: '/mnt', argv0: '-name' });
    expect(await output(program)).toBe('-name|base|more|none|/mnt|from the host\n');
  });

  it('takes a path, and values of variables, that are no UTF-8', async () => {
    const letters = Buffer.from('/tmp/\xff\xfe', 'latin1');
    const maker = enclave.spawn('sh', ['-c', 'cp /bin/sh "$1"; cp /bin/sh "$1-too"', 'sh', letters]);
    expect(await maker).toEqual({ code: 0 });
    expect(await output(enclave.spawn(letters, ['-c', 'printf %s "$0$VALUE" | od -An -tx1'], { env: { VALUE: new Uint8Array([0xc3]) } }))).toBe(' 2f 74 6d 70 2f ff fe c3\n');
    expect(await enclave.spawn(Buffer.from('\xff\xfe-too', 'latin1'), ['-c', 'exit 3'], { env: { PATH: Buffer.from('/bin:/tmp') } })).toEqual({ code: 3 });
    await expect(enclave.spawn(Buffer.from('\xff', 'latin1')).exited).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives arguments that are no UTF-8 as bytes', async () => {
    const program = enclave.spawn('sh', ['-c', 'printf %s "$1" | od -An -tx1', 'sh', new Uint8Array([0x61, 0xff, 0xc3])]);
    expect(await output(program)).toBe(' 61 ff c3\n');
  });

  it('gives CPUs and a share of CPU time to one program and what it starts', async () => {
    const last = [...hostCpus().allowed].at(-1) ?? 0;
    const script = 'nproc; cat /sys/devices/system/cpu/online; (nproc); taskset -c 0-8191 nproc; :';
    expect(await output(sh(script, { cpuset: String(last) }))).toBe(`1\n${last}\n1\n1\n`);
    expect(await output(sh('nproc'))).toBe(`${hostCpus().allowed.size}\n`);
    const busy = `python3 -c 'import time; start = time.monotonic()
while time.process_time() < 0.2: pass
print(time.monotonic() - start > 0.8)'`;
    expect(await output(sh(busy, { cpus: 0.1 }))).toBe('True\n');
  });

  it.each([
    ['no-such-program', 'ENOENT'],
    ['/no/such/program', 'ENOENT'],
    ['/etc/passwd', 'EACCES'],
    ['/etc', 'EACCES'],
    ['/etc/passwd/x', 'ENOTDIR'],
  ])('rejects when %s does not start', async (path, code) => {
    await expect(enclave.spawn(path).exited).rejects.toMatchObject({ name: 'ErrnoError', code, syscall: 'spawn' });
  });

  it.each<[string, number, number]>([
    ['a string of 128 KiB with its NUL', 131_071, 1],
    ['1.9 MB in all', 95_000, 20],
    ['1.2 MB of short strings', 2, 100_000],
  ])('takes %s', async (_title, length, count) => {
    const program = enclave.spawn('/bin/sh', ['-c', 'echo $# ${#1}', 'sh', ...Array<string>(count).fill('x'.repeat(length))]);
    expect(await output(program)).toBe(`${count} ${length}\n`);
  });

  it.each([
    ['a string of more than 128 KiB', ['x'.repeat(131_072)]],
    ['7 MB in all', Array<string>(70).fill('x'.repeat(100_000))],
  ])('rejects %s as Linux does', async (_title, args) => {
    await expect(enclave.spawn('/bin/true', args).exited).rejects.toMatchObject({ code: 'E2BIG', syscall: 'spawn' });
    expect(await enclave.spawn('/bin/true')).toEqual({ code: 0 });
  });

  it('carries a megabyte both ways', async () => {
    const program = enclave.spawn('cat');
    const text = 'x'.repeat(1 << 20);
    program.stdin.end(text);
    expect(await output(program)).toBe(text);
  });

  it('keeps apart what goes to stdout and to stderr', async () => {
    const program = sh('echo out; echo err >&2');
    const [out, err] = await Promise.all([program.stdout.toArray(), program.stderr.toArray()]);
    expect([String(out), String(err)]).toEqual(['out\n', 'err\n']);
  });

  it('writes to the host only where a mount is', async () => {
    await output(sh('echo hidden > /srv/file; echo hidden > /etc/occlum-test; echo seen > /mnt/new'));
    expect(existsSync('/srv/file')).toBe(false);
    expect(existsSync('/etc/occlum-test')).toBe(false);
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('seen\n');
  });

  it('sends signals', async () => {
    const program = sh('trap "echo caught; exit 7" USR1; echo ready; while :; do sleep 0.01; done');
    const lines = program[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'ready' });
    await program.kill('SIGUSR1');
    expect(await lines.next()).toMatchObject({ value: 'caught' });
    expect(await program).toEqual({ code: 7 });
  });

  it('rejects when arguments are too long', async () => {
    await expect(enclave.spawn('true', ['x'.repeat(1 << 18)]).exited).rejects.toMatchObject({ code: 'E2BIG', syscall: 'spawn' });
  });

  it('tells a missing directory from a missing program', async () => {
    await expect(enclave.spawn('true', [], { cwd: '/no/such' }).exited).rejects.toMatchObject({ code: 'ENOENT', syscall: 'chdir' });
    await expect(enclave.spawn('./true', [], { cwd: '/' }).exited).rejects.toMatchObject({ code: 'ENOENT', syscall: 'spawn' });
    expect(await enclave.spawn('./sh', ['-c', 'exit 2'], { cwd: '/bin' })).toEqual({ code: 2 });
  });

  it.each(['timeout', 'abort'])('ends what a program started, at its %s, and leaves other programs alone', async (how) => {
    const other = enclave.spawn('cat');
    const controller = new AbortController();
    const program = sh('trap "" TERM; setsid sh -c "trap \\"\\" TERM HUP; sh -c \'while :; do :; done\' & echo up; wait" & sleep 1000', how === 'timeout' ? { timeout: 1500 } : { signal: controller.signal });
    for await (const line of program) if (line === 'up') controller.abort();
    expect(await program).toMatchObject({ reason: how === 'timeout' ? 'timeout' : 'aborted' });
    other.stdin.end('alive');
    expect(await output(other)).toBe('alive');
  });

  it('leaves no descriptor of this process open', async () => {
    await sh('exit 0');
    const before = readdirSync('/proc/self/fd').length;
    for (let run = 0; run < 10; run++) await sh('echo unread; exit 0');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });
});

describe('Enclave', () => {
  it('is one of several, each with processes and files of its own', async () => {
    await using other = await Enclave.create({ rootfs: '/', hostname: 'other' });
    await output(sh('echo first > /tmp/whose'));
    await output(other.spawn('/bin/sh', ['-c', 'echo second > /tmp/whose']));
    expect(await output(enclave.spawn('cat', ['/tmp/whose']))).toBe('first\n');
    expect(await output(other.spawn('cat', ['/tmp/whose', '/proc/sys/kernel/hostname']))).toBe('second\nother\n');
  });

  it('ends all that runs when it is destroyed', async () => {
    const other = await Enclave.create({ rootfs: '/' });
    const program = other.spawn('sleep', ['1000']);
    await program.started;
    await other.destroy();
    expect(await program).toEqual({ reason: 'destroyed', detail: 'the enclave was destroyed' });
    await expect(other.spawn('true').exited).rejects.toThrow('the enclave was destroyed');
    await other.destroy();
  });

  it('shows all that was written on a terminal, however fast its program ends', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\r\n`).join('');
    for (let i = 0; i < 5; i++) expect(await text(enclave.spawn('seq', ['1', '20000'], { tty: true }).stdout) === numbers).toBe(true);
  });

  it('keeps what a program wrote on its terminal when the enclave is destroyed', async () => {
    const other = await Enclave.create({ rootfs: '/' });
    const ended = other.spawn('sh', ['-c', 'seq 1 300; exit 3'], { tty: true });
    expect(await ended).toEqual({ code: 3 });
    const running = other.spawn('sh', ['-c', 'seq 1 300; echo end > /tmp/note; sleep 1000'], { tty: true });
    while ((await other.spawn('test', ['-e', '/tmp/note'])).code !== 0);
    await other.destroy();
    const numbers = Array.from({ length: 300 }, (_, index) => `${index + 1}\r\n`).join('');
    expect(await text(ended.stdout)).toBe(numbers);
    expect(await text(running.stdout)).toBe(numbers);
  });

  it('gives a program a terminal of its own', async () => {
    const program = enclave.spawn('sh', ['-c', 'tty; stty size; trap "stty size; exit 4" WINCH; echo ready; while :; do sleep 0.02; done'], { tty: { columns: 91, rows: 31 } });
    let shown = '';
    let isReady = false;
    for await (const chunk of program.stdout as AsyncIterable<Buffer>) {
      shown += chunk.toString();
      if (!isReady && shown.includes('ready')) program.resize({ columns: 92, rows: 32 });
      isReady = shown.includes('ready');
    }
    expect(await program).toEqual({ code: 4 });
    expect(shown).toMatch(/^\/dev\/pts\/\d+\r\n31 91\r\nready\r\n32 92\r\n$/);
  });

  it('types at a program on a terminal: Ctrl-C is a signal, and Ctrl-Z stops who can be continued', async () => {
    const program = enclave.spawn('sleep', ['1000'], { tty: true, jobControl: true });
    await program.started;
    program.stdin.write('\u001a');
    expect(await program.stopped()).toBe('SIGTSTP');
    await program.kill('SIGCONT');
    program.stdin.write('\u0003');
    expect(await program).toEqual({ signal: 'SIGINT', core: false });
    expect(await program.stopped()).toBeUndefined();
    expect(() => { enclave.spawn('true', [], { stdio: 'ignore' }).resize({ columns: 1, rows: 1 }); }).toThrow('no terminal of its own');
  });

  it('lets a program end by itself before it is killed', async () => {
    const mild = enclave.spawn('sh', ['-c', 'trap "echo bye; exit" TERM; while :; do sleep 0.02; done'], { timeout: 500, stopTimeout: 60_000 });
    expect((await mild.stdout.toArray()).join('')).toBe('bye\n');
    expect(await mild).toMatchObject({ reason: 'timeout' });
    const stubborn = enclave.spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 0.02; done'], { timeout: 300, stopTimeout: 300 });
    expect(await stubborn).toMatchObject({ reason: 'timeout' });
  });

  it('can be hosted by the calling thread', async () => {
    await using other = await Enclave.create({ rootfs: '/', kernelThread: 'main' });
    expect(await output(other.spawn('echo', ['hi']))).toBe('hi\n');
  });

  it('refuses a root that is none', async () => {
    await expect(Enclave.create({ rootfs: '/no/such/root' })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(Enclave.create({ rootfs: '/etc/passwd' })).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

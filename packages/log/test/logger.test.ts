import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { Logger as PinoLogger } from 'pino';

import { isErrnoError } from '@occlum/errno';
import { LOG_LEVELS, createLogger } from '@occlum/log';
import type { LineLevel, Logger, LogLevel, RootLogger } from '@occlum/log';

const LINE_LEVELS = LOG_LEVELS.slice(1) as LineLevel[];

let folder: string;
let file: string;
let opened: RootLogger[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  file = join(folder, 'occlum.log');
  opened = [];
});

afterEach(() => {
  for (const log of opened) log.close();
  rmSync(folder, { recursive: true });
});

function logger(level: LogLevel, format: 'text' | 'json' = 'text'): RootLogger {
  const log = createLogger({ level, format, destination: { file } });
  opened.push(log);
  return log;
}

/** What was written, without its last line end. */
function written(): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

describe('a level', () => {
  it.each(LINE_LEVELS.map((level, index) => [level, LINE_LEVELS.slice(0, index + 1)] as const))('%s writes lines of %j only', (level, expected) => {
    const log = logger(level);
    for (const line of LINE_LEVELS) log[line]({}, 'said');
    expect(written()).toEqual(expected.map((name) => `${name.toUpperCase()} said`));
    expect(LINE_LEVELS.filter((line) => log.isLevelEnabled(line))).toEqual(expected);
  });

  it('off opens no file, and neither do its children', () => {
    const log = createLogger({ level: 'off', destination: { file: join(folder, 'none', 'occlum.log') } });
    for (const line of LINE_LEVELS) {
      log.child({ pkg: 'net' })[line]({}, 'said');
      expect(log.isLevelEnabled(line)).toBe(false);
    }
    log.close();
    expect(existsSync(file)).toBe(false);
  });
});

describe('a text line', () => {
  it.each<[string, (log: Logger) => void, string[]]>([
    ['names the package, then the fields', (log) => { log.child({ pkg: 'net' }).warn({ fd: 3, path: '/a/b' }, 'refused'); }, ['WARN net: refused fd=3 path=/a/b']],
    ['quotes a value with a space', (log) => { log.info({ path: '/a b' }, 'seen'); }, ['INFO seen path="/a b"']],
    ['shows a value that is no string as JSON', (log) => { log.info({ status: { code: 1 }, reason: null }, 'seen'); }, ['INFO seen status={"code":1} reason=null']],
    ['shows a bigint', (log) => { log.info({ result: 2n ** 40n }, 'seen'); }, ['INFO seen result=1099511627776']],
    ['shows one syscall as strace does', (log) => { log.trace({ pid: 3, syscall: true, nr: 3, result: 0 }, 'close(4) = 0'); }, ['[pid 3] close(4) = 0']],
    ['shows the thread of a syscall, as strace does', (log) => { log.child({ pid: 3 }).child({ tid: 5 }).trace({ syscall: true }, 'getpid() = 3'); }, ['[pid 5] getpid() = 3']],
    ['leaves out a thread that is not known', (log) => { log.trace({ syscall: true }, 'close(4) = 0'); }, ['close(4) = 0']],
  ])('%s', (_title, say, lines) => {
    say(logger('trace'));
    expect(written()).toEqual(lines);
  });

  it.each([
    ['a line end in a message', '\n', '\\x0a'],
    ['an escape sequence', '\u001b[2J', '\\x1b[2J'],
    ['an 8-bit control sequence', '\u009b2J', '\\x9b2J'],
    ['a delete', '\u007f', '\\x7f'],
  ])('escapes %s, which a guest may have chosen', (_title, text, shown) => {
    const log = logger('trace');
    log.trace({ syscall: true, pid: 1 }, `open("${text}") = 3`);
    log.warn({}, `refused ${text}`);
    expect(written()).toEqual([`[pid 1] open("${shown}") = 3`, `WARN refused ${shown}`]);
  });

  it('escapes control characters in a value and in the name of a package', () => {
    logger('warn').child({ pkg: 'a\nb' }).warn({ path: 'x\nERROR forged\u009b' }, 'refused');
    expect(written()).toEqual(['WARN "a\\nb": refused path="x\\nERROR forged\\x9b"']);
  });

  it('shows the stack of an error, indented, whatever its message holds', () => {
    logger('error').error({ pid: 3, err: new TypeError('bad\nERROR forged') }, 'handler failed');
    const [first, ...rest] = written();
    expect(first).toBe('ERROR handler failed pid=3');
    expect(rest.slice(0, 2)).toEqual(['    TypeError: bad', '    ERROR forged']);
    expect(rest[2]).toMatch(/^ {4}at /);
  });
});

describe('a JSON line', () => {
  it('is what pino writes, without the process id and the name of the host', () => {
    logger('debug', 'json').child({ pkg: 'fs', pid: 2 }).debug({ path: '/etc' }, 'mounted');
    const [line, ...rest] = written();
    expect(JSON.parse(line!)).toEqual({ level: 20, time: expect.any(Number) as number, pkg: 'fs', pid: 2, path: '/etc', msg: 'mounted' });
    expect(rest).toEqual([]);
  });
});

describe('a destination', () => {
  it('carries the fields of its root', () => {
    const log = createLogger({ level: 'info', destination: { file }, fields: { pkg: 'cli' } });
    opened.push(log);
    log.info({}, 'started');
    expect(written()).toEqual(['INFO cli: started']);
  });

  it('is appended to, and a new file is private', () => {
    logger('info').info({}, 'one');
    logger('info').info({}, 'two');
    expect(written()).toEqual(['INFO one', 'INFO two']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes no line after close, also from a child, and can be closed twice', () => {
    const log = logger('info');
    const child = log.child({ pkg: 'net' });
    log.close();
    log.close();
    child.info({}, 'late');
    expect(written()).toEqual([]);
  });

  it.each([
    ['ENOENT', () => join(folder, 'none', 'occlum.log')],
    ['EISDIR', () => folder],
    ['ENOTDIR', () => '/dev/null/occlum.log'],
    ['ENAMETOOLONG', () => join(folder, 'x'.repeat(300))],
  ])('that cannot be opened throws %s and names the file', (code, path) => {
    const open = () => createLogger({ level: 'error', destination: { file: path() } });
    expect(open).toThrow(expect.objectContaining({ code, syscall: 'open', message: expect.stringContaining(`cannot log to ${path()}`) as string }));
    try {
      open();
    } catch (error) {
      expect(isErrnoError(error)).toBe(true);
    }
  });

  it('that is full loses its lines and nothing else', () => {
    const log = createLogger({ level: 'info', destination: { file: '/dev/full' } });
    opened.push(log);
    expect(() => { log.info({}, 'lost'); }).not.toThrow();
  });
});

/** Source of a module that runs in a Node of its own, with the sources of this workspace. */
const child = (source: string): string[] => ['--conditions=@occlum/source', '--import', 'tsx', '--input-type=module', '-e', source];

/** Enough for a Node of its own on a busy machine. */
const CHILD = { timeout: 30_000 };

describe('stderr', CHILD, () => {
  it('gets every line, in order, of a process that is killed right after', async () => {
    const source = `
      import { createLogger } from '@occlum/log';
      const log = createLogger({ level: 'trace' });
      for (let n = 0; n < 5000; n++) log.trace({ syscall: true, pid: 1 }, 'getpid() = ' + n);
      process.kill(process.pid, 'SIGKILL');`;
    const process = spawn(globalThis.process.execPath, child(source), { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'pipe'] });
    const chunks: Buffer[] = [];
    process.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await once(process, 'close')).toEqual([null, 'SIGKILL']);
    const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
    expect(lines).toHaveLength(5000);
    expect(lines.at(-1)).toBe('[pid 1] getpid() = 4999');
  });

  it('that nobody reads any more ends no process', async () => {
    const source = `
      import { createLogger } from '@occlum/log';
      await new Promise((resolve) => process.stdin.once('end', resolve).resume());
      const log = createLogger({ level: 'info' });
      for (let n = 0; n < 10; n++) log.info({}, 'lost');
      process.exitCode = 7;`;
    const process = spawn(globalThis.process.execPath, child(source), { cwd: import.meta.dirname, stdio: ['pipe', 'ignore', 'pipe'] });
    process.stderr.destroy();
    process.stdin.end();
    expect(await once(process, 'exit')).toEqual([7, null]);
  });
});

describe('setLevel', () => {
  it('holds for children, those that are there too', () => {
    const log = logger('error');
    const child = log.child({ pkg: 'net' }).child({ fd: 3 });
    child.trace({}, 'not said');
    log.setLevel('trace');
    expect([log.level, child.isLevelEnabled('trace')]).toEqual(['trace', true]);
    child.trace({}, 'said');
    log.setLevel('off');
    child.error({}, 'not said');
    log.child({}).error({}, 'not said');
    expect(written()).toEqual(['TRACE net: said fd=3']);
  });

  it('opens the file of a logger that was off', () => {
    const log = logger('off');
    expect(existsSync(file)).toBe(false);
    log.setLevel('info');
    log.info({}, 'said');
    expect(written()).toEqual(['INFO said']);
    log.close();
    log.setLevel('trace');
    log.info({}, 'not said');
    expect(written()).toEqual(['INFO said']);
  });
});

describe('the logger of a release enclave', () => {
  it.each(LOG_LEVELS)('is off whatever it is asked for, and opens nothing: %s', (level) => {
    const log = createLogger({ level, isRelease: true, destination: { file } });
    for (const line of LINE_LEVELS) {
      log.child({ pkg: 'net' })[line]({}, 'said');
      expect([log.isLevelEnabled(line), log.child({}).isLevelEnabled(line)]).toEqual([false, false]);
    }
    expect(log.level).toBe('off');
    expect(existsSync(file)).toBe(false);
  });

  it('cannot be raised', () => {
    const log = createLogger({ level: 'trace', isRelease: true });
    for (const level of LINE_LEVELS) {
      expect(() => { log.setLevel(level); }).toThrow(expect.objectContaining({ code: 'EPERM' }));
    }
    log.setLevel('off');
    expect(Object.isFrozen(log)).toBe(true);
  });
});

describe('pino', CHILD, () => {
  it.each([
    ['off', 'error', false],
    ['error', 'warn', false],
    ['error', 'error', true],
  ])('at level %s and for a line of level %s is loaded: %s', (level, line, loaded) => {
    const source = `
      import { createRequire } from 'node:module';
      import { createLogger } from '@occlum/log';
      createLogger({ level: '${level}', destination: { file: '/dev/null' } }).child({ pkg: 'net' }).${line}({}, 'said');
      const cache = Object.keys(createRequire(import.meta.url).cache);
      console.log(cache.some((path) => path.includes('/node_modules/pino/')));`;
    expect(execFileSync(process.execPath, child(source), { cwd: import.meta.dirname, encoding: 'utf8' })).toBe(`${String(loaded)}\n`);
  });
});

describe('Logger', () => {
  it('is what the packages take: an object, then a message', () => {
    expectTypeOf<Logger>().toExtend<{ isLevelEnabled(level: 'trace'): boolean; trace(fields: object, message: string): void }>();
  });

  it('is a part of pino, so that an embedding program may hand in its own', () => {
    expectTypeOf<PinoLogger>().toExtend<Logger>();
  });
});

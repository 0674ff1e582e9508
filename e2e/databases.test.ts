import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { shell, start } from './support/occlum.js';
import { findProgram, needs } from './support/programs.js';
import { temporaryDirectory, NATIVE, VARIANT } from './support/variant.js';
import { freePort, until } from './support/waiting.js';

const REDIS_REQUESTS = VARIANT === 'self' ? '100000' : '20000';

describe('sqlite3', () => {
  test('100,000 inserts, in one transaction and with WAL', async (context) => {
    needs(context, 'sqlite3');
    const script = `
      sqlite3 db "pragma journal_mode=wal; create table t(n integer primary key, s text);" >/dev/null
      { echo 'begin;'; seq 100000 | sed "s/.*/insert into t values(&, 'row &');/"; echo 'commit;'; } | sqlite3 db
      sqlite3 db "select count(*), sum(n), max(s) from t; pragma integrity_check; pragma wal_checkpoint(truncate);"
      for i in $(seq 100); do echo "insert into t(s) values('single $i');"; done | sqlite3 db
      sqlite3 db "select count(*) from t;"`;
    expect(await shell(script)).toBe('100000|5000050000|row 99999\nok\n0|0|0\n100100\n');
  });

  test('locks between processes', async (context) => {
    needs(context, 'sqlite3');
    const script = `
      sqlite3 db "create table t(n)"
      for writer in 1 2 3 4; do
        ( for i in $(seq 25); do echo ".timeout 20000
insert into t values($writer);"; done | sqlite3 db ) & pids="$pids $!"
      done
      for pid in $pids; do wait $pid; done
      sqlite3 db "select n, count(*) from t group by n"
      mkfifo go; (echo 'begin exclusive;'; echo '.print locked'; cat go; echo 'rollback;') | sqlite3 db >holder & 
      until grep -q locked holder 2>/dev/null; do sleep 0.01; done
      sqlite3 db "insert into t values(9)" 2>&1 | grep -o 'database is locked'
      echo >go; wait; sqlite3 db "insert into t values(9); select count(*) from t"`;
    expect(await shell(script)).toBe('1|25\n2|25\n3|25\n4|25\ndatabase is locked\n101\n');
  });
});

describe('redis', () => {
  test('answers redis-benchmark from outside, 50 clients, with and without pipelining', async (context) => {
    needs(context, 'redis-server', 'redis-benchmark', 'redis-cli');
    const port = String(await freePort());
    const server = start(findProgram('redis-server') ?? '', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', NATIVE ? temporaryDirectory() : '/tmp']);
    const cli = async (...args: readonly string[]): Promise<string> => (await execa('redis-cli', ['-p', port, ...args], { reject: false })).stdout;
    try {
      await until('redis', async () => (await cli('ping')) === 'PONG');
      for (const pipelining of ['1', '16']) {
        const { stdout } = await execa('redis-benchmark', ['-p', port, '-c', '50', '-n', REDIS_REQUESTS, '-P', pipelining, '-t', 'set,get,lpush,lpop', '--csv']);
        const rows = stdout.trim().split('\n').slice(1).map((line) => line.split(','));
        expect(rows.map(([name]) => name)).toEqual(['"SET"', '"GET"', '"LPUSH"', '"LPOP"']);
        for (const [, rate = ''] of rows) expect(Number(rate.replaceAll('"', ''))).toBeGreaterThan(500);
      }
      expect(await cli('set', 'key', 'value')).toBe('OK');
      // A snapshot is made by a child that was forked while clients are served.
      expect(await cli('save')).toBe('OK');
      expect(await cli('bgsave')).toContain('started');
      await until('the snapshot', async () => (await cli('info', 'persistence')).includes('rdb_bgsave_in_progress:0'));
      expect(await cli('info', 'persistence')).toContain('rdb_last_bgsave_status:ok');
      await cli('shutdown', 'nosave');
      expect((await server).exitCode).toBe(0);
    } finally {
      server.kill('SIGTERM');
      await server;
    }
  });
});

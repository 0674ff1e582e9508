import { expect, test } from 'vitest';

import { shell } from './support/occlum.js';
import { needs } from './support/programs.js';

test('PostgreSQL: a cluster is made, started, asked and stopped', { timeout: 120_000 }, async (context) => {
  needs(context, 'pg_createcluster', 'psql');
  // Root is refused.
  const script = `
    PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)
    as=; if [ "$(id -u)" = 0 ]; then as='setpriv --reuid nobody --regid nogroup --clear-groups'; chown nobody .; chmod 755 .; fi
    export HOME=$PWD
    $as initdb -D data -A trust -U admin --no-sync >log 2>&1 || { cat log; exit 1; }
    $as pg_ctl -D data -o "-h '' -k $PWD" -l server -w start >/dev/null || { cat server; exit 1; }
    ask() { $as psql -h "$PWD" -U admin -qtAc "$1" postgres; }
    ask 'create table a as select generate_series(1,1000) x; select count(*), sum(x) from a'
    ask 'set max_parallel_workers_per_gather=2; set parallel_setup_cost=0; set parallel_tuple_cost=0; set min_parallel_table_scan_size=0; select sum(x) from a'
    $as pg_ctl -D data -w stop -m fast >/dev/null; echo "stopped $?"
    grep -c shm /proc/sysvipc/shm; tail -n +2 /proc/sysvipc/shm`;
  expect(await shell(script, { timeoutMs: 100_000 })).toBe('1000|500500\n500500\nstopped 0\n1\n');
});

import { expect, it } from 'vitest';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createLogger, parseLogLevel } from '@occlum/log';
it('README.md:9', async () => {
  expect.assertions(2);

  const file = `${mkdtempSync(`${tmpdir()}/log-`)}/occlum.log`;
  const log = createLogger({ level: parseLogLevel('Trace'), destination: { file } });

  const net = log.child({ pkg: 'net' });
  net.warn({ address: '10.0.0.1', fd: 3 }, 'no rule allows this address');

  const thread = log.child({ pid: 3, tid: 4 });
  if (thread.isLevelEnabled('trace')) thread.trace({ syscall: true }, 'close(3) = 0');
  log.close();

  const [warning, syscall] = readFileSync(file, 'utf8').split('\n');
  expect(warning).toEqual('WARN net: no rule allows this address address=10.0.0.1 fd=3');
  expect(syscall).toEqual('[pid 4] close(3) = 0');

});

import { expect, it } from 'vitest';
import { createLogger } from '@occlum/log';
it('src/logger.ts:56', async () => {
  expect.assertions(1);

  const log = createLogger({ level: 'info', destination: { file: '/dev/null' } });
  log.child({ pkg: 'net' }).warn({ address: '10.0.0.1' }, 'no rule allows this address');
  expect(log.isLevelEnabled('trace')).toEqual(false);
  log.close();

});

import { EnvironmentPolicy } from '@occlum/env';
import { describe, expect, it } from 'vitest';

import { freeEnvironment, measuredEnvironment } from '../src/program-environment.js';

describe('freeEnvironment', () => {
  it('lays what is asked for over its own, and takes out what is undefined', () => {
    const environment = freeEnvironment({ PATH: '/bin', HOME: '/' });
    expect(environment({ HOME: undefined, A: 'b=c' })).toEqual({ entries: ['PATH=/bin', 'A=b=c'], searchPath: '/bin' });
    expect(environment({ PATH: undefined })).toEqual({ entries: ['HOME=/'], searchPath: undefined });
  });
});

describe('measuredEnvironment', () => {
  const policy = EnvironmentPolicy.parse({ default: ['PATH=/bin', 'MODE=safe'], untrusted: ['MODE', 'TOKEN'] });
  const shown = (entries: readonly (string | Uint8Array)[]): string[] => entries.map((entry) => Buffer.from(entry as Uint8Array).toString('latin1'));

  it("lets in what the policy lists, whether it is the host's or asked for", () => {
    const environment = measuredEnvironment(policy, { TOKEN: 'host', OTHER: 'host' });
    expect(shown(environment({}).entries)).toEqual(['PATH=/bin', 'MODE=safe', 'TOKEN=host']);
    expect(shown(environment({ TOKEN: 'asked', PATH: '/evil', OTHER: 'x' }).entries)).toEqual(['PATH=/bin', 'MODE=safe', 'TOKEN=asked']);
    expect(shown(environment({ TOKEN: undefined, MODE: 'fast' }).entries)).toEqual(['PATH=/bin', 'MODE=fast']);
    expect(environment({ PATH: '/evil' }).searchPath).toBe('/bin');
  });

  it('passes bytes on as they are', () => {
    const environment = measuredEnvironment(policy, [Buffer.from('TOKEN=\xff\xfe', 'latin1'), 'no variable']);
    expect(shown(environment({}).entries)).toEqual(['PATH=/bin', 'MODE=safe', 'TOKEN=\xff\xfe']);
    expect(shown(environment({ TOKEN: 'x' }).entries)).toEqual(['PATH=/bin', 'MODE=safe', 'TOKEN=x']);
  });
});

import { EnvironmentPolicy } from '@occlum/env';
import { describe, expect, it } from 'vitest';

import { BuildDisplay } from '../src/commands/build-display.js';
import { explainEnvironment } from '../src/explain-environment.js';
import { hostEnvironment } from '../src/host-environment.js';

const MEGABYTE = 2 ** 20;

describe('hostEnvironment', () => {
  it('keeps bytes, order and duplicates, and gives back the name that the launcher took', () => {
    const content = Buffer.from('A=1\0B=\xff\xfe\0A=2\0noname\0OCCLUM_HOST_NODE_EXTRA_CA_CERTS=/ca\0C=', 'latin1');
    expect(hostEnvironment(content).map((entry) => Buffer.from(entry).toString('latin1'))).toEqual(['A=1', 'B=\xff\xfe', 'A=2', 'noname', 'NODE_EXTRA_CA_CERTS=/ca', 'C=']);
    expect(hostEnvironment(Buffer.alloc(0))).toEqual([]);
  });
});

describe('explainEnvironment', () => {
  const environment = EnvironmentPolicy.parse({ default: ['MODE=safe', 'LANG=C'], untrusted: ['LANG', 'TOKEN'] }).merge(['LANG=de', 'MODE=fast', 'TOKEN=secret', 'broken']);

  it('says of each variable what became of it, without values', () => {
    expect(explainEnvironment(environment, { isWhole: true, asked: [] })).toEqual([
      'MODE (default): passed, since env.default has it',
      "LANG (default): not seen, since the host's is",
      'LANG (host): passed, since env.untrusted lists it',
      'MODE (host): dropped, since env.untrusted does not list it',
      'TOKEN (host): passed, since env.untrusted lists it',
      'broken (host): dropped, since it is no NAME=VALUE',
    ]);
  });

  it('says of --env only what has no effect', () => {
    expect(explainEnvironment(environment, { isWhole: false, asked: ['MODE=fast', 'TOKEN=secret'] })).toEqual(['--env MODE has no effect: Occlum.json does not list it under "env.untrusted"']);
  });
});

describe('BuildDisplay', () => {
  function display(isOnTerminal: boolean): { told: string[]; at: (ms: number) => void; show: BuildDisplay } {
    const told: string[] = [];
    let now = 0;
    return { told, at: (ms) => (now = ms), show: new BuildDisplay({ tell: (text) => told.push(text), isOnTerminal }, () => now) };
  }

  it('says nothing of a build that is over soon', () => {
    for (const isOnTerminal of [true, false]) {
      const { told, at, show } = display(isOnTerminal);
      at(200);
      show.show({ step: 'copying', bytes: MEGABYTE, totalBytes: MEGABYTE });
      show.end();
      expect(told).toEqual([]);
    }
  });

  it('writes over one line on a terminal, and takes it away', () => {
    const { told, at, show } = display(true);
    for (const ms of [400, 450, 600]) {
      at(ms);
      show.show({ step: 'hashing', bytes: ms * MEGABYTE, totalBytes: 1000 * MEGABYTE });
    }
    show.end();
    expect(told).toEqual(['\r\u001b[KHashing the image: 400 of 1000 MB', '\r\u001b[KHashing the image: 600 of 1000 MB', '\r\u001b[K']);
  });

  it('writes a line now and then elsewhere', () => {
    const { told, at, show } = display(false);
    for (const ms of [1000, 5000, 6000, 11_000]) {
      at(ms);
      show.show({ step: ms < 9000 ? 'copying' : 'signing', bytes: MEGABYTE, totalBytes: 2 * MEGABYTE });
    }
    show.end();
    expect(told).toEqual(['Copying the image: 1 of 2 MB\n', 'Signing\n']);
  });
});

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync, chmodSync, closeSync, existsSync, ftruncateSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { ConfigError } from '@occlum/config';
import { buildInstance, createInstance, InstanceError, instanceStatus, markRunning, openInstance, placeInConfig, readIdentity } from '@occlum/instance';
import type { SystemFiles } from '@occlum/instance';

const scratch = mkdtempSync(join(tmpdir(), 'occlum-instance-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

let made = 0;
const place = (): string => join(scratch, String(made++));

/** A key for all tests: making one takes a second. */
const KEY = join(scratch, 'key.pem');
writeFileSync(KEY, generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** A kernel and a runtime, as files that a test may change. */
function makeSystem(): SystemFiles {
  const folder = place();
  mkdirSync(folder);
  const file = (name: string): { name: string; path: string } => {
    writeFileSync(join(folder, name), name);
    return { name, path: join(folder, name) };
  };
  return { kernel: { command: { version: '1.0.0', files: [file('main.cjs')] } }, runtime: [file('runtime'), file('addon')] };
}

let system: SystemFiles;
let directory: string;
beforeEach(() => {
  system = makeSystem();
  directory = place();
  createInstance(directory, 'schema.json');
});

function build(at = directory, signKey = KEY): ReturnType<typeof buildInstance> {
  return buildInstance(at, { system, signKey });
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

describe('createInstance', () => {
  it('makes an instance that can be built at once', async () => {
    expect(instanceStatus(directory)).toBe('initialized');
    expect(readdirSync(join(directory, 'image'))).toEqual(expect.arrayContaining(['bin', 'lib', 'lib64', 'root', 'host', 'tmp', 'dev', 'proc', 'etc', 'sbin', 'opt']));
    expect(statSync(join(directory, 'image/tmp')).mode & 0o7777).toBe(0o1777);
    const { notes, notices } = await build();
    expect(notes).toEqual([]);
    expect(notices.map(({ message }) => message)).toEqual(['what programs write here is kept in clear: this is a software enclave']);
    expect(instanceStatus(directory)).toBe('built');
  });

  it('leaves an instance alone, and a configuration that is there', () => {
    expect(() => { createInstance(directory, ''); }).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    const other = place();
    mkdirSync(other);
    writeFileSync(join(other, 'Occlum.json'), '{}');
    createInstance(other, '');
    expect(readFileSync(join(other, 'Occlum.json'), 'utf8')).toBe('{}');
  });

  it('is needed before all else', async () => {
    const none = place();
    mkdirSync(none);
    expect(() => instanceStatus(none)).toThrow(/is no Occlum instance/);
    await expect(build(none)).rejects.toThrow(/is no Occlum instance/);
    expect(() => openInstance(directory, system)).toThrow(/was not built/);
  });
});

describe('buildInstance', () => {
  it('tells of directories of the host that are not there, and builds all the same', async () => {
    edit(join(directory, 'Occlum.json'), '"source": "./host" }', `"source": "./none" },
    { "target": "/there", "type": "hostfs", "source": "/" },
    { "target": "/data", "type": "unionfs", "options": { "layers": [{ "target": "/", "type": "hostfs", "source": "/none/data" }, { "target": "/", "type": "sefs", "source": "./run/data" }] } }`);
    const { notices } = await build();
    const line = readFileSync(join(directory, 'Occlum.json'), 'utf8').split('\n').findIndex((text) => text.includes('./none')) + 1;
    expect(notices.filter(({ message }) => message.includes('on this host')).map((notice) => [notice.line, notice.path.join('.'), notice.message])).toEqual([
      [line, 'mount.1.source', '"./none" is not there on this host; the instance cannot be run where it is not'],
      [line + 2, 'mount.3.options.layers.0.source', '"/none/data" is not there on this host; the instance cannot be run where it is not'],
    ]);
    expect(instanceStatus(directory)).toBe('built');
  });

  it('keeps links, holes, names that are no UTF-8 and who may execute what', async () => {
    const image = join(directory, 'image');
    writeFileSync(join(image, 'bin/tool'), 'code', { mode: 0o700 });
    writeFileSync(join(image, 'etc/secret'), 'data', { mode: 0o600 });
    symlinkSync('/bin/tool', join(image, 'bin/link'));
    const name = Buffer.concat([Buffer.from(`${image}/etc/`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(name, 'raw');
    const hole = openSync(join(image, 'etc/hole'), 'w');
    ftruncateSync(hole, 2 ** 26);
    closeSync(hole);
    appendFileSync(join(image, 'etc/hole'), 'end');
    await build();
    const root = join(directory, 'build/mount/__ROOT');
    expect([statSync(join(root, 'bin/tool')).mode & 0o7777, statSync(join(root, 'etc/secret')).mode & 0o7777]).toEqual([0o755, 0o644]);
    expect(readlinkSync(join(root, 'bin/link'))).toBe('/bin/tool');
    expect(readFileSync(Buffer.concat([Buffer.from(`${root}/etc/`), Buffer.from([0xff, 0xfe])]), 'utf8')).toBe('raw');
    const { size, blocks } = statSync(join(root, 'etc/hole'));
    expect(size).toBe(2 ** 26 + 3);
    expect(blocks * 512).toBeLessThan(2 ** 21);
  });

  it('is not changed by what becomes of the image later', async () => {
    writeFileSync(join(directory, 'image/etc/a'), 'before');
    await build();
    writeFileSync(join(directory, 'image/etc/a'), 'after');
    expect(readFileSync(join(directory, 'build/mount/__ROOT/etc/a'), 'utf8')).toBe('before');
  });

  it('measures the same whatever does not matter', async () => {
    writeFileSync(join(directory, 'image/etc/a'), 'a');
    writeFileSync(join(directory, 'image/bin/b'), 'b', { mode: 0o755 });
    const { measurement } = await build();
    const other = place();
    const umask = process.umask(0o077);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    try {
      createInstance(other, 'another.json');
      // In another order, at another time, by another umask, with another key.
      writeFileSync(join(other, 'image/bin/b'), 'b', { mode: 0o711 });
      writeFileSync(join(other, 'image/etc/a'), 'a');
      utimesSync(join(other, 'image/etc/a'), 1, 1);
      const built = await buildInstance(other, { system });
      expect(built.measurement).toBe(measurement);
      expect(built.signer).not.toBe(readIdentity(directory).signer);
      expect(statSync(join(other, 'sign-key.pem')).mode & 0o777).toBe(0o600);
      expect(statSync(join(other, 'build/enclave.sig')).mode & 0o777).toBe(0o644);
    } finally {
      process.umask(umask);
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
    const again = await build();
    expect(again).toMatchObject({ measurement, signer: readIdentity(directory).signer });
  });

  it.each<[string, () => void]>([
    ['a file', () => { writeFileSync(join(directory, 'image/etc/hosts'), 'x'); }],
    ['a name', () => { mkdirSync(join(directory, 'image/new')); }],
    ['who may execute one', () => { chmodSync(join(directory, 'image/etc/hosts'), 0o755); }],
    ['the configuration', () => { edit(join(directory, 'Occlum.json'), 'OCCLUM=yes', 'OCCLUM=no'); }],
    ['the kernel', () => { appendFileSync(system.kernel.command?.files[0]?.path ?? '', 'x'); }],
    ['the runtime', () => { appendFileSync(system.runtime[1]?.path ?? '', 'x'); }],
  ])('measures something else when %s is another', async (_, change) => {
    const { measurement } = await build();
    change();
    expect((await build()).measurement).not.toBe(measurement);
  });

  it('leaves the build before it when it fails, with all that is wrong', async () => {
    const { measurement } = await build();
    edit(join(directory, 'Occlum.json'), '"debuggable": true', '"debuggable": 1, "produkt_id": 2');
    const failure: unknown = await build().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message.split('\n')).toEqual([
      'Occlum.json:25:19 - metadata.debuggable: expected true or false, got 1',
      'Occlum.json:25:22 - metadata.produkt_id: unknown key (did you mean "product_id"?)',
    ]);
    expect(readIdentity(directory).measurement).toBe(measurement);
    expect(instanceStatus(directory)).toBe('built');
  });

  it('refuses devices, FIFOs and sockets, each by its name, and leaves nothing behind', async () => {
    await build();
    execFileSync('mkfifo', [join(directory, 'image/etc/one'), join(directory, 'image/bin/two')]);
    const before = readdirSync(directory);
    const failure: unknown = await build().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InstanceError);
    expect((failure as InstanceError).problems).toEqual(['bin/two', 'etc/one'].map((name) => `${directory}/image/${name} is a FIFO, which an image cannot have; remove it`));
    expect(readdirSync(directory)).toEqual(before);
  });

  it('clears away what a build left that was killed, and puts back what it had taken', async () => {
    const { measurement } = await build();
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    mkdirSync(join(directory, `.build-99999999-1-${namespace}-abc/mount`), { recursive: true });
    execFileSync('mv', [join(directory, 'build'), join(directory, '.replaced-build')]);
    expect(openInstance(directory, system).identity.measurement).toBe(measurement);
    execFileSync('mv', [join(directory, 'build'), join(directory, '.replaced-build')]);
    expect(instanceStatus(directory)).toBe('built');
    await build();
    expect(readdirSync(directory).filter((name) => name.startsWith('.')).sort()).toEqual(['.__occlum_status']);
  });

  it('names the libraries that a program lacks', async () => {
    execFileSync('cp', ['/bin/bash', join(directory, 'image/bin/bash')]);
    const { notes } = await build();
    expect(notes).toEqual([expect.stringMatching(/^\/bin\/bash lacks libtinfo\.so\.\d+ in the image$/)]);
    rmSync(join(directory, 'image/lib64'), { recursive: true });
    expect((await build()).notes.find((note) => note.startsWith('/bin/bash'))).toContain('/lib64/ld-linux-x86-64.so.2');
  });

  it('keeps what programs wrote, unless it is to be thrown away', async () => {
    await build();
    mkdirSync(join(directory, 'run/mount/__ROOT'), { recursive: true });
    writeFileSync(join(directory, 'run/mount/__ROOT/kept'), '');
    await build();
    expect(existsSync(join(directory, 'run/mount/__ROOT/kept'))).toBe(true);
    await buildInstance(directory, { system, signKey: KEY, discardsWritten: true });
    expect(existsSync(join(directory, 'run/mount/__ROOT/kept'))).toBe(false);
  });

  it('is refused while the instance runs', async () => {
    await build();
    const over = markRunning(directory, process.pid);
    await expect(build()).rejects.toThrow(`the instance is running (process ${process.pid}), stop it first`);
    over();
    await build();
  });

  it.each<[string, () => string, RegExp]>([
    ['no file', () => join(directory, 'none'), /^cannot sign with .*none: ENOENT/],
    ['no key', () => join(directory, 'Occlum.json'), /it is no private key in PEM/],
    ['a key of another size', () => {
      const file = place();
      writeFileSync(file, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
      return file;
    }, /it is rsa of 2048 bits with exponent 65537, must be rsa of 3072 bits with exponent 3/],
  ])('refuses %s to sign with', async (_, make, message) => {
    await expect(build(directory, make())).rejects.toThrow(message);
    expect(existsSync(join(directory, 'build'))).toBe(false);
  });
});

describe('placeInConfig', () => {
  it('says where something was written when it was built, and believes nothing else', async () => {
    const line = readFileSync(join(directory, 'Occlum.json'), 'utf8').split('\n').findIndex((text) => text.includes('"entry_points"')) + 1;
    await build();
    edit(join(directory, 'Occlum.json'), '{', '{\n');
    expect(placeInConfig(directory, 'entry_points')).toBe(`Occlum.json:${line}:3 - entry_points`);
    expect(placeInConfig(directory, 'policy.network')).toBe('Occlum.json - policy.network');
    const places = join(directory, 'build/.Occlum_places.json');
    for (const text of ['{', 'null', '{"file":"Occlum.json","places":{"entry_points":"1:1\\u001b[2J"}}', '{"file":"../x","places":{"entry_points":"1:1"}}']) {
      writeFileSync(places, text);
      expect([text, placeInConfig(directory, 'entry_points')]).toEqual([text, 'Occlum.json - entry_points']);
    }
    rmSync(places);
    expect(placeInConfig(directory, 'entry_points')).toBe('Occlum.json - entry_points');
  });
});

describe('openInstance', () => {
  it('gives what was measured', async () => {
    const { measurement, signer } = await build();
    const { identity, config, isRelease, image } = openInstance(directory, system);
    expect({ identity, isRelease }).toEqual({ identity: { measurement, signer, productId: 0, securityVersion: 0, isDebuggable: true }, isRelease: false });
    expect(config).toMatchObject({ env: { default: ['OCCLUM=yes'], untrusted: ['EXAMPLE'] }, metadata: { debuggable: true } });
    expect(image.root).toBe(join(directory, 'build/mount/__ROOT'));
    expect(createPrivateKey(readFileSync(KEY)).asymmetricKeyDetails?.publicExponent).toBe(3n);
  });

  it('goes by what was built, not by a configuration that was changed since', async () => {
    edit(join(directory, 'Occlum.json'), '"debuggable": true', '"debuggable": false');
    await build();
    edit(join(directory, 'Occlum.json'), '"debuggable": false', '"debuggable": true');
    expect(openInstance(directory, system).isRelease).toBe(true);
    expect(readFileSync(join(directory, 'build/Enclave.xml'), 'utf8')).toContain('<DisableDebug>1</DisableDebug>');
  });

  it.each<[string, () => void, RegExp]>([
    ['the signature', () => { flip(join(directory, 'build/enclave.sig'), 970); }, /the enclave's signature is refused/],
    ['a signature that is cut', () => { writeFileSync(join(directory, 'build/enclave.sig'), 'x'); }, /the enclave's signature is refused: it has 1 bytes/],
    ['the record', () => { edit(join(directory, 'build/enclave.json'), '1.0.0', '1.0.1'); }, /the record .*enclave\.json is not the one that was signed/],
    ['a record that is none', () => { writeFileSync(join(directory, 'build/enclave.json'), '{'); }, /the record .*enclave\.json is not the one that was signed/],
    ['the configuration', () => { edit(join(directory, 'build/.Occlum_sys.json'), '"debuggable":true', '"debuggable":false'); }, /the configuration .*\.Occlum_sys\.json is not the one that was measured/],
    ['the hash tree', () => { flip(join(directory, 'build/mount/__ROOT.tree'), 5); }, /the hash tree of the image, .*__ROOT\.tree, is not the one that was measured/],
    ['the kernel', () => { appendFileSync(system.kernel.command?.files[0]?.path ?? '', 'x'); }, /the LibOS kernel is not the one that was measured: .*main\.cjs/],
    ['the runtime', () => { appendFileSync(system.runtime[0]?.path ?? '', 'x'); }, /the enclave runtime is not the one that was measured: .*runtime/],
    ['the version of the kernel', () => { system = { ...system, kernel: { command: { ...system.kernel.command!, version: '2.0.0' } } }; }, /built with version 1\.0\.0 of the LibOS kernel, this is 2\.0\.0/],
    ['the form of the kernel', () => { system = { ...system, kernel: { library: { version: '1.0.0', files: [] } } }; }, /built without the LibOS kernel as a library/],
  ])('refuses another than was built with EACCES: %s', async (_, change, message) => {
    await build();
    change();
    expect(() => openInstance(directory, system)).toThrow(expect.objectContaining({ code: 'EACCES', message: expect.stringMatching(message) as string }));
  });

  it('says what is missing', async () => {
    await build();
    rmSync(join(directory, 'build/mount/__ROOT.tree'));
    expect(() => openInstance(directory, system)).toThrow(expect.objectContaining({ code: 'ENOENT', message: expect.stringContaining('__ROOT.tree') as string }));
  });
});

describe('instanceStatus', () => {
  it('is running as long as somebody runs it', async () => {
    await build();
    const [one, two] = [markRunning(directory, process.pid), markRunning(directory, process.ppid)];
    expect(instanceStatus(directory)).toBe('running');
    one();
    expect(instanceStatus(directory)).toBe('running');
    two();
    expect([instanceStatus(directory), readFileSync(join(directory, '.__occlum_status'), 'utf8')]).toEqual(['built', 'built\n']);
  });

  it('heals when who ran it was killed', async () => {
    await build();
    const runner = spawn('sleep', ['1000']);
    markRunning(directory, runner.pid ?? 0);
    expect(instanceStatus(directory)).toBe('running');
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    expect(readFileSync(join(directory, '.__occlum_status'), 'utf8')).toBe('running\n');
    expect(instanceStatus(directory)).toBe('built');
    expect(lstatSync(join(directory, 'run')).isDirectory()).toBe(true);
  });
});

/** Changes a byte of a file. */
function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

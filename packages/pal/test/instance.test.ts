import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { Enclave } from '@occlum/pal';
import type { Denial, EnclaveOptions, GuestProcess } from '@occlum/pal';

// What an instance is made of: who its programs are, what may be started, and what is read-only.
let folder: string;
let enclave: Enclave | undefined;
let denials: Denial[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'occlum-pal-'));
  writeFileSync(join(folder, 'data'), 'from the host');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await enclave?.destroy();
});

async function boot(options: Partial<EnclaveOptions>): Promise<Enclave> {
  denials = [];
  return (enclave = await Enclave.create({ rootfs: '/', network: 'none', onDenied: (denial) => denials.push(denial), ...options }));
}

async function output(program: GuestProcess): Promise<string> {
  const [out] = await Promise.all([program.stdout.toArray(), program.exited]);
  return Buffer.concat(out as Buffer[]).toString();
}

describe('identity', () => {
  it('makes programs root inside, who owns what this user has on the host', async () => {
    const { spawn } = bound(await boot({ identity: 'root', mounts: [{ source: folder, target: '/mnt' }] }));
    const script = 'id -u; id -g; stat -c %u:%g /mnt/data; echo x >/tmp/f; chown 7:8 /tmp/f; stat -c %u:%g /tmp/f';
    const [uid, gid, data, changed] = (await output(spawn('sh', ['-c', script]))).split('\n');
    expect([uid, gid, data, changed]).toEqual(['0', '0', '0:0', '7:8']);
  });
});

describe('readOnly', () => {
  it('refuses every write below the root by EROFS and tells of it, and leaves mounts alone', async () => {
    const { spawn } = bound(await boot({ readOnly: true, mounts: [{ source: folder, target: '/srv', readOnly: true }] }));
    const script = 'LC_ALL=C; export LC_ALL; cd /var; for f in new /etc/hosts /srv/data; do (echo x >$f) 2>/dev/null || echo "no $f"; done; mkdir /usr/x 2>&1; echo fine >/tmp/x && cat /tmp/x';
    expect(await output(spawn('sh', ['-c', script]))).toBe("no new\nno /etc/hosts\nno /srv/data\nmkdir: cannot create directory '/usr/x': Read-only file system\nfine\n");
    expect(denials.map(({ object, rule, place, error }) => [object, rule, place, error])).toEqual([
      ['/var/new', 'readOnly', 'readOnly', 'EROFS'],
      ['/etc/hosts', 'readOnly', 'readOnly', 'EROFS'],
      ['/srv/data', 'readOnly', 'mounts[0].readOnly', 'EROFS'],
      ['/usr/x', 'readOnly', 'readOnly', 'EROFS'],
    ]);
  });

  it('does not take what Linux itself refuses for its own', async () => {
    const { spawn } = bound(await boot({}));
    await spawn('sh', ['-c', 'echo x >/proc/version; echo x >/no/such/file; true']);
    expect(denials).toEqual([]);
  });
});

describe('entryPoints', () => {
  it('lets nothing else start, once links are followed on both sides', async () => {
    const { spawn } = bound(await boot({ entryPoints: ['/bin/echo', '/usr/lib', '/no/such/place'] }));
    expect(await output(spawn('/usr/bin/echo', ['x']))).toBe('x\n');
    await expect(spawn('cat', []).exited).rejects.toMatchObject({ code: 'EACCES', syscall: 'spawn' });
    await expect(spawn('/bin/echoes', []).exited).rejects.toMatchObject({ code: 'ENOENT' });
    const [denial] = denials;
    expect(denial).toMatchObject({ operation: 'spawn', rule: 'entryPoints', place: 'entryPoints', error: 'EACCES' });
    expect(denial?.hint).toMatch(/bin\/cat is none of the entry points \(\/bin\/echo, \/usr\/lib, \/no\/such\/place\) and below none of them$/);
  });

  it('lets what runs inside start what it likes', async () => {
    const { spawn } = bound(await boot({ entryPoints: ['/bin/sh', '/usr/bin/dash'] }));
    expect(await output(spawn('sh', ['-c', '/bin/cat /etc/hostname >/dev/null && echo ran']))).toBe('ran\n');
    expect(denials).toEqual([]);
  });
});

function bound(booted: Enclave): { spawn: (path: string, args: readonly string[]) => GuestProcess } {
  return { spawn: (path, args) => booted.spawn(path, args) };
}

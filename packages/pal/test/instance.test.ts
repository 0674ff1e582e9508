import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { writeImageTree } from '@occlum/image';
import { Enclave } from '@occlum/pal';
import type { Denial, DenialSummary, EnclaveOptions, GuestProcess } from '@occlum/pal';

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

describe('user', () => {
  it('makes programs somebody else, who may do what that user may', async () => {
    const { spawn } = bound(await boot({ identity: 'root', user: { uid: 4242, gid: 100 }, mounts: [{ source: folder, target: '/mnt' }] }));
    const script = 'id -u; id -G; stat -c %u /mnt; (echo x >/mnt/new) 2>/dev/null || echo refused; echo x >/tmp/f; stat -c %u:%g /tmp/f; chown 0 /tmp/f 2>/dev/null || echo refused';
    expect(await output(spawn('sh', ['-c', script]))).toBe('4242\n100\n0\nrefused\n4242:100\nrefused\n');
  });
});

describe('onSummary', () => {
  it.each(['main', 'worker'] as const)('hears how often each was refused before destroy resolves, of a kernel on the %s thread', async (kernelThread) => {
    const summaries: DenialSummary[] = [];
    const enclave = await Enclave.create({ rootfs: '/', readOnly: true, kernelThread, onSummary: (summary) => summaries.push(summary) });
    await enclave.spawn('sh', ['-c', 'for i in 1 2 3; do (echo x >/var/new) 2>/dev/null; done; true']);
    expect(summaries).toEqual([]);
    await enclave.destroy();
    expect(summaries.map(({ denials: all }) => all.map(({ denial: { object }, count }) => [object, count]))).toEqual([[['/var/new', 3]]]);
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

describe('image', () => {
  const image = (): string => join(folder, 'image');
  const tree = (): string => join(folder, 'tree');
  let reference: Awaited<ReturnType<typeof writeImageTree>>;

  beforeAll(async () => {
    for (const program of ['/bin/sh', '/usr/bin/find', '/bin/cat']) pack(program, image());
    mkdirSync(join(image(), 'etc'));
    writeFileSync(join(image(), 'etc', 'motd'), 'hello\n');
    reference = await writeImageTree(image(), tree());
  });

  const bootImage = (options: Partial<EnclaveOptions> = {}): Promise<Enclave> => boot({ rootfs: image(), image: { tree: tree(), reference }, identity: 'root', ...options });

  it('is all that programs see, beside /dev, /proc, /sys and /tmp', async () => {
    const { spawn } = bound(await bootImage());
    const seen = (await output(spawn('/usr/bin/find', ['/', '-mindepth', '1', '(', '-path', '/dev', '-o', '-path', '/proc', '-o', '-path', '/sys', '-o', '-path', '/tmp', ')', '-prune', '-o', '-printf', '%y %m %U:%G %p\n']))).split('\n').sort();
    expect(seen.filter((line) => line !== '')).toEqual(listing(image()).sort());
    expect(await output(spawn('/bin/sh', ['-c', 'cd /; echo *; cat etc/motd; echo more >>etc/motd; cat etc/motd']))).toMatch(/^(bin )?dev etc lib.* proc sys tmp usr\nhello\nhello\nmore\n$/);
    expect(denials).toEqual([]);
  });

  it('shows programs where they are in /proc/self/maps, copies of small files too', async () => {
    const { spawn } = bound(await bootImage());
    const maps = await output(spawn('/bin/cat', ['/proc/self/maps']));
    expect(maps).toContain('/bin/cat\n');
    expect(maps).toContain('libc.so.6\n');
    expect(maps).not.toContain('memfd');
    expect(maps).not.toContain(folder);
  });

  it('starts no program that was changed, and says which', async () => {
    const cat = join(image(), 'bin/cat');
    const original = readFileSync(cat);
    writeFileSync(cat, Buffer.concat([original.subarray(0, -1), Buffer.from('?')]));
    const { spawn } = bound(await bootImage());
    await expect(spawn('/bin/cat', []).exited).rejects.toMatchObject({ code: 'EIO', syscall: 'spawn' });
    expect(denials).toMatchObject(['open', 'spawn'].map((operation) => ({ operation, object: '/bin/cat', rule: 'image', error: 'EIO' })));
    expect(denials[1]?.hint).toMatch(/^\/bin\/cat of the image is not what was built and measured \(.*\); build again if .*, else find out who changed it$/);
    writeFileSync(cat, original);
    expect(await output(spawn('/bin/cat', ['/etc/motd']))).toBe('hello\n');
  });

  it('boots on no hash tree that was changed, and says so', async () => {
    const changed = { ...reference, hash: '0'.repeat(64) };
    await expect(bootImage({ image: { tree: tree(), reference: changed } })).rejects.toMatchObject({ code: 'EIO', message: expect.stringContaining("the image's hash tree was changed") as string });
    await expect(bootImage({ image: { tree: join(folder, 'none'), reference } })).rejects.toMatchObject({ code: 'ENOENT', message: expect.stringContaining('image.tree is') as string });
  });
});

describe('writableLayer', () => {
  it('keeps what programs write, also when Node is killed, and is one enclave at a time\'s', async () => {
    const writableLayer = join(folder, 'run');
    const first = await boot({ writableLayer, identity: 'root' });
    const script = 'mkdir -p /data/deep && echo kept >/data/deep/file && chown 5:6 /data/deep/file && chmod 640 /data/deep/file && mv /data /moved && rm /etc/hostname && echo gone >/tmp/gone';
    expect(await first.spawn('sh', ['-c', script])).toEqual({ code: 0 });
    await expect(Enclave.create({ rootfs: '/', writableLayer })).rejects.toMatchObject({ code: 'EBUSY', message: expect.stringContaining(`writableLayer is ${writableLayer}, which process ${process.pid} has`) as string });
    await first.destroy();
    expect(lstatSync(writableLayer).mode & 0o777).toBe(0o700);
    const { spawn } = bound(await boot({ writableLayer, identity: 'root' }));
    const look = 'cat /moved/deep/file; stat -c "%a %u:%g" /moved/deep/file; ls /etc/hostname /tmp/gone /data 2>/dev/null; echo end';
    expect(await output(spawn('sh', ['-c', look]))).toBe('kept\n640 5:6\nend\n');
  });
});

/** Copies a program and the libraries that it loads. */
function pack(program: string, image: string): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const file of [program, ...libraries]) {
    const target = join(image, file);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(file), target);
  }
}

/** A host directory as its image shows it. */
function listing(root: string, path = ''): string[] {
  return readdirSync(join(root, path)).flatMap((name) => {
    const at = `${path}/${name}`;
    const stat = lstatSync(join(root, at));
    return stat.isDirectory() ? [`d 755 0:0 ${at}`, ...listing(root, at)] : [`f ${(stat.mode & 0o100) === 0 ? '644' : '755'} 0:0 ${at}`];
  });
}

function bound(booted: Enclave): { spawn: (path: string, args: readonly string[]) => GuestProcess } {
  return { spawn: (path, args) => booted.spawn(path, args) };
}

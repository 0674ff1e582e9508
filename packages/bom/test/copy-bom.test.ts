import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { findLibraries } from '@occlum/elf';

import { copy, workplace } from './places.js';

/** All below a directory; links are not followed. */
function all(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => [entry.name, ...(entry.isDirectory() ? all(join(folder, entry.name)).map((name) => join(entry.name, name)) : [])]).sort();
}

describe('copyBom', () => {
  it('makes directories and links, and copies files and directories', async () => {
    const cwd = workplace({
      'bom.yaml': `
includes: [base.yaml]
targets:
  - target: /opt/app
    mkdirs: [data, data/deep]
    createlinks:
      - { src: ../data, linkname: bin/link }
    copy:
      - files: [one, { name: two, rename: renamed }]
      - from: tree
        dirs: [folder]
      - dirs: [tree/content/]
  - target: whole
    copy: [{ from: tree }]
`,
      one: '1', two: '2', 'tree/folder/a': 'a', 'tree/content/b': 'b',
    });
    const { directories, files, links } = await copy(cwd);
    expect(all(join(cwd, 'image', 'opt'))).toEqual(['app', 'app/b', 'app/bin', 'app/bin/link', 'app/data', 'app/data/deep', 'app/folder', 'app/folder/a', 'app/one', 'app/renamed']);
    expect(all(join(cwd, 'image', 'whole'))).toEqual(['content', 'content/b', 'folder', 'folder/a']);
    expect(readlinkSync(join(cwd, 'image', 'opt', 'app', 'bin', 'link'))).toBe('../data');
    expect(readFileSync(join(cwd, 'image', 'opt', 'app', 'renamed'), 'utf8')).toBe('2');
    expect(readdirSync(join(cwd, 'image'))).toEqual(expect.arrayContaining(['bin', 'dev', 'etc', 'lib64', 'proc', 'tmp']));
    expect({ files, links, directories: directories > 15 }).toEqual({ files: 6, links: 1, directories: true });
  });

  it('keeps modes and times, replaces what has changed, and deletes nothing', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /, copy: [{ files: [tool], dirs: [tree] }] }]', tool: 'one', 'tree/x': 'x', 'image/other': 'kept' });
    chmodSync(join(cwd, 'tool'), 0o4751);
    chmodSync(join(cwd, 'tree'), 0o1770);
    utimesSync(join(cwd, 'tool'), 1000, 1000);
    expect((await copy(cwd)).unchanged).toBe(1);
    const seen = statSync(join(cwd, 'image', 'tool'));
    expect([(seen.mode & 0o7777).toString(8), seen.mtimeMs]).toEqual(['4751', 1_000_000]);
    expect((statSync(join(cwd, 'image', 'tree')).mode & 0o7777).toString(8)).toBe('1770');
    expect(await copy(cwd)).toMatchObject({ directories: 2, files: 2, unchanged: 4 });
    writeFileSync(join(cwd, 'tool'), 'other');
    expect((await copy(cwd)).unchanged).toBe(3);
    expect(readFileSync(join(cwd, 'image', 'tool'), 'utf8')).toBe('other');
    expect(all(join(cwd, 'image'))).toEqual(['other', 'tool', 'tree', 'tree/x']);
  });

  it('keeps links within a directory, and copies what others lead to', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /, copy: [{ dirs: [tree] }] }]', 'tree/file': 'inside', 'elsewhere/file': 'outside' });
    symlinkSync('file', join(cwd, 'tree', 'inside'));
    symlinkSync('../elsewhere', join(cwd, 'tree', 'outside'));
    symlinkSync(join(cwd, 'tree', 'file'), join(cwd, 'tree', 'absolute'));
    symlinkSync('/no/such', join(cwd, 'tree', 'dangling'));
    symlinkSync('../tree', join(cwd, 'tree', 'circle'));
    const { notices } = await copy(cwd);
    const image = join(cwd, 'image', 'tree');
    expect(readlinkSync(join(image, 'inside'))).toBe('file');
    expect(lstatSync(join(image, 'outside')).isDirectory()).toBe(true);
    expect(readFileSync(join(image, 'outside', 'file'), 'utf8')).toBe('outside');
    expect(lstatSync(join(image, 'absolute')).isFile()).toBe(true);
    expect(notices.map(({ message }) => message.replaceAll(cwd, '$CWD'))).toEqual([
      '$CWD/tree/circle is left out: it is a link to a directory that it lies in',
      '$CWD/tree/dangling is left out: it is a link to /no/such, which is not there',
    ]);
  });

  it.each<[string, string[]]>([
    ['.git', ['tree', 'tree/a.pyc', 'tree/deep', 'tree/deep/a.pyc', 'tree/deep/git']],
    ['*.pyc', ['tree', 'tree/.git', 'tree/.git/x', 'tree/deep', 'tree/deep/git']],
    ['/tree/deep', ['tree', 'tree/.git', 'tree/.git/x', 'tree/a.pyc']],
    ['deep/a.pyc', ['tree', 'tree/.git', 'tree/.git/x', 'tree/a.pyc', 'tree/deep', 'tree/deep/git']],
    ['git/', ['tree', 'tree/.git', 'tree/.git/x', 'tree/a.pyc', 'tree/deep', 'tree/deep/a.pyc', 'tree/deep/git']],
    ['dee?', ['tree', 'tree/.git', 'tree/.git/x', 'tree/a.pyc']],
  ])('excludes %s', async (pattern, left) => {
    const cwd = workplace({ 'bom.yaml': `excludes: ['${pattern}']\ntargets: [{ target: /, copy: [{ dirs: [tree] }] }]`, 'tree/.git/x': '', 'tree/a.pyc': '', 'tree/deep/a.pyc': '', 'tree/deep/git': '' });
    await copy(cwd);
    expect(all(join(cwd, 'image'))).toEqual(left);
  });

  it('takes a hash in either case', async () => {
    const hash = createHash('sha256').update('x').digest('hex');
    const cwd = workplace({ 'bom.yaml': `targets: [{ target: /, copy: [{ files: [{ name: x, hash: '${hash}' }, { name: x, rename: y, hash: '${hash.toUpperCase()}' }] }] }]`, x: 'x' });
    await copy(cwd);
    expect(all(join(cwd, 'image'))).toEqual(['x', 'y']);
  });

  it('puts in variables', async () => {
    const cwd = workplace({ 'bom.yaml': "targets: [{ target: '/${WHERE}', createlinks: [{ src: '$$HOME', linkname: '${NONE:-link}' }], copy: [{ from: $FROM, files: [file] }] }]", 'sources/file': '' });
    await copy(cwd, { env: { WHERE: 'opt', FROM: 'sources' } });
    expect(all(join(cwd, 'image'))).toEqual(['opt', 'opt/file', 'opt/link']);
    expect(readlinkSync(join(cwd, 'image', 'opt', 'link'))).toBe('$HOME');
  });

  it('looks for includes beside the file, in the directories given, and among its own; what includes has the last word', async () => {
    const cwd = workplace({
      'bom.yaml': 'includes: [near.yaml, far.yaml, base.yaml]\ntargets: [{ target: /, copy: [{ files: [{ name: second, rename: file }] }] }]',
      'near.yaml': 'includes: [far.yaml]\ntargets: [{ target: /near }]', 'places/far.yaml': 'targets: [{ target: /, copy: [{ files: [{ name: first, rename: file }] }] }]',
      first: '1', second: '2',
    });
    await copy(cwd, { includeDirs: ['places'] });
    expect(readFileSync(join(cwd, 'image', 'file'), 'utf8')).toBe('2');
    expect(readdirSync(join(cwd, 'image'))).toEqual(expect.arrayContaining(['near', 'sbin']));
  });

  it('writes nothing outside of the image, whatever links and paths say', async () => {
    const cwd = workplace({ 'bom.yaml': "targets: [{ target: /../../up, createlinks: [{ src: /, linkname: root }], copy: [{ files: [{ name: x, rename: ../../../y }] }] }, { target: /up/root/deep, copy: [{ files: [x] }] }]", x: 'x', outside: 'safe' });
    mkdirSync(join(cwd, 'image'));
    symlinkSync('../outside', join(cwd, 'image', 'x'));
    await copy(cwd);
    expect(all(join(cwd, 'image'))).toEqual(['deep', 'deep/x', 'up', 'up/root', 'x', 'y']);
    expect(readdirSync(cwd).sort()).toEqual(['bom.yaml', 'image', 'outside', 'x']);
    expect(readFileSync(join(cwd, 'outside'), 'utf8')).toBe('safe');
  });

  it('says what is in the way', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /, copy: [{ files: [x] }] }]', x: 'x', 'image/x/y': '' });
    await expect(copy(cwd)).rejects.toThrow('image/x is in the way: it is a directory, remove it');
  });

  it('only tells in a dry run', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /a, copy: [{ files: [x] }] }]', x: 'x' });
    const steps: string[] = [];
    expect(await copy(cwd, { dryRun: true, onStep: ({ path, entry }) => steps.push(`${entry.kind} ${path}`) })).toMatchObject({ directories: 2, files: 1, bytes: 1 });
    expect(steps).toEqual(['directory /', 'directory /a', 'file /a/x']);
    expect(existsSync(join(cwd, 'image'))).toBe(false);
  });
});

describe('shared libraries', () => {
  it('are copied with their loader, so that the image lacks nothing', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /bin, copy: [{ files: [/bin/sh, /bin/ls] }] }]' });
    const { libraries, notices } = await copy(cwd);
    const root = join(cwd, 'image');
    expect(notices).toEqual([]);
    expect(libraries).toBe(new Set(['/bin/sh', '/bin/ls'].flatMap((path) => findLibraries(path)?.libraries.map((one) => one.path))).size + 1);
    for (const path of ['/bin/sh', '/bin/ls']) expect(findLibraries(path, { root })?.missing).toEqual([]);
    expect(lstatSync(join(root, findLibraries('/bin/sh')?.interpreter ?? '')).isFile()).toBe(true);
  });

  it('are left out where autodep is false, and a notice says what will be missing', async () => {
    const cwd = workplace({ 'bom.yaml': 'targets: [{ target: /bin, copy: [{ files: [{ name: /bin/sh, autodep: false }] }] }]' });
    expect(await copy(cwd)).toMatchObject({ files: 1, libraries: 0 });
  });
});

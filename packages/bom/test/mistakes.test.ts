import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { ConfigError } from '@occlum/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copy, mistakes, workplace } from './places.js';

const HASH = createHash('sha256').update('right').digest('hex').toUpperCase();

describe('mistakes of a bill of materials', () => {
  it.each<[string, string, string[]]>([
    ['an unknown key', 'target:\n  - target: /', ['bom.yaml:1:1 - target: unknown key (did you mean "targets"?)']],
    ['an unknown key of a target', 'targets:\n  - target: /\n    mkdir: [a]', ['bom.yaml:3:5 - targets[0].mkdir: unknown key (did you mean "mkdirs"?)']],
    ['an unknown key of a file', 'targets: [{ target: /, copy: [{ files: [{ name: a, hashs: b }] }] }]', ['bom.yaml:1:52 - targets[0].copy[0].files[0].hashs: unknown key (did you mean "hash"?)']],
    ['a missing target', 'targets:\n  - mkdirs: [a]', ['bom.yaml:2:5 - targets[0].target: is missing, expected a path that is not empty']],
    ['a list that is none', 'targets:\n  - target: /\n    mkdirs: bin', ['bom.yaml:3:13 - targets[0].mkdirs: expected a list of paths, got "bin"']],
    ['a short hash', 'targets: [{ target: /, copy: [{ files: [{ name: a, hash: ab }] }] }]', ['bom.yaml:1:58 - targets[0].copy[0].files[0].hash: expected the SHA-256 of the file, 64 hexadecimal digits in quotes, got "ab"']],
    ['autodep that is no boolean', 'targets: [{ target: /, copy: [{ files: [{ name: a, autodep: 1 }] }] }]', ['bom.yaml:1:61 - targets[0].copy[0].files[0].autodep: expected true or false, got 1']],
    ['a link without a source', 'targets: [{ target: /, createlinks: [{ linkname: a }] }]', ['bom.yaml:1:38 - targets[0].createlinks[0].src: is missing, expected a path that is not empty']],
    ['no object at all', '- a', ['bom.yaml:1:1 - expected an object with "includes", "excludes" and "targets", got ["a"]']],
    ['what is no YAML', 'targets: [', ['bom.yaml:1:11 - is no YAML here: flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['a key twice', 'targets: []\ntargets: []', ['bom.yaml:2:1 - is no YAML here: map keys must be unique']],
    [
      'all that is not there, at once',
      'targets:\n  - target: /\n    copy:\n      - files: [none, there]\n        dirs:\n          - nowhere\n          - there\n      - from: gone',
      [
        'bom.yaml:4:17 - targets[0].copy[0].files[0].name: expected a file, and $CWD/none is not there',
        'bom.yaml:6:13 - targets[0].copy[0].dirs[0]: expected a directory, and $CWD/nowhere is not there',
        'bom.yaml:7:13 - targets[0].copy[0].dirs[1]: expected a directory, and $CWD/there is a file, which belongs below "files"',
        'bom.yaml:8:15 - targets[0].copy[1].from: expected a directory, and $CWD/gone is not there',
      ],
    ],
    ['a directory among files', 'targets: [{ target: /, copy: [{ files: [folder] }] }]', ['bom.yaml:1:41 - targets[0].copy[0].files[0].name: expected a regular file, and $CWD/folder is a directory, which belongs below "dirs"']],
    ['nothing to copy', 'targets:\n  - target: /\n    copy:\n      - {}', ['bom.yaml:4:9 - targets[0].copy[0]: names nothing to copy, expected "from", "dirs" or "files"']],
    ['a variable that is not set', 'targets:\n  - target: $WHERE/x', ['bom.yaml:2:13 - targets[0].target: names the variable WHERE, which is not set']],
    ['another hash', `targets:\n  - target: /\n    copy:\n      - files:\n          - name: there\n            hash: ${'0'.repeat(64)}`, [`bom.yaml:6:19 - targets[0].copy[0].files[0].hash: expected the SHA-256 of the file, 64 hexadecimal digits in quotes, got 0`]],
    ['another hash in quotes', `targets:\n  - target: /\n    copy:\n      - files:\n          - name: there\n            hash: '${'0'.repeat(64)}'`, [`bom.yaml:6:19 - targets[0].copy[0].files[0].hash: $CWD/there has another SHA-256, ${HASH}: if that is the right file, write this`]],
    ['an include that is nowhere', 'includes:\n  - nowhere.yaml', ['bom.yaml:2:5 - includes[0]: there is no file "nowhere.yaml" beside this one or in a directory of --include-dir, of which there is none']],
  ])('%s', async (_title, text, expected) => {
    const cwd = workplace({ 'bom.yaml': text, there: 'right' });
    mkdirSync(join(cwd, 'folder'));
    expect(await mistakes(cwd)).toEqual(expected);
    expect(existsSync(join(cwd, 'image'))).toBe(false);
  });

  it('names the file of an include', async () => {
    const cwd = workplace({ 'bom.yaml': 'includes: [more/other.yaml]', 'more/other.yaml': 'targets: 5' });
    expect(await mistakes(cwd)).toEqual(['more/other.yaml:1:10 - targets: expected a list of targets, got 5']);
  });

  it('tells of includes that lead in circles', async () => {
    const cwd = workplace({ 'bom.yaml': 'includes: [a.yaml]', 'a.yaml': 'includes: [b.yaml]', 'b.yaml': 'includes:\n  - a.yaml' });
    expect(await mistakes(cwd)).toEqual(['b.yaml:2:5 - includes[0]: includes itself: a.yaml includes b.yaml includes a.yaml']);
  });

  it('tells of a file that is not there in one line', async () => {
    expect(await mistakes(workplace())).toEqual(['bom.yaml:1:1 - cannot be read (ENOENT)']);
  });

  it('throws nothing but mistakes, whatever the file says', async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.constantFrom('/', 'a', '..', '$X', '/etc/passwd', ''), fc.integer(), fc.constant(null), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('includes', 'excludes', 'targets', 'target', 'mkdirs', 'createlinks', 'copy', 'from', 'dirs', 'files', 'name', 'src', 'linkname', '__proto__'), tie('any'), { maxKeys: 4 })),
    })).any;
    await fc.assert(fc.asyncProperty(value, async (written) => {
      const cwd = workplace({ 'bom.yaml': JSON.stringify(written) });
      await copy(cwd, { dryRun: true }).catch((error: unknown) => {
        if (!(error instanceof ConfigError)) throw error;
      });
    }), { numRuns: 300 });
  });
});

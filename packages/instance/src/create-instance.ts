import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { findLibraries } from '@occlum/elf';
import { ErrnoError } from '@occlum/errno';

import { CONFIG_TEMPLATE } from './config-template.js';
import { instanceFiles } from './instance-files.js';
import { writeStatus } from './instance-status.js';

/** Directories of an image, as Occlum's `init` makes them. */
const FOLDERS = ['bin', 'lib', 'lib64', 'root', 'host', 'tmp', 'dev', 'proc', 'sys', 'etc', 'sbin', 'opt', 'usr', 'var', 'run'];
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\n';
const GROUP = 'root:x:0:\n';
/** A program that every host has and that needs no library but libc: what it needs, every program does. */
const EXAMPLE = '/bin/true';
/** Libraries of glibc that its programs may need or load later. */
const GLIBC = /^(libc|libm|libdl|libpthread|librt|libresolv|libnss_files|libnss_dns|libutil|libanl)\.so\.\d+$/;

/**
 * Makes an instance of a directory: an Occlum.json with comments, and an image with the directories that programs expect, the
 * loader and the C library of this host.
 *
 * @param directory - Absolute host path; made where it is missing.
 * @param schema - What `$schema` names.
 * @throws ErrnoError `EEXIST` when it is an instance already, or has an `image`; Node's `SystemError`.
 */
export function createInstance(directory: string, schema: string): void {
  const { image, marker, run } = instanceFiles(directory);
  for (const path of [marker, image]) if (existsSync(path)) throw new ErrnoError('EEXIST', { detail: `${directory} is an instance already, it has ${path}` });
  for (const name of FOLDERS) mkdirSync(join(image, name), { recursive: true, mode: 0o755 });
  mkdirSync(join(directory, 'host'), { recursive: true, mode: 0o755 });
  mkdirSync(run, { recursive: true, mode: 0o755 });
  chmodSync(join(image, 'tmp'), 0o1777);
  for (const [path, text] of [['etc/hosts', HOSTS], ['etc/passwd', PASSWD], ['etc/group', GROUP]] as const) writeFileSync(join(image, path), text, { mode: 0o644 });
  copyLibc(image);
  const config = join(directory, 'Occlum.json');
  if (!existsSync(config) && !existsSync(join(directory, 'Occlum.yaml'))) writeFileSync(config, CONFIG_TEMPLATE.replace('SCHEMA', () => schema), { mode: 0o644 });
  writeStatus(directory, 'initialized');
}

/** Puts the host's loader and C library where its programs look for them. A host without glibc has other programs, too. */
function copyLibc(image: string): void {
  const { interpreter, libraries = [] } = findLibraries(EXAMPLE) ?? {};
  const libc = libraries.find(({ name }) => name === 'libc.so.6');
  if (interpreter === undefined || libc === undefined) return;
  const folder = dirname(libc.path);
  for (const path of [interpreter, ...readdirSync(folder).filter((name) => GLIBC.test(name)).map((name) => join(folder, name))]) {
    const target = join(image, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    copyFileSync(realpathSync(path), target);
    chmodSync(target, 0o755);
  }
}

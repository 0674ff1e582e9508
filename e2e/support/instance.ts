import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { expect } from 'vitest';

import { occlum } from './occlum.js';
import type { Outcome } from './occlum.js';
import { GUEST_BUILD, OCCLUM } from './places.js';
import { GID, temporaryDirectory, UID } from './variant.js';

/** Programs of the host that need no library but those that `occlum new` puts into an image, and what they are called there. */
export const PROGRAMS: Readonly<Record<string, string>> = { sh: '/bin/dash', cat: '/bin/cat', env: '/usr/bin/env', sleep: '/bin/sleep' };

/** An instance in a directory of its own, made by the command. */
export class Instance {
  readonly directory: string;
  readonly #command: string;

  /** @param command - Path of the `occlum` that is used for it. */
  constructor(directory: string, command = OCCLUM) {
    this.directory = directory;
    this.#command = command;
  }

  /** Makes one with some small programs in it. */
  static async make(command = OCCLUM): Promise<Instance> {
    const directory = join(temporaryDirectory(), 'instance');
    const made = await occlum(['new', 'instance'], { cwd: dirname(directory) }, command);
    expect([made.status, made.stdout]).toEqual([0, '']);
    const instance = new Instance(directory, command);
    for (const [name, path] of Object.entries(PROGRAMS)) instance.add(path, `bin/${name}`);
    return instance;
  }

  /** Puts a file of the host into the image. */
  add(path: string, target = `bin/${basename(path)}`): void {
    const place = join(this.directory, 'image', target);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, place);
    chownSync(place, UID, GID);
  }

  /** Puts one of our own guest programs into the image. */
  addGuest(name: string): void {
    this.add(join(GUEST_BUILD, name));
  }

  /** Writes a file of the image. */
  write(target: string, content: string | Uint8Array, mode = 0o644): void {
    const place = join(this.directory, 'image', target);
    writeFileSync(place, content);
    chmodSync(place, mode);
    chownSync(place, UID, GID);
  }

  /** Changes the text of a file of the instance, which has to be there. */
  edit(name: string, from: string | RegExp, to: string): void {
    const file = join(this.directory, name);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, () => to));
  }

  /** Runs the command in the instance. */
  occlum(args: readonly string[], options: Parameters<typeof occlum>[1] = {}): Promise<Outcome> {
    return occlum(args, { cwd: this.directory, ...options }, this.#command);
  }

  /** Builds it, which has to succeed; gives the measurement. */
  async build(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.occlum(['build', '--json', ...args]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    return (JSON.parse(stdout) as { mrenclave: string }).mrenclave;
  }

  /** Runs a program that has to end with status 0 and a silent stderr; gives its stdout. */
  async run(...command: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.occlum(['run', ...command]);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }
}

/** Text of all regular files below a directory, as bytes. */
export function allContent(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => lstatSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

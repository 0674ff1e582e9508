import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';

import type { ResultPromise } from 'execa';
import { expect, onTestFinished } from 'vitest';

import { host } from './occlum.js';
import { GID, temporaryDirectory, UID } from './variant.js';

const TEXT = 'untouched\n';

/**
 * Things of the host that a program in the LibOS must not touch, all of them owned by the user that it runs for: so
 * nothing but the LibOS protects them. A file, a process, a TCP and a UDP port, a Unix socket by path and one by name.
 */
export class Canaries {
  readonly directory: string;
  readonly port: number;
  readonly #process: ResultPromise;
  readonly #touched: string[];
  readonly #before: string;

  private constructor(directory: string, port: number, process: ResultPromise, touched: string[]) {
    this.directory = directory;
    this.port = port;
    this.#process = process;
    this.#touched = touched;
    this.#before = state(directory);
  }

  /** Puts them up for one test. */
  static async stand(): Promise<Canaries> {
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, TEXT);
    chownSync(file, UID, GID);
    const touched: string[] = [];
    const listen = async (where: Parameters<Server['listen']>[0], name: string): Promise<Server> => {
      const server = createServer((socket) => {
        touched.push(name);
        socket.on('error', () => undefined).destroy();
      });
      await new Promise<void>((resolve) => server.listen(where, resolve));
      onTestFinished(() => void server.close());
      return server;
    };
    await listen({ path: join(directory, 'docker.sock') }, 'unix socket by path');
    chmodSync(join(directory, 'docker.sock'), 0o777);
    chownSync(join(directory, 'docker.sock'), UID, GID);
    await listen({ path: `\0${directory}/abstract` }, 'unix socket by name');
    const server = await listen({ port: 0, host: '127.0.0.1' }, 'tcp port');
    const { port } = server.address() as AddressInfo;
    const datagrams = createSocket('udp4', () => touched.push('udp port')).bind(port, '127.0.0.1');
    onTestFinished(() => void datagrams.close());
    const process = host(['/bin/sleep', '1000']);
    onTestFinished(() => void process.kill('SIGKILL'));
    return new Canaries(directory, port, process, touched);
  }

  /** Host id of the process. */
  get pid(): number {
    return this.#process.pid ?? -1;
  }

  /** What happened to them, in words; empty is good. */
  harm(): string[] {
    const now = state(this.directory);
    return [
      ...(now === this.#before ? [] : [`the directory was\n${this.#before}\nand is\n${now}`]),
      ...(isRunning(this.pid) ? [] : ['the process is gone']),
      ...new Set(this.#touched),
    ];
  }

  /** Fails if any of them was touched. */
  expectUntouched(): void {
    expect(this.harm()).toEqual([]);
  }
}

/** Names, kinds, modes, owners, times and bytes below a directory. */
function state(directory: string): string {
  const lines = readdirSync(directory).map((name) => {
    const { mode, uid, gid, size, mtimeMs, nlink } = lstatSync(join(directory, name));
    return [name, mode.toString(8), uid, gid, size, mtimeMs, nlink].join(' ');
  });
  return [...lines, lines.some((line) => line.startsWith('file ')) ? readFileSync(join(directory, 'file'), 'utf8') : ''].join('\n');
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

import { expect, test } from 'vitest';

import { start, succeed } from './support/occlum.js';
import { needs } from './support/programs.js';
import { NATIVE, UID } from './support/variant.js';
import { freePort, until } from './support/waiting.js';

const NODE = '/usr/bin/node';

/** Runs a program in Node in the LibOS; gives its stdout. */
function node(program: string, type: 'module' | 'commonjs' = 'commonjs'): Promise<string> {
  return succeed(NODE, [`--input-type=${type}`, '-e', program]);
}

test('worker threads', async (context) => {
  needs(context, NODE);
  const program = `
    const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
    const code = 'const { parentPort, workerData } = require("node:worker_threads"); const sum = new Int32Array(workerData.shared); for (let i = 0; i < 1000; i++) Atomics.add(sum, 0, workerData.n); parentPort.postMessage(workerData.n)';
    const shared = new SharedArrayBuffer(4);
    const workers = [1, 2, 3, 4].map((n) => new Promise((resolve, reject) => new Worker(code, { eval: true, workerData: { shared, n } }).on('message', resolve).on('error', reject)));
    Promise.all(workers).then((numbers) => console.log(numbers.join(), new Int32Array(shared)[0]));`;
  expect(await node(program)).toBe('1,2,3,4 10000\n');
});

test('child processes', async (context) => {
  needs(context, NODE);
  const program = `
    const { execFile, execSync, fork, spawn, spawnSync } = require('node:child_process');
    const { promisify } = require('node:util');
    (async () => {
      console.log(execSync('echo sync').toString().trim());
      console.log((await promisify(execFile)('/bin/echo', ['async'])).stdout.trim());
      const cat = spawn('cat'); cat.stdin.end('piped'); let out = ''; for await (const chunk of cat.stdout) out += chunk; console.log(out);
      const killed = spawn('sleep', ['10']); killed.kill(); killed.on('exit', (code, signal) => console.log(code, signal));
      await new Promise((resolve) => killed.on('close', resolve));
      const missing = spawn('/no/such/program'); await new Promise((resolve) => missing.on('error', (error) => { console.log(error.code); resolve(); }));
      require('node:fs').writeFileSync('/tmp/child-of-node.js', 'process.on("message", (m) => { process.send(m + 1); process.disconnect(); })');
      const child = fork('/tmp/child-of-node.js'); child.send(41); child.on('message', (m) => console.log(m));
      await new Promise((resolve) => child.on('exit', resolve));
      console.log(spawnSync('sh', ['-c', 'exit 9']).status);
      require('node:fs').unlinkSync('/tmp/child-of-node.js');
    })();`;
  expect(await node(program)).toBe('sync\nasync\npiped\nnull SIGTERM\nENOENT\n42\n9\n');
});

test('http inside, streams and files', async (context) => {
  needs(context, NODE);
  const program = `
    import http from 'node:http'; import fs from 'node:fs/promises'; import { createReadStream } from 'node:fs'; import os from 'node:os'; import crypto from 'node:crypto';
    import { pipeline } from 'node:stream/promises'; import zlib from 'node:zlib'; import path from 'node:path'; import net from 'node:net'; import dns from 'node:dns/promises';
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'node-')); const file = path.join(folder, 'big');
    await fs.writeFile(file, Buffer.alloc(2_000_000, 'abc'));
    const server = http.createServer((request, response) => pipeline(createReadStream(file), zlib.createGzip(), response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sizes = await Promise.all(Array.from({ length: 10 }, async () => zlib.gunzipSync(Buffer.from(await (await fetch('http://127.0.0.1:' + server.address().port)).arrayBuffer())).length));
    console.log(sizes.every((size) => size === 2_000_000)); server.closeAllConnections(); server.close();
    console.log((await fs.readdir(folder)).join(), (await fs.stat(file)).size, os.userInfo().uid);
    const unix = path.join(folder, 'sock'); const echo = net.createServer((socket) => socket.pipe(socket)).listen(unix);
    await new Promise((resolve) => { const client = net.connect(unix, () => client.write('unix')); client.on('data', (data) => { console.log(String(data)); client.end(); echo.close(resolve); }); });
    console.log((await dns.lookup('localhost', 4)).address, crypto.createHash('sha256').update('x').digest('hex').slice(0, 8));
    const watcher = fs.watch(folder, { signal: AbortSignal.timeout(5000) }); setTimeout(() => fs.writeFile(path.join(folder, 'new'), ''), 50);
    for await (const event of watcher) { console.log(event.filename); break; }
    await fs.rm(folder, { recursive: true });`;
  expect(await node(program, 'module')).toBe(`true\nbig 2000000 ${UID}\nunix\n127.0.0.1 2d711642\nnew\n`);
});

test('http answers from outside', async (context) => {
  needs(context, NODE);
  const port = await freePort();
  const program = `require('node:http').createServer((request, response) => response.end(process.pid + ' ' + request.url)).listen(${port}, '127.0.0.1')`;
  const server = start(NODE, ['-e', program]);
  try {
    const text = await until('an answer', () => fetch(`http://127.0.0.1:${port}/path`).then((response) => response.text(), () => undefined));
    expect(text).toMatch(NATIVE ? /^\d+ \/path$/ : /^\d{1,2} \/path$/);
  } finally {
    server.kill('SIGTERM');
    await server;
  }
});

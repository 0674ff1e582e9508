import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect, test } from 'vitest';

import { start } from './support/occlum.js';
import { findProgram, needs } from './support/programs.js';
import { temporaryDirectory } from './support/variant.js';
import { freePort, until } from './support/waiting.js';

test('nginx serves a file to wrk', async (context) => {
  needs(context, 'nginx', 'wrk', 'curl');
  const port = await freePort();
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'html'));
  writeFileSync(join(directory, 'html', 'file'), 'x'.repeat(10_000));
  writeFileSync(join(directory, 'nginx.conf'), configuration(port));
  await execa('chmod', ['-R', 'a+rwX', directory]);
  // The prefix is the current directory: in the LibOS, what nginx writes there stays inside.
  const server = start(findProgram('nginx') ?? '', ['-e', 'stderr', '-p', directory, '-c', 'nginx.conf'], { cwd: directory });
  try {
    const url = `http://127.0.0.1:${port}/file`;
    const body = await until('nginx', async () => {
      const { exitCode, stdout } = await execa('curl', ['-fsS', url], { reject: false });
      return exitCode === 0 ? stdout : undefined;
    });
    expect(body).toBe('x'.repeat(10_000));
    const { stdout } = await execa('wrk', ['-t2', '-c20', '-d2s', url]);
    expect(stdout).not.toMatch(/Non-2xx|Socket errors/);
    expect(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(200);
    expect((await execa('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', `${url}-missing`])).stdout).toBe('404');
  } finally {
    server.kill('SIGTERM');
    await server;
  }
  expect((await server).exitCode).toSatisfy((code: unknown) => code === 0 || code === undefined || code === 143);
});

/** Two workers under a master, all of it in one directory, no log file. */
function configuration(port: number): string {
  return `daemon off; worker_processes 2; pid nginx.pid; error_log stderr error;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:${port}; root html; location / { } }
}
`;
}

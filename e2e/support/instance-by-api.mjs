// Runs an instance by the API: `node instance-by-api.mjs DIRECTORY`. Prints what a test looks at as JSON.
import { readFileSync } from 'node:fs';

import { Enclave } from '../../packages/pal/dist/index.js';

const [, , directory] = process.argv;
const enclave = await Enclave.fromInstance(directory, { hostEnvironment: { TEST: 'host', OTHER: 'host' } });
const variables = [];
for await (const line of enclave.spawn('/bin/env', [], { env: { TEST: 'asked', OTHER: 'asked' } })) variables.push(line);
const refused = enclave.spawn('/lib64/ld-linux-x86-64.so.2');
const entryPoint = await refused.exited.catch((error) => error.code);
const status = readFileSync(`${directory}/.__occlum_status`, 'utf8').trim();
await enclave.destroy();
process.stdout.write(JSON.stringify({ variables: variables.sort(), entryPoint, status }));

// Runs a script of sh in an instance by the API and asks for all of the log: `node loud-by-api.mjs DIRECTORY LOG SCRIPT`.
import { Enclave } from '../../packages/pal/dist/index.js';

const [, , directory, logFile, script] = process.argv;
const enclave = await Enclave.fromInstance(directory, { logLevel: 'trace', logFile, onDenied: (denial) => { console.error(denial); } });
for await (const line of enclave.spawn('/bin/sh', ['-c', script])) process.stdout.write(line);
await enclave.destroy();

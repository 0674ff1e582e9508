// Runs a program in two enclaves of one Node process at once, one with rewriting of hot call sites and one without, and prints
// as JSON what it wrote in each: `node two-enclaves.mjs PROGRAM MOUNT...`. Started by rewriting.test.ts, in a process of its own.
import { text } from 'node:stream/consumers';

import { Enclave } from '@occlum/pal';

const [program, ...mounted] = process.argv.slice(2);
const mounts = mounted.map((folder) => ({ source: folder, target: folder, readOnly: true }));
const rewriting = await Enclave.create({ rootfs: '/', mounts });
const trapping = await Enclave.create({ rootfs: '/', mounts, rewriteCallSites: false });
// The child of a fork and the image of an exec are like the first program.
const run = (enclave) => text(enclave.spawn('/bin/sh', ['-c', '"$0"; (:); exec "$0"', program], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
const outputs = await Promise.all([rewriting, trapping, rewriting, trapping].map((enclave) => run(enclave)));
await Promise.all([rewriting.destroy(), trapping.destroy()]);
console.log(JSON.stringify(outputs));

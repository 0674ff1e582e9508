// Runs a program that replaces a file again and again in a layer that is kept, and kills this process with SIGKILL in the middle:
// `node killed-layer.mjs LAYER COUNT`. Started by instance-files.test.ts.
import { Enclave } from '@occlum/pal';

const [writableLayer, count] = process.argv.slice(2);
const enclave = await Enclave.create({ rootfs: '/', writableLayer, network: 'none', identity: 'root' });
const script = 'mkdir -p /kept && cd /kept && i=0; while :; do i=$((i+1)); echo $i >new && mv new at && echo $i; done';
for await (const line of enclave.spawn('/bin/sh', ['-c', script])) if (line === count) process.kill(process.pid, 'SIGKILL');

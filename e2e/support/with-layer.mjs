// Runs a shell script over a layer that is kept, and prints what it wrote: `node with-layer.mjs LAYER SCRIPT`.
import { Enclave } from '@occlum/pal';

const [writableLayer, script] = process.argv.slice(2);
const enclave = await Enclave.create({ rootfs: '/', writableLayer, network: 'none', identity: 'root' });
await enclave.spawn('/bin/sh', ['-c', script], { stdio: 'inherit' });
await enclave.destroy();

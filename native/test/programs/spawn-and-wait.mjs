// Starts a supervisor with two guests on a scratch directory, writes their pids, and waits to be killed.
// `node spawn-and-wait.mjs BUILD SCRATCH RECORD_SIZE LIMITS`
import { createRequire } from 'node:module';

const [build, scratch, ...places] = process.argv.slice(2);
const [stringsAt, limitsAt] = places.map(Number);
const addon = createRequire(import.meta.url)(`${build}addon.node`);
const bytes = (text) => Buffer.from(`${text}\0`);
const SPAWN = 1;
const READY = 16;
const SPAWNED = 17;
const pids = [];

function spawn() {
  const record = Buffer.alloc(stringsAt + 12);
  [SPAWN, 1, 0, 0xffffffff, 0xffffffff, 0, 2, 0, 11].forEach((value, i) => record.writeUInt32LE(value, 4 * i));
  for (let i = 0; i < 16; i++) record.writeBigUInt64LE(0xfffffffffffffffen, limitsAt + 16 * i);
  record.write('probe\0spin\0\0', stringsAt);
  const own = new Int32Array(4);
  addon.processDescriptors(addon.processOpen(), own);
  addon.supervisorSend(supervisor, record, Int32Array.of(own[3], own[2]));
}

function receive() {
  const record = Buffer.alloc(48);
  while (addon.supervisorReceive(supervisor, record, new Int32Array(2)) > 0) {
    if (record.readUInt32LE(0) === READY) spawn(), spawn();
    if ([READY, SPAWNED].includes(record.readUInt32LE(0))) pids.push(record.readInt32LE(8));
  }
  if (pids.length === 3) console.log(pids.join(' '));
}

addon.transportOpen(() => {
  const events = new Int32Array(30);
  while (addon.transportCollect(events) > 0) receive();
});
const supervisor = addon.supervisorStart(bytes(`${build}occlum-supervisor`), bytes(`${build}test/probe`), bytes(scratch));

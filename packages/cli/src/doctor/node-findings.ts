import { spawnSync } from 'node:child_process';

import { hostBinding } from '@occlum/native';
import { unsupportedPlatform } from '@occlum/pal';
import { availableParallelism, cpuQuota, hostCpus } from '@occlum/sched';

import type { Finding } from './finding.js';

/** A certificate file costs this, or it is not worth a word. */
const SLOW_MS = 10;

/** What this command itself runs on. */
export function baseFindings(release: string, node: string): Finding[] {
  const unsupported = unsupportedPlatform();
  return [
    unsupported === undefined
      ? { name: 'kernel', state: 'ok', found: `Linux ${release}` }
      : { name: 'kernel', state: 'failure', found: unsupported, meaning: 'no program can be run' },
    // Older ones are refused before any command is read.
    { name: 'node', state: 'ok', found: `Node.js ${node}` },
    native(),
  ];
}

function native(): Finding {
  try {
    return { name: 'native', state: 'ok', found: `loaded, interface ${hostBinding().interfaceVersion}` };
  } catch (error) {
    return { name: 'native', state: 'failure', found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), meaning: 'no program can be run', remedy: 'install @occlum/cli again, or build it: npm run build:native' };
  }
}

/** How many CPUs programs have. */
export function cpusFinding(): Finding {
  const { online, allowed } = hostCpus();
  const quota = cpuQuota();
  const parts = [`${online.size} online`, `${allowed.size} allowed`, ...(quota === undefined ? [] : [`a quota of ${quota}`])];
  const few = availableParallelism() < 2;
  return { name: 'cpus', state: 'ok', found: parts.join(', '), ...(few ? { meaning: 'kernel and programs take turns, so each system call that the kernel answers is slower' } : {}) };
}

/**
 * What NODE_EXTRA_CA_CERTS costs: Node reads all of its certificates before it runs anything.
 *
 * @param file - Its value; the launcher of this command has moved it out of the way.
 */
export function certificatesFinding(file: string | undefined, node: string): Finding {
  const name = 'certificates';
  if (file === undefined) return { name, state: 'ok', found: 'NODE_EXTRA_CA_CERTS is not set' };
  const cost = Math.round(startMs(node, { NODE_EXTRA_CA_CERTS: file }) - startMs(node, {}));
  if (cost < SLOW_MS) return { name, state: 'ok', found: 'NODE_EXTRA_CA_CERTS is set, and costs little' };
  return { name, state: 'warning', found: `NODE_EXTRA_CA_CERTS costs each start of Node ${cost} ms`, meaning: 'not those of this command, which takes it out of the way, but Node programs inside and those that embed enclaves', remedy: 'unset it where it is not needed' };
}

const ROUNDS = 3;

function startMs(node: string, env: NodeJS.ProcessEnv): number {
  return Math.min(...Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    spawnSync(node, ['-e', '0'], { env, stdio: 'ignore' });
    return performance.now() - start;
  }));
}

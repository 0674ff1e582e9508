// What the process that imports this holds of its host, for tests that look for leaks.
import { readdirSync, readFileSync } from 'node:fs';

/** What is held, once two looks in a row see the same: the last process is reaped a moment after its status is known. */
export async function settled() {
  for (let last = ''; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = JSON.stringify(held());
    if (now === last) return JSON.parse(now);
    last = now;
  }
}

function held() {
  const shared = readFileSync('/proc/self/maps', 'latin1').split('\n').filter((line) => /^\S+ ..\Ss/.test(line));
  return { descriptors: readdirSync('/proc/self/fd').length, sharedMaps: shared.length, processes: descendants(process.pid).length };
}

function descendants(pid) {
  const parents = readdirSync('/proc').flatMap((name) => {
    try {
      const stat = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, 'latin1') : '';
      return stat === '' ? [] : [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
    } catch {
      return [];
    }
  });
  const below = (parent) => parents.filter(([, its]) => its === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

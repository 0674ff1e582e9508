import type { Finding } from './finding.js';
import type { HostView } from './host-view.js';

/** Source: linux/include/uapi/linux/magic.h. */
const PROC_MAGIC = 0x9fa0;

/** What the settings of the host's kernel mean. */
export function kernelFindings(host: HostView): Finding[] {
  return [proc(host), overcommit(host), yama(host), ownFilter(host), cpu(host), container(host), user(host)];
}

function proc({ space }: HostView): Finding {
  if (space('/proc')?.type === PROC_MAGIC) return { name: '/proc', state: 'ok', found: 'mounted' };
  return { name: '/proc', state: 'warning', found: 'not mounted', meaning: 'files cannot be opened again by their descriptors', remedy: 'mount it: mount -t proc proc /proc' };
}

function overcommit({ read }: HostView): Finding {
  const name = 'overcommit';
  const mode = read('/proc/sys/vm/overcommit_memory')?.trim();
  if (mode !== '2') return { name, state: 'ok', found: mode === undefined ? 'not told' : `vm.overcommit_memory is ${mode}` };
  return {
    name, state: 'warning', found: 'vm.overcommit_memory is 2', meaning: 'programs that reserve much memory (Node, Java, Go) may be refused with ENOMEM',
    remedy: 'set vm.overcommit_memory to 0, or raise vm.overcommit_ratio',
  };
}

function yama({ read }: HostView): Finding {
  const scope = read('/proc/sys/kernel/yama/ptrace_scope')?.trim();
  return { name: 'yama', state: 'ok', found: scope === undefined ? 'not there' : `ptrace_scope is ${scope}`, meaning: 'no matter, nothing is traced' };
}

/** Whether this very process runs under a filter. Source: proc_pid_status(5), "Seccomp". */
function ownFilter({ read }: HostView): Finding {
  const [, mode] = /^Seccomp:\s*(\d)/m.exec(read('/proc/self/status') ?? '') ?? [];
  return { name: 'own filter', state: 'ok', found: mode === '2' ? 'this process is under a seccomp filter, as in a container' : 'none on this process' };
}

/** Source: linux/arch/x86/include/asm/cpufeatures.h, as /proc/cpuinfo names them. */
function cpu({ read }: HostView): Finding {
  const name = 'cpu';
  const text = read('/proc/cpuinfo') ?? '';
  const [, model = 'unknown model'] = /^model name\s*:\s*(.*)$/m.exec(text) ?? [];
  const flags = new Set((/^flags\s*:\s*(.*)$/m.exec(text)?.[1] ?? '').split(' '));
  const known = ['fsgsbase', 'xsave', 'avx2', 'avx512f', 'amx_tile'].filter((flag) => flags.has(flag)).join(' ');
  if (text === '' || flags.has('fsgsbase')) return { name, state: 'ok', found: `${model}${known === '' ? '' : `, ${known}`}` };
  return { name, state: 'warning', found: `${model}, no fsgsbase`, meaning: 'starts of programs and threads take more system calls', remedy: 'a CPU from 2012 on and Linux 5.9 have it; virtual machines must pass it on' };
}

function container({ read, env }: HostView): Finding {
  const name = 'container';
  const kind = read('/run/.containerenv') !== undefined ? 'Podman' : read('/.dockerenv') !== undefined ? 'Docker' : (env['container'] ?? (env['KUBERNETES_SERVICE_HOST'] === undefined ? undefined : 'Kubernetes'));
  return { name, state: 'ok', found: kind === undefined ? 'none that shows itself' : `one of ${kind}` };
}

function user({ uid }: HostView): Finding {
  if (uid === 0) return { name: 'user', state: 'ok', found: 'root', meaning: 'processes of programs get a user id of their own on the host, and no capability' };
  return { name: 'user', state: 'ok', found: `uid ${uid}`, meaning: 'no privilege is needed; processes of programs have this id on the host' };
}

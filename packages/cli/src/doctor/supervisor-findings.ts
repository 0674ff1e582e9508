import { errnoMessage, errnoName } from '@occlum/errno';
import { hostBinding, nativeFile, SupervisorEvent, SupervisorFlag, SupervisorType, TransportEvent } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import type { Finding } from './finding.js';

/** What the supervisor says of its host. */
export interface SupervisorReport {
  /** `SupervisorFlag` bits. */
  readonly flags: number;
  /** Version of Landlock, 0 for none. */
  readonly landlock: number;
}

/** So long a supervisor may take to say what it found, on any machine. */
const LIMIT_MS = 30_000;

/** Starts a supervisor, which tries what the host has, and ends it. Resolves with why it cannot be one, or with its report. */
export async function askSupervisor(): Promise<SupervisorReport | string> {
  const binding = hostBinding();
  let wake = (): void => undefined;
  const opened = binding.transportOpen(() => { wake(); });
  if (opened < 0) return `no channel to it can be made (${inWords(opened)})`;
  const text = (path: string): Uint8Array => Buffer.from(`${path}\0`);
  const handle = binding.supervisorStart(text(nativeFile('occlum-supervisor')), text(nativeFile('occlum-runtime')), text(''));
  try {
    if (handle < 0) return `it cannot be started (${inWords(handle)})`;
    const record = new Uint8Array(SupervisorEvent.size);
    for (const end = Date.now() + LIMIT_MS; Date.now() < end;) {
      const awake = new Promise<void>((resolve) => { wake = resolve; });
      const isGone = hasHangup(binding);
      if (binding.supervisorReceive(handle, record, new Int32Array(2)) > 0) return reportOf(record);
      if (isGone) return 'it ended at once';
      await Promise.race([awake, new Promise((resolve) => setTimeout(resolve, LIMIT_MS).unref())]);
    }
    return 'it says nothing';
  } finally {
    if (handle >= 0) binding.supervisorClose(handle);
    binding.transportClose();
  }
}

/** Takes what the channel has to say, which has to be taken before it wakes anybody again. */
function hasHangup(binding: Pick<HostBinding, 'transportCollect'>): boolean {
  const events = new Int32Array(3 * 8);
  let isGone = false;
  for (let count = binding.transportCollect(events); count > 0; count = binding.transportCollect(events)) {
    for (let at = 0; at < count * 3; at += 3) isGone ||= events[at] === TransportEvent.supervisorHangup;
  }
  return isGone;
}

function reportOf(record: Uint8Array): SupervisorReport | string {
  const view = new DataView(record.buffer);
  const status = view.getInt32(SupervisorEvent.status, true);
  if (view.getUint32(SupervisorEvent.type, true) !== SupervisorType.ready) return `it cannot get ready (${inWords(status)})`;
  return { flags: view.getUint32(SupervisorEvent.flags, true), landlock: view.getUint32(SupervisorEvent.step, true) };
}

/** An error number of either sign. */
function inWords(error: number): string {
  const name = errnoName(error);
  return name === undefined ? `error ${Math.abs(error)}` : `${name}, ${errnoMessage(name)}`;
}

/** What the supervisor's report means. */
export function supervisorFindings(report: SupervisorReport | string): Finding[] {
  if (typeof report === 'string') {
    return [{ name: 'supervisor', state: 'failure', found: report, meaning: 'no program can be started', remedy: 'see the lines of descriptors and processes; in a container, allow clone, seccomp and prctl' }];
  }
  const has = (flag: number): boolean => (report.flags & flag) !== 0;
  return [
    has(SupervisorFlag.hasDispatch)
      ? { name: 'dispatch', state: 'ok', found: 'Syscall User Dispatch is there' }
      : { name: 'dispatch', state: 'warning', found: 'no Syscall User Dispatch', meaning: 'the filter traps system calls by address, which is slower where code is not rewritten', remedy: 'Linux 5.11 has it' },
    has(SupervisorFlag.hasNotify)
      ? { name: 'seccomp', state: 'ok', found: 'filters are there, with notifications' }
      : { name: 'seccomp', state: 'warning', found: 'filters without notifications', meaning: 'new processes of programs are allowed by their kind, not one by one', remedy: 'Linux 5.0 has them; see whether a container refuses seccomp' },
    report.landlock > 0
      ? { name: 'landlock', state: 'ok', found: `version ${report.landlock}` }
      : { name: 'landlock', state: 'warning', found: 'not there', meaning: 'the filter alone stands between programs and the host', remedy: 'Linux 5.13 has it; boot with "landlock" among lsm=, or see whether a container refuses it' },
    { name: 'memfd', state: 'ok', found: has(SupervisorFlag.hasMemfd) ? 'can be executed' : 'cannot be executed (vm.memfd_noexec)', ...(has(SupervisorFlag.hasMemfd) ? {} : { meaning: 'the runtime is executed from its file' }) },
  ];
}

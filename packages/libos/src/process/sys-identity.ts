import { capabilityHeader, inoutput, input, inputBuffer, kernel, local, output, outputBuffer, partial } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { ProcessCaller } from './process-caller.js';
import { CAPABILITY_DATA_BYTES, capget, capset } from './sys-capability.js';
import { GROUPS_MAX, GROUP_BYTES, getgroups, setfsgid, setgid, setgroups, setregid, setresgid } from './sys-group-ids.js';
import { setfsuid, setresuid, setreuid, setuid } from './sys-user-ids.js';

/** Bytes of the longest list of groups. */
const LIST_BYTES = GROUPS_MAX * GROUP_BYTES;

/** The rows of who a process is: its numbers, user, groups and capabilities. Credentials are of the process, not of each thread. */
export const identitySyscalls: SyscallTable<ProcessCaller> = {
  getpid: local(39, []),
  gettid: local(186, []),
  getppid: local(110, []),
  getuid: local(102, []),
  getgid: local(104, []),
  geteuid: local(107, []),
  getegid: local(108, []),
  getresuid: local(118, ['address', 'address', 'address']),
  getresgid: local(120, ['address', 'address', 'address']),
  setuid: kernel(105, ['uint'], setuid),
  setgid: kernel(106, ['uint'], setgid),
  setreuid: kernel(113, ['uint', 'uint'], setreuid),
  setregid: kernel(114, ['uint', 'uint'], setregid),
  setresuid: kernel(117, ['uint', 'uint', 'uint'], setresuid),
  setresgid: kernel(119, ['uint', 'uint', 'uint'], setresgid),
  setfsuid: kernel(122, ['uint'], setfsuid),
  setfsgid: kernel(123, ['uint'], setfsgid),
  getgroups: kernel(115, ['int', outputBuffer(0, LIST_BYTES, GROUP_BYTES)], getgroups),
  setgroups: partial(kernel(116, ['int', inputBuffer(0, LIST_BYTES, GROUP_BYTES)], setgroups), 'At most 16384 groups.'),
  capget: kernel(125, [inoutput(capabilityHeader), output(CAPABILITY_DATA_BYTES)], capget),
  capset: kernel(126, [inoutput(capabilityHeader), input(CAPABILITY_DATA_BYTES)], capset),
};

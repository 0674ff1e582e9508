import { array, bytes, text } from '../codec.js';
import { struct } from '../struct.js';
import { timeval } from './time.js';

/** Resources used, of `getrusage(2)`. Source: linux/include/uapi/linux/resource.h. */
export const rusage = struct('rusage', {
  ru_utime: timeval,
  ru_stime: timeval,
  ru_maxrss: 'i64',
  ru_ixrss: 'i64',
  ru_idrss: 'i64',
  ru_isrss: 'i64',
  ru_minflt: 'i64',
  ru_majflt: 'i64',
  ru_nswap: 'i64',
  ru_inblock: 'i64',
  ru_oublock: 'i64',
  ru_msgsnd: 'i64',
  ru_msgrcv: 'i64',
  ru_nsignals: 'i64',
  ru_nvcsw: 'i64',
  ru_nivcsw: 'i64',
});

/** A limit of `prlimit(2)`; all bits set is none. Source: linux/include/uapi/linux/resource.h. */
export const rlimit = struct('rlimit', { rlim_cur: 'u64', rlim_max: 'u64' });

/** Names of the system, of `uname(2)`. Source: linux/include/uapi/linux/utsname.h. */
export const utsname = struct('utsname', {
  sysname: text(65),
  nodename: text(65),
  release: text(65),
  version: text(65),
  machine: text(65),
  domainname: text(65),
});

/** What `sysinfo(2)` tells. Source: linux/include/uapi/linux/sysinfo.h. */
export const sysinfo = struct('sysinfo', {
  uptime: 'i64',
  loads: array('u64', 3),
  totalram: 'u64',
  freeram: 'u64',
  sharedram: 'u64',
  bufferram: 'u64',
  totalswap: 'u64',
  freeswap: 'u64',
  procs: 'u16',
  pad: 'u16',
  totalhigh: 'u64',
  freehigh: 'u64',
  mem_unit: 'u32',
  _f: bytes(0),
});

/** Who is meant, of `capget(2)`. Source: linux/include/uapi/linux/capability.h. */
export const capabilityHeader = struct('__user_cap_header_struct', { version: 'u32', pid: 'i32' });

/** 32 capabilities; version 3 has two of these. Source: linux/include/uapi/linux/capability.h. */
export const capabilityData = struct('__user_cap_data_struct', { effective: 'u32', permitted: 'u32', inheritable: 'u32' });

/**
 * The native core of the LibOS: host calls, layouts of shared memory, and where the native programs are.
 *
 * @packageDocumentation
 */

export { ENCLAVE_FILES, hostBinding, nativeFile } from './binding.native.js';
export type { NativeFile } from './binding.native.js';
export { INTERFACE_VERSION, TransportEvent } from './host-binding.js';
export type { FileBinding, HostBinding, HostThreadBinding, InterruptBinding, SchedBinding, SocketBinding, SupervisorBinding, TransportBinding } from './host-binding.js';
export {
  ArenaLayout,
  Argument,
  BootFlag,
  CallFlag,
  Control,
  ControlBoot,
  ControlHeader,
  FdEntry,
  FdFlag,
  FdKind,
  GuestAddress,
  KernelCall,
  ListenerRecord,
  LoadStep,
  LoadStepKind,
  Pending,
  ProcessPage,
  ReapPage,
  Refused,
  Reply,
  ReservedFd,
  RestoreFlag,
  ScheduleWhat,
  SignalAction,
  SlotState,
  SpawnedFlag,
  SpawnFlag,
  StatusPage,
  SupervisorCommand,
  SupervisorEvent,
  SupervisorFlag,
  SupervisorLimits,
  SupervisorRestore,
  SupervisorSchedule,
  SupervisorSpawn,
  SupervisorStep,
  SupervisorType,
  ThreadSlot,
  ThreadState,
} from './generated/arena-layout.js';

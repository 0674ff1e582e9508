// One row a system call: who answers it and what its arguments are.
//
// generated/syscall-table.h is made from the TypeScript table. For its generator:
//
//   local(nr, kinds)                               -> LOCAL(name, ARGUMENTS), runs `local_<name>` in the runtime
//   direct(nr, kinds)                              -> DIRECT(0, directory, ARGUMENTS), forwarded to the host as it is
//   direct(nr, kinds, { blocks: true })            -> DIRECT(ROW_BLOCKS, directory, ARGUMENTS), through the interruptible gate
//   direct(nr, kinds, { custom: true })            -> CUSTOM(name, ARGUMENTS), runs `direct_<name>`
//   kernel(nr, kinds, handler)                     -> KERNEL(ARGUMENTS)
//
// A number without a row is left out; the zero row is a kernel call without data.
//
// The host may forward a plain direct row only if its one descriptor, if any, is argument 0. `directory` is what such a row
// answers for a directory: an error number (`EISDIR` is 21), or 0 for a kernel call (option `directory: 'EISDIR'`). For an
// O_PATH descriptor the answer is always EBADF, for FD_MEDIATED always a kernel call of the same number with the row's
// kinds; so local and direct rows may have a handler too, for what the runtime passes on (`prctl`, `fcntl`, `ioctl`...).
//
// ARGUMENTS is a list of kinds in braces, at most six:
//   int uint pid flags mode size offset address -> INTEGER      fd -> FD      path -> PATH
//   fd of a row with `sendsFd` -> FD_SENT: the descriptor goes up with the call where the kernel knows no file behind it
//   in(n) -> IN(n)   out(n) -> OUT(n)   inout(n) -> INOUT(n)
//   inputBuffer(argument, max) -> IN_BUFFER(argument, max)   outputBuffer(argument, max) -> OUT_BUFFER(argument, max)
//   The runtime alone has IN_READABLE, for a call whose data only the kernel knows the length of.
//   the same whose length counts things of `unit` bytes, not bytes -> IN_ARRAY(argument, unit, max), OUT_ARRAY(...)
// A row without arguments has INTEGER once, so that the list is not empty.
//   inBuffer(argument, max, unit) -> IN_ARRAY(argument, unit, max)   outBuffer(argument, max, unit) -> OUT_ARRAY(argument, unit, max)
//
// File form, one line a row in order of numbers, name and kinds in the comment being free:
//
//   // Generated from the system call table by <generator>. Do not edit.
//   #define SYSCALL_COUNT <highest number + 1>
//   LOCAL_RUNNER(getpid)                       one for each local row
//   DIRECT_RUNNER(fcntl)                       one for each custom row
//   static const struct syscall_row syscall_table[SYSCALL_COUNT] = {
//     [0] = DIRECT(ROW_BLOCKS, 21, FD, OUT_BUFFER(2, 32768), INTEGER),  // read
//     ...
//   };
#ifndef OCCLUM_ENCLAVE_SYSCALL_H
#define OCCLUM_ENCLAVE_SYSCALL_H

#include <stdint.h>

struct thread;

enum row_class { ROW_KERNEL = 0, ROW_LOCAL = 1, ROW_DIRECT = 2, ROW_CUSTOM = 3 };
#define ROW_BLOCKS 1u  // may wait: interruptible, and -EINTR becomes a restart by SA_RESTART

enum argument_kind {
  KIND_INTEGER = 0,
  KIND_FD = 1,
  KIND_PATH = 2,
  KIND_IN = 3,
  KIND_OUT = 4,
  KIND_INOUT = 5,
  KIND_IN_BUFFER = 6,
  KIND_OUT_BUFFER = 7,
  KIND_FD_SENT = 8,  // argument 0 only
  KIND_IN_READABLE = 9,  // as KIND_IN, of as many bytes as can be read: never a fault
};

struct argument {
  uint8_t kind;
  uint8_t length_argument;  // KIND_*_BUFFER: which argument holds the length
  uint16_t unit;            // KIND_*_BUFFER: bytes of one of what the length counts; 0 is 1
  uint32_t bytes;           // size of a struct, or the most bytes of a buffer
};

typedef long syscall_runner(struct thread *thread, const uint64_t *arguments);

struct syscall_row {
  uint8_t row_class;  // enum row_class
  uint8_t flags;      // ROW_*
  int16_t directory;  // ROW_DIRECT: error number for FD_DIRECTORY, 0 is a kernel call
  uint32_t reserved;
  syscall_runner *run;
  struct argument arguments[6];
};

#define INTEGER {KIND_INTEGER, 0, 0, 0}
#define FD {KIND_FD, 0, 0, 0}
#define FD_SENT {KIND_FD_SENT, 0, 0, 0}
#define PATH {KIND_PATH, 0, 0, 4096}
#define IN(size) {KIND_IN, 0, 0, (size)}
#define OUT(size) {KIND_OUT, 0, 0, (size)}
#define INOUT(size) {KIND_INOUT, 0, 0, (size)}
#define IN_ARRAY(argument, unit, size) {KIND_IN_BUFFER, (argument), (unit), (size)}
#define OUT_ARRAY(argument, unit, size) {KIND_OUT_BUFFER, (argument), (unit), (size)}
#define IN_BUFFER(argument, size) IN_ARRAY(argument, 1, size)
#define OUT_BUFFER(argument, size) OUT_ARRAY(argument, 1, size)
#define IN_ARRAY(argument, unit, size) {KIND_IN_BUFFER, (argument), (unit), (size)}
#define OUT_ARRAY(argument, unit, size) {KIND_OUT_BUFFER, (argument), (unit), (size)}

#define LOCAL(name, ...) {ROW_LOCAL, 0, 0, 0, local_##name, {__VA_ARGS__}}
#define DIRECT(flags, directory, ...) {ROW_DIRECT, (flags), (directory), 0, 0, {__VA_ARGS__}}
#define CUSTOM(name, ...) {ROW_CUSTOM, 0, 0, 0, direct_##name, {__VA_ARGS__}}
#define KERNEL(...) {ROW_KERNEL, 0, 0, 0, 0, {__VA_ARGS__}}
#define LOCAL_RUNNER(name) syscall_runner local_##name;
#define DIRECT_RUNNER(name) syscall_runner direct_##name;

// Row of a number; the zero row for one that the table lacks.
const struct syscall_row *syscall_row(uint32_t number);

#endif

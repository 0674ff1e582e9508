// shmctl, semctl, msgctl, msgsnd, msgrcv: the kernel's; the runtime only knows what data belongs to a command, or is a message.
#include <linux/msg.h>
#include <linux/sem.h>
#include <linux/shm.h>

#include "kernel-call.h"
#include "syscall.h"

// Most bytes of a message; the type goes before them.
#define TEXT_MAX 8192
#define TYPE_BYTES sizeof(long)

static struct argument segment_data(int command) {
  switch (command) {
    case IPC_SET:
      return (struct argument)IN(sizeof(struct shmid64_ds));
    case IPC_STAT:
    case SHM_STAT:
    case SHM_STAT_ANY:
      return (struct argument)OUT(sizeof(struct shmid64_ds));
    case IPC_INFO:
      return (struct argument)OUT(sizeof(struct shminfo64));
    case SHM_INFO:
      return (struct argument)OUT(sizeof(struct shm_info));
    default:
      return (struct argument)INTEGER;
  }
}

long local_shmctl(struct thread *thread, const uint64_t *arguments) {
  const struct argument kinds[6] = {INTEGER, INTEGER, segment_data((int)arguments[1])};
  return kernel_call(thread, __NR_shmctl, arguments, kinds);
}

// Only the kernel knows how many values a set has.
static struct argument semaphore_data(int command) {
  switch (command) {
    case IPC_SET:
      return (struct argument)IN(sizeof(struct semid64_ds));
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY:
      return (struct argument)OUT(sizeof(struct semid64_ds));
    case IPC_INFO:
    case SEM_INFO:
      return (struct argument)OUT(sizeof(struct seminfo));
    case GETALL:
      return (struct argument)OUT(ARENA_BUFFER_SIZE);
    case SETALL:
      return (struct argument){KIND_IN_READABLE, 0, 0, ARENA_BUFFER_SIZE};
    default:
      return (struct argument)INTEGER;
  }
}

long local_semctl(struct thread *thread, const uint64_t *arguments) {
  const struct argument kinds[6] = {INTEGER, INTEGER, INTEGER, semaphore_data((int)arguments[2])};
  return kernel_call(thread, __NR_semctl, arguments, kinds);
}

static struct argument queue_data(int command) {
  switch (command) {
    case IPC_SET:
      return (struct argument)IN(sizeof(struct msqid64_ds));
    case IPC_STAT:
    case MSG_STAT:
    case MSG_STAT_ANY:
      return (struct argument)OUT(sizeof(struct msqid64_ds));
    case IPC_INFO:
    case MSG_INFO:
      return (struct argument)OUT(sizeof(struct msginfo));
    default:
      return (struct argument)INTEGER;
  }
}

long local_msgctl(struct thread *thread, const uint64_t *arguments) {
  const struct argument kinds[6] = {INTEGER, INTEGER, queue_data((int)arguments[1])};
  return kernel_call(thread, __NR_msgctl, arguments, kinds);
}

// Of a message that is too long the type is looked at all the same.
long local_msgsnd(struct thread *thread, const uint64_t *arguments) {
  uint32_t bytes = arguments[2] > TEXT_MAX ? TYPE_BYTES : (uint32_t)arguments[2] + TYPE_BYTES;
  const struct argument kinds[6] = {INTEGER, {KIND_IN_READABLE, 0, 0, bytes}};
  return kernel_call(thread, __NR_msgsnd, arguments, kinds);
}

long local_msgrcv(struct thread *thread, const uint64_t *arguments) {
  uint32_t bytes = (arguments[2] > TEXT_MAX ? TEXT_MAX : (uint32_t)arguments[2]) + TYPE_BYTES;
  const struct argument kinds[6] = {INTEGER, OUT(bytes)};
  return kernel_call(thread, __NR_msgrcv, arguments, kinds);
}

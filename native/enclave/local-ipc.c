// shmctl, semctl, msgctl: the kernel's; the runtime only knows what data belongs to a command.
#include <linux/sem.h>
#include <linux/shm.h>

#include "kernel-call.h"
#include "syscall.h"

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

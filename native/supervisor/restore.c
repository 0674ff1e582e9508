// Descriptions that Node changed and others use as well: put right when Node dies without a chance to do so.
#include <asm/ioctls.h>

#include "state.h"

static struct {
  struct supervisor_restore record;
  int fd;
} remembered[SUPERVISOR_RESTORE_MAX];

// Takes the descriptor out of `received`, so that it stays open.
void remember(struct received *received) {
  struct supervisor_restore record;
  if (received->size != sizeof record || received->fd_count != 1) return;
  memcpy(&record, record_buffer, sizeof record);
  int place = -1;
  for (int i = 0; i < SUPERVISOR_RESTORE_MAX; i++) {
    if (remembered[i].record.what != 0 && remembered[i].record.request == record.request) place = i;
  }
  for (int i = 0; place < 0 && i < SUPERVISOR_RESTORE_MAX; i++) {
    if (remembered[i].record.what == 0) place = i;
  }
  if (place < 0) return;
  if (remembered[place].record.what != 0) host_close(remembered[place].fd);
  remembered[place].record = record;
  if (record.what == 0) return;
  remembered[place].fd = received->fds[0];
  received->fd_count = 0;
}

void restore_remembered(void) {
  for (int i = 0; i < SUPERVISOR_RESTORE_MAX; i++) {
    const struct supervisor_restore *record = &remembered[i].record;
    if (record->what & RESTORE_STATUS_FLAGS) host_call3(__NR_fcntl, remembered[i].fd, F_SETFL, record->status_flags);
    if (record->what & RESTORE_TERMINAL) host_call3(__NR_ioctl, remembered[i].fd, TCSETS, record->settings);
  }
}

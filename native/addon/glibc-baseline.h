// Included into every file of the addon: functions that newer versions of glibc have under a newer name as well are asked for
// by the name that glibc 2.28 knows, the one that Node itself is built for. native/test/built-files.test.ts checks the result.
#ifndef OCCLUM_ADDON_GLIBC_BASELINE_H
#define OCCLUM_ADDON_GLIBC_BASELINE_H

// Merged from libpthread in 2.34, 2.32. Source: glibc sysdeps/unix/sysv/linux/x86_64/64/libc.abilist.
__asm__(".symver pthread_create, pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_join, pthread_join@GLIBC_2.2.5");
__asm__(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");

#endif

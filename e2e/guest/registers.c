// A busy loop over all registers that a program has: general ones, x87, SSE, AVX, and where the processor has them
// AVX-512 with its mask registers. Interrupted again and again, it must never see another value.
//
//   registers COUNT     ends after COUNT signals; prints what it looked at
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// What the loop has in its registers, and where it writes a copy of what it finds.
struct values {
  uint64_t general[14];
  _Alignas(64) uint8_t vector[32][64];
  uint64_t mask[8];
  double x87[8];
};
static _Alignas(64) struct values expected, found;
static volatile uint32_t handled;
static volatile int bad;

// Uses every kind of register itself, on the alternate stack or not, and is itself interrupted.
static void handler(int number) {
  double sum = number;
  for (int i = 1; i < 20; i++) sum += 1.0 / (double)i * (double)(handled + 1);
  if (__builtin_cpu_supports("avx")) __asm__ volatile("vxorps %%ymm0, %%ymm0, %%ymm0; vxorps %%ymm15, %%ymm15, %%ymm15" : : : "xmm0", "xmm15");
  if (__builtin_cpu_supports("avx512bw")) {
    __asm__ volatile(".irp n,16,17,24,31\nvpternlogd $255, %%zmm\\n, %%zmm\\n, %%zmm\\n\n.endr\n.irp n,1,2,7\nkxnorq %%k\\n, %%k\\n, %%k\\n\n.endr" : : : "memory");
  }
  __asm__ volatile("fninit; fldpi; fldl2e" : : : "memory");
  if (sum < 0) bad = 1;
  handled++;
}

// Each variant of the loop: loads all registers, spins, writes them back. The red zone holds a value meanwhile.
#define LOOP(name, load_vectors, store_vectors)                                                                      \
  static __attribute__((noinline)) uint64_t name(void) {                                                             \
    uint64_t red_zone;                                                                                               \
    __asm__ volatile(                                                                                                \
        "push %%rbp\n push %%rbx\n"                                                                                  \
        "lea expected(%%rip), %%r15\n"                                                                               \
        "fninit\n .irp n,0,1,2,3,4,5,6,7\n fldl %c[x87]+8*(7-\\n)(%%r15)\n .endr\n"                                  \
        load_vectors                                                                                                 \
        "movabs $0x1122334455667788, %%rax\n mov %%rax, -8(%%rsp)\n mov %%rax, -120(%%rsp)\n"                        \
        "mov 0(%%r15), %%rax\n mov 8(%%r15), %%rbx\n mov 16(%%r15), %%rcx\n mov 24(%%r15), %%rdx\n"                  \
        "mov 32(%%r15), %%rsi\n mov 40(%%r15), %%rdi\n mov 48(%%r15), %%rbp\n mov 56(%%r15), %%r8\n"                 \
        "mov 64(%%r15), %%r9\n mov 72(%%r15), %%r10\n mov 80(%%r15), %%r11\n mov 88(%%r15), %%r12\n"                 \
        "mov 96(%%r15), %%r13\n mov 104(%%r15), %%r14\n"                                                             \
        "mov $20000, %%r15d\n 1: dec %%r15d\n jnz 1b\n"                                                              \
        "lea found(%%rip), %%r15\n"                                                                                  \
        "mov %%rax, 0(%%r15)\n mov %%rbx, 8(%%r15)\n mov %%rcx, 16(%%r15)\n mov %%rdx, 24(%%r15)\n"                  \
        "mov %%rsi, 32(%%r15)\n mov %%rdi, 40(%%r15)\n mov %%rbp, 48(%%r15)\n mov %%r8, 56(%%r15)\n"                 \
        "mov %%r9, 64(%%r15)\n mov %%r10, 72(%%r15)\n mov %%r11, 80(%%r15)\n mov %%r12, 88(%%r15)\n"                 \
        "mov %%r13, 96(%%r15)\n mov %%r14, 104(%%r15)\n"                                                             \
        "mov -8(%%rsp), %%rax\n xor -120(%%rsp), %%rax\n mov -8(%%rsp), %%rcx\n"                                     \
        "movabs $0x1122334455667788, %%rdx\n xor %%rdx, %%rcx\n or %%rcx, %%rax\n"                                   \
        store_vectors                                                                                                \
        ".irp n,0,1,2,3,4,5,6,7\n fstpl %c[x87]+8*\\n(%%r15)\n .endr\n"                                              \
        "pop %%rbx\n pop %%rbp\n"                                                                                    \
        : "=a"(red_zone)                                                                                             \
        : [x87] "i"(__builtin_offsetof(struct values, x87)), [vec] "i"(__builtin_offsetof(struct values, vector)),   \
          [mask] "i"(__builtin_offsetof(struct values, mask))                                                        \
        : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");         \
    return red_zone;                                                                                                 \
  }

#define LOW "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define HIGH "16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
LOOP(loop_sse, ".irp n," LOW "\n movaps %c[vec]+64*\\n(%%r15), %%xmm\\n\n .endr\n",
     ".irp n," LOW "\n movaps %%xmm\\n, %c[vec]+64*\\n(%%r15)\n .endr\n")
LOOP(loop_avx, ".irp n," LOW "\n vmovaps %c[vec]+64*\\n(%%r15), %%ymm\\n\n .endr\n",
     ".irp n," LOW "\n vmovaps %%ymm\\n, %c[vec]+64*\\n(%%r15)\n .endr\n")
LOOP(loop_avx512,
     ".irp n," LOW "," HIGH "\n vmovaps %c[vec]+64*\\n(%%r15), %%zmm\\n\n .endr\n"
     ".irp n,0,1,2,3,4,5,6,7\n kmovq %c[mask]+8*\\n(%%r15), %%k\\n\n .endr\n",
     ".irp n," LOW "," HIGH "\n vmovaps %%zmm\\n, %c[vec]+64*\\n(%%r15)\n .endr\n"
     ".irp n,0,1,2,3,4,5,6,7\n kmovq %%k\\n, %c[mask]+8*\\n(%%r15)\n .endr\n")

static void fill(void *memory, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) ((uint8_t *)memory)[i] = (uint8_t)(random() >> 4);
}

static int differs(const char *kind, const void *one, const void *other, size_t bytes) {
  if (memcmp(one, other, bytes) == 0) return 0;
  printf("%s changed\n", kind);
  return 1;
}

// Posts one signal after the other, mostly two kinds, so that handlers are interrupted too.
static pthread_t target;
static void *post(void *count) {
  for (uint32_t i = 0; i < (uint32_t)(long)count; i++) {
    uint32_t before = handled;
    pthread_kill(target, i % 2 ? SIGUSR1 : SIGUSR2);
    if (i % 4 == 3) pthread_kill(target, SIGUSR1);
    while (handled == before) usleep(20);
  }
  return NULL;
}

int main(int arguments, char **argument) {
  const long count = arguments > 1 ? atol(argument[1]) : 1000;
  const int avx512 = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512f"), avx = __builtin_cpu_supports("avx");
  uint64_t (*loop)(void) = avx512 ? loop_avx512 : avx ? loop_avx : loop_sse;
  const size_t width = avx512 ? 64 : avx ? 32 : 16, vectors = avx512 ? 32 : 16;
  const stack_t alternate = {.ss_sp = mmap(NULL, 1 << 18, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), .ss_size = 1 << 18};
  struct sigaction plain = {.sa_handler = handler}, on_stack = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER};
  pthread_t poster;
  target = pthread_self();
  if (sigaltstack(&alternate, NULL) || sigaction(SIGUSR1, &plain, NULL) || sigaction(SIGUSR2, &on_stack, NULL)) return 2;
  if (pthread_create(&poster, NULL, post, (void *)count)) return 2;
  for (;;) {
    fill(&expected, sizeof expected);
    for (int i = 0; i < 8; i++) expected.x87[i] = (double)random() / 3;
    memset(&found, 0, sizeof found);
    if (loop()) bad |= 1, puts("red zone changed");
    bad |= differs("a general register", expected.general, found.general, sizeof found.general);
    bad |= differs("an x87 register", expected.x87, found.x87, sizeof found.x87);
    for (size_t i = 0; i < vectors; i++) bad |= differs("a vector register", expected.vector[i], found.vector[i], width);
    if (avx512) bad |= differs("a mask register", expected.mask, found.mask, sizeof found.mask);
    if (bad) return 1;
    if (pthread_tryjoin_np(poster, NULL) == 0) break;
  }
  printf("%u signals, %zu vectors of %zu bytes%s\n", handled, vectors, width, avx512 ? " and masks" : "");
  return 0;
}

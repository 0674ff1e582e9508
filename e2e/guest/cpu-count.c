// How many CPUs OpenMP works with: what it found, and how many threads it takes.
#include <omp.h>
#include <stdio.h>

int main(void) {
  int threads = 0;
#pragma omp parallel
#pragma omp single
  threads = omp_get_num_threads();
  printf("%d %d\n", omp_get_num_procs(), threads);
}

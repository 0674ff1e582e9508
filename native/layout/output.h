// A generated file: written to memory first, so that a build without a change touches nothing.
#ifndef OCCLUM_LAYOUT_OUTPUT_H
#define OCCLUM_LAYOUT_OUTPUT_H

#include <stdio.h>

// Where to print.
FILE *output_open(void);
// Rewrites `path` when it differs; to stdout when it is NULL. Gives the exit status.
int output_finish(const char *path);

#endif

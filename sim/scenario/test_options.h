/* test_options.h — the command line of `melpo test`.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_TEST_OPTIONS_H
#define MELPO_TEST_OPTIONS_H

#include "verdict.h"

struct test_options {
    char **files;       /* in argv; folders among them */
    size_t file_count;
    const char *junit;  /* where to write it, or NULL */
    uint64_t seeds;     /* so many for each file; 0: it is run once */
    bool check_only;    /* read the scenarios, run nothing */
    struct job_settings job;
};

/* Reads the command line behind "melpo test". Returns MELPO_OPTIONS_GO_ON, or the status to exit
 * with, after --help and --list-steps on `out` or a message on `err`. */
int test_options_parse(int argc, char *argv[], struct test_options *options, FILE *out, FILE *err);

#endif

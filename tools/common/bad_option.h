/* bad_option.h — what getopt_long stumbled over, said so that it can be put right.
 *
 *     melpo: unknown option "--trase"; did you mean "--trace"?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_BAD_OPTION_H
#define TOOLS_COMMON_BAD_OPTION_H

#include <getopt.h>
#include <stdio.h>

#define HOST_OPTIONS_MAX 64u /* entries of a table of options, the last one left out */

/* After a '?' from getopt_long, with opterr 0: `before` is what optind was, the index of the word
 * it stumbled over. Writes one line. */
void host_bad_option_unknown(const char *program, const struct option *options,
                             char *const argv[], int before, FILE *err);

/* After a ':'. */
void host_bad_option_missing(const char *program, char *const argv[], int before, FILE *err);

/* A value that is none: "PROGRAM: --OPTION: expected EXPECTED, got "GOT"". */
void host_bad_option_value(const char *program, const char *option, const char *expected,
                           const char *got, FILE *err);

#endif

/* fuzz.h — one entry, for libFuzzer, for fuzz_main.c or for fuzz_files.c.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise ends the program, whatever it was built with. */
#define demand(kept, what) fuzz_demand(kept, __FILE__, __LINE__, what)
void fuzz_demand(bool kept, const char *file, unsigned line, const char *what);

/* A copy with nothing around it, so that a sanitizer sees whoever reads beyond; to be freed. */
void *fuzz_alone(const void *data, size_t count);

/* What the files of a kind are made of; fuzz_files.c puts it into them. */
extern const char *const fuzz_pieces[];
extern const size_t fuzz_piece_count;

#endif

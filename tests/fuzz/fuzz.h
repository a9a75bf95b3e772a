/* fuzz.h — one entry, for libFuzzer or for fuzz_main.c.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

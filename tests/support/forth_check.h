/* forth_check.h — looks whether everything that a Forth VM trusts still deserves it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_CHECK_H
#define FORTH_CHECK_H

#include "mn/forth.h"

/* NULL if all is well, else what is not. To be called between two runs. */
const char *forth_check(const struct mn_forth *vm);

#endif

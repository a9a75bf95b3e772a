/* nearest.h — the known word that was probably meant.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_NEAREST_H
#define TOOLS_COMMON_NEAREST_H

#include <stddef.h>

#define HOST_NEAREST_BYTES_MAX 63u /* longer words are near nothing */

/* How many single characters have to be put in, taken out, replaced, or swapped with their
 * neighbor to turn one word into the other; SIZE_MAX if either is too long. Upper and lower case
 * count as the same. */
size_t host_edit_distance(const char *one, const char *other);

/* Of the `count` names, the first of those nearest to `word`, or NULL if none is near: at most a
 * third of the longer word may differ, though always one character. */
const char *host_nearest(const char *word, const char *const *names, size_t count);

#endif

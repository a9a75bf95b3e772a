/* config_find.h — where a configuration file is, and what it says.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_CONFIG_FIND_H
#define MELPO_CONFIG_FIND_H

#include <stddef.h>

#include "problems.h"

/* Finds the file `name`. With a '/' in it, it is a path and stands for itself. A bare file name is
 * looked up in the working directory, then in the source tree's configs/, then in the installed
 * one. Whatever is there first under that name is it, readable or not.
 *
 * Returns the path, to be freed, or NULL after adding the problem, which says where it looked. */
char *melpo_config_find(const char *name, struct melpo_problems *problems);

/* Likewise, in the working directory and then in `count` directories. */
char *melpo_config_find_in(const char *name, const char *const *folders, size_t count,
                           struct melpo_problems *problems);

/* Reads a whole file of at most MELPO_CONFIG_BYTES_MAX into memory, to be freed. Returns NULL
 * after adding the problem: unreadable, a directory, too large, no memory. */
char *melpo_config_load(const char *path, size_t *count, struct melpo_problems *problems);

#endif

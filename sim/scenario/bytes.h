/* bytes.h — bytes that came and are read later.
 *
 *     [ read already | not read yet        | room ]
 *                    read                  count
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_BYTES_H
#define MELPO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEARD_BYTES_MAX (1024u * 1024u) /* kept of what was not read */

struct bytes {
    char *data;      /* NULL, or a zero follows the last: regexec may look for one */
    size_t count, room;
    size_t read;    /* at most count */
    size_t searched; /* nothing that is looked for now begins before this, at most count */
    uint64_t lost;  /* bytes that were dropped, unread */
};

/* Puts them behind the others. What was read may go to make room, and with `is_bounded` also what
 * was not. False: no memory. */
bool bytes_put(struct bytes *bytes, const void *data, size_t count, bool is_bounded);

/* Reads on to `read`. */
void bytes_read_to(struct bytes *bytes, size_t read);

void bytes_finish(struct bytes *bytes);

#endif

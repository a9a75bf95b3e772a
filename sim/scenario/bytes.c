/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

static void forget(struct bytes *bytes, size_t count)
{
    memmove(bytes->data, bytes->data + count, bytes->count - count);
    bytes->lost += count > bytes->read ? count - bytes->read : 0;
    bytes->count -= count;
    bytes->read = count > bytes->read ? 0 : bytes->read - count;
    bytes->searched = count > bytes->searched ? 0 : bytes->searched - count;
}

/* Half of what may be kept goes at once, so that moving it costs little per byte. */
static void trim(struct bytes *bytes)
{
    if (bytes->count - bytes->read > HEARD_BYTES_MAX)
        forget(bytes, bytes->count - HEARD_BYTES_MAX / 2);
}

bool bytes_put(struct bytes *bytes, const void *data, size_t count, bool is_bounded)
{
    if (bytes->count + count >= bytes->room) {
        size_t room = bytes->room ? bytes->room : 1024;
        if (bytes->read > bytes->count / 2)
            forget(bytes, bytes->read);
        if (is_bounded)
            trim(bytes);
        while (room <= bytes->count + count)
            room *= 2;
        char *grown = room == bytes->room ? bytes->data : realloc(bytes->data, room);
        if (!grown)
            return false;
        bytes->data = grown;
        bytes->room = room;
    }
    memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
    bytes->data[bytes->count] = '\0';
    return true;
}

void bytes_read_to(struct bytes *bytes, size_t read)
{
    bytes->read = bytes->searched = read;
}

void bytes_finish(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){.data = NULL};
}

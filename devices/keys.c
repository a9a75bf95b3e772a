/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/keys.h"

void keys_init(struct keys *keys, void (*raised)(void *context), void *context)
{
    *keys = (struct keys){.raised = raised, .context = context};
}

bool keys_put(struct keys *keys, const struct keys_event *event)
{
    if (keys->count == KEYS_ROOM) {
        keys->lost++;
        return false;
    }
    keys->events[(keys->head + keys->count) % KEYS_ROOM] = *event;
    keys->count++;
    keys->put++;
    keys->raised(keys->context);
    return true;
}

bool keys_take(struct keys *keys, struct keys_event *event)
{
    if (keys->count == 0)
        return false;
    *event = keys->events[keys->head];
    keys->head = (keys->head + 1) % KEYS_ROOM;
    keys->count--;
    return true;
}

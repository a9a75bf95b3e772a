/* keys.h — a keyboard of the host: a bounded ring of keys, whoever presses them.
 *
 *     a window, a script ──keys_put──► [ k k k . . ] ──keys_take──► the machine
 *                                            └─ raised
 *
 * The ring is all there is of a keyboard without a window, so it is its own headless twin. What the
 * numbers mean is agreed upon by who puts and who takes; they pass through as they are.
 *
 * Policy   A key that finds the ring full is lost and counted: who types on does not wait.
 * Context  One thread, the machine's. Who sits in another one hands keys over first.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_KEYS_H
#define DEVICES_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#define KEYS_ROOM 256u /* events */

struct keys_event {
    uint32_t code;
    uint8_t kind;
    uint8_t modifiers;
};

struct keys {
    struct keys_event events[KEYS_ROOM];
    uint32_t head;  /* index of the oldest */
    uint32_t count; /* events inside */
    uint64_t put;   /* events that ever found room */
    uint64_t lost;  /* events that found none */
    void (*raised)(void *context); /* there is something to take */
    void *context;
};

/* Makes an empty ring. `raised` is called from within keys_put; it may not take. */
void keys_init(struct keys *keys, void (*raised)(void *context), void *context);

/* Puts an event behind the others. False: no room, and it is lost. */
bool keys_put(struct keys *keys, const struct keys_event *event);

/* Takes the oldest event. False: there is none. */
bool keys_take(struct keys *keys, struct keys_event *event);

#endif

/* byte_ring.h — a bounded queue of bytes in one block of memory, for one thread.
 *
 *     put, or room + commit ──► [ . . b y t e s . . ] ──► take
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_BYTE_RING_H
#define DEVICES_BYTE_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct byte_ring {
    uint8_t *bytes;    /* [capacity] */
    uint32_t capacity; /* at least 1 */
    uint32_t head;     /* index of the oldest byte */
    uint32_t count;    /* bytes inside, at most capacity */
};

/* Allocates the ring; false: no memory. */
bool byte_ring_create(struct byte_ring *ring, uint32_t capacity);
void byte_ring_destroy(struct byte_ring *ring);

/* Copies bytes in, or out, as many as fit; returns how many. */
uint32_t byte_ring_put(struct byte_ring *ring, const uint8_t *bytes, uint32_t count);
uint32_t byte_ring_take(struct byte_ring *ring, uint8_t *bytes, uint32_t room);

/* Forgets what is inside. */
void byte_ring_clear(struct byte_ring *ring);

/* Describes the free room, in order, as up to two spans to be written in place; returns how many
 * spans, 0 if the ring is full. Whoever wrote into them then commits. */
int byte_ring_room(const struct byte_ring *ring, struct iovec spans[2]);

/* The first `count` bytes of the room have been written. */
void byte_ring_commit(struct byte_ring *ring, uint32_t count);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/byte_ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool byte_ring_create(struct byte_ring *ring, uint32_t capacity)
{
    assert(capacity >= 1);
    *ring = (struct byte_ring){.bytes = malloc(capacity), .capacity = capacity};
    return ring->bytes != NULL;
}

void byte_ring_destroy(struct byte_ring *ring)
{
    free(ring->bytes);
    *ring = (struct byte_ring){0};
}

void byte_ring_clear(struct byte_ring *ring)
{
    ring->head = ring->count = 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

int byte_ring_room(const struct byte_ring *ring, struct iovec spans[2])
{
    uint32_t room = ring->capacity - ring->count;
    uint32_t to_end = ring->capacity - ring->head;
    bool wrapped = ring->count >= to_end;
    uint32_t tail = wrapped ? ring->count - to_end : ring->head + ring->count;
    uint32_t first = least(room, ring->capacity - tail);
    spans[0] = (struct iovec){ring->bytes + tail, first};
    spans[1] = (struct iovec){ring->bytes, room - first};
    return room == 0 ? 0 : room == first ? 1 : 2;
}

void byte_ring_commit(struct byte_ring *ring, uint32_t count)
{
    assert(count <= ring->capacity - ring->count);
    ring->count += count;
}

uint32_t byte_ring_put(struct byte_ring *ring, const uint8_t *bytes, uint32_t count)
{
    struct iovec spans[2];
    uint32_t put = 0;
    int span_count = byte_ring_room(ring, spans);
    for (int i = 0; i < span_count && put < count; i++) {
        uint32_t part = least(count - put, (uint32_t)spans[i].iov_len);
        memcpy(spans[i].iov_base, bytes + put, part);
        put += part;
    }
    byte_ring_commit(ring, put);
    return put;
}

uint32_t byte_ring_take(struct byte_ring *ring, uint8_t *bytes, uint32_t room)
{
    uint32_t taken = least(room, ring->count);
    uint32_t first = least(taken, ring->capacity - ring->head);
    if (taken == 0)
        return 0;
    memcpy(bytes, ring->bytes + ring->head, first);
    memcpy(bytes + first, ring->bytes, taken - first);
    ring->count -= taken;
    ring->head = taken == first ? ring->head + first : taken - first;
    if (ring->count == 0 || ring->head == ring->capacity)
        ring->head = 0; /* an empty ring starts over: one span, and memory that is still warm */
    return taken;
}

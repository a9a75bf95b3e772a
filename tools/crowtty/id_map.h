/* id_map.h — a bounded table of what somebody else numbered.
 *
 *     id (never 0) ──► value            open addressing, at most half full
 *
 * Memory   One block for all slots, which grows with the ids in it. Values are the caller's.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_ID_MAP_H
#define CROWTTY_ID_MAP_H

#include <stdbool.h>
#include <stdint.h>

struct id_slot {
    uint64_t id; /* 0: free */
    void *value;
};

struct id_map {
    struct id_slot *slots; /* [slots_max]; those with an id are in use */
    uint32_t slots_max;    /* a power of two, at least twice count */
    uint32_t count, count_max;
};

/* Room for `count_max` ids. Ends the program when there is no memory for them. */
void id_map_init(struct id_map *map, uint32_t count_max);
void id_map_finish(struct id_map *map);

/* NULL: not in it. */
void *id_map_get(const struct id_map *map, uint64_t id);

/* Puts in an id that is not in it yet. False: it is full, or the id is 0. */
bool id_map_put(struct id_map *map, uint64_t id, void *value);

/* Takes an id out and returns its value; NULL: it was not in it. */
void *id_map_take(struct id_map *map, uint64_t id);

/* Calls `visit` with each value as the map is emptied. */
void id_map_clear(struct id_map *map, void (*visit)(void *value));

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "id_map.h"

#include "memory.h"

#define SLOTS_MIN 16u

static uint32_t home_of(const struct id_map *map, uint64_t id)
{
    return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->slots_max - 1);
}

static uint32_t next_of(const struct id_map *map, uint32_t at)
{
    return (at + 1) & (map->slots_max - 1);
}

/* The slot of the id, or the free one where it would go. */
static uint32_t find(const struct id_map *map, uint64_t id)
{
    uint32_t at = home_of(map, id);
    while (map->slots[at].id && map->slots[at].id != id)
        at = next_of(map, at);
    return at;
}

void id_map_init(struct id_map *map, uint32_t count_max)
{
    *map = (struct id_map){.slots_max = SLOTS_MIN, .count_max = count_max};
    map->slots = memory_zeroed(map->slots_max, sizeof *map->slots);
}

static void grow(struct id_map *map)
{
    struct id_map larger = {.slots_max = 2 * map->slots_max, .count_max = map->count_max};
    larger.slots = memory_zeroed(larger.slots_max, sizeof *larger.slots);
    for (uint32_t i = 0; i < map->slots_max; i++) {
        if (map->slots[i].id)
            larger.slots[find(&larger, map->slots[i].id)] = map->slots[i];
    }
    larger.count = map->count;
    free(map->slots);
    *map = larger;
}

void id_map_finish(struct id_map *map)
{
    free(map->slots);
    map->slots = NULL;
}

void *id_map_get(const struct id_map *map, uint64_t id)
{
    return id ? map->slots[find(map, id)].value : NULL;
}

bool id_map_put(struct id_map *map, uint64_t id, void *value)
{
    if (id == 0 || map->count == map->count_max)
        return false;
    if (2 * (map->count + 1) > map->slots_max)
        grow(map);
    map->slots[find(map, id)] = (struct id_slot){id, value};
    map->count++;
    return true;
}

/* Whether what lives at `at` may move back to `hole` without being lost to find(). */
static bool may_move(const struct id_map *map, uint32_t hole, uint32_t at)
{
    uint32_t home = home_of(map, map->slots[at].id);
    uint32_t mask = map->slots_max - 1;
    return ((at - home) & mask) >= ((at - hole) & mask);
}

void *id_map_take(struct id_map *map, uint64_t id)
{
    uint32_t hole = id ? find(map, id) : 0;
    void *value = id ? map->slots[hole].value : NULL;
    if (!id || !map->slots[hole].id)
        return NULL;
    for (uint32_t at = next_of(map, hole); map->slots[at].id; at = next_of(map, at)) {
        if (may_move(map, hole, at)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (struct id_slot){0};
    map->count--;
    return value;
}

void id_map_clear(struct id_map *map, void (*visit)(void *value))
{
    for (uint32_t i = 0; i < map->slots_max; i++) {
        if (map->slots[i].id)
            visit(map->slots[i].value);
        map->slots[i] = (struct id_slot){0};
    }
    map->count = 0;
}

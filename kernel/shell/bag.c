/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/shell/bag.h"

void mn_bag_init(struct mn_bag *bag, struct mn_bag_item *items, uint32_t capacity)
{
    *bag = (struct mn_bag){.items = items, .capacity = capacity};
    for (uint32_t i = 0; i < capacity; i++)
        items[i] = (struct mn_bag_item){0};
}

void mn_bag_close(struct mn_bag *bag)
{
    for (uint32_t i = 0; i < bag->capacity; i++) {
        struct mn_bag_item item = bag->items[i];
        bag->items[i] = (struct mn_bag_item){0};
        if (item.token)
            item.let_go(item.thing);
    }
    bag->count = 0;
}

uint32_t mn_bag_put(struct mn_bag *bag, const char *kind, void *thing,
                    void (*let_go)(void *thing))
{
    if (bag->count == bag->capacity)
        return 0;
    uint32_t index = 0;
    while (bag->items[index].token)
        index++;
    uint32_t round = bag->round;
    bag->round = round < INT32_MAX / bag->capacity - 1 ? round + 1 : 0;
    uint32_t token = round * bag->capacity + index + 1;
    bag->items[index] = (struct mn_bag_item){token, kind, thing, let_go};
    bag->count++;
    return token;
}

struct mn_bag_item *mn_bag_find(struct mn_bag *bag, uint32_t token)
{
    if (token == 0 || bag->capacity == 0)
        return NULL;
    struct mn_bag_item *item = &bag->items[(token - 1) % bag->capacity];
    return item->token == token ? item : NULL;
}

void mn_bag_forget(struct mn_bag *bag, uint32_t token)
{
    struct mn_bag_item *item = mn_bag_find(bag, token);
    if (!item)
        return;
    *item = (struct mn_bag_item){0};
    bag->count--;
}

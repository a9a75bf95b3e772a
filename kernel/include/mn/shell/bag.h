/* bag.h — the bag of holding: numbers that stand for things of the kernel.
 *
 *     program:  token 17  ──► [ item ] ──► thing      let_go(thing) when the bag closes
 *
 * A program holds tokens, never addresses: one that was made up, or whose thing is gone, is simply
 * not found. A token is not given again until 2^31 / capacity others went through the same place.
 *
 * Memory   The caller owns the bag and its items.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SHELL_BAG_H
#define MN_SHELL_BAG_H

#include "mn/base.h"

struct mn_bag_item {
    uint32_t token;               /* 0: nothing here */
    const char *kind;             /* "child"; for people */
    void *thing;
    void (*let_go)(void *thing);  /* the bag closes; does not come back to it */
};

struct mn_bag {
    struct mn_bag_item *items;    /* [capacity] */
    uint32_t capacity, count;
    uint32_t round;               /* counts up with each token */
};

/* Makes an empty bag. Borrows `items` until mn_bag_close. */
void mn_bag_init(struct mn_bag *bag, struct mn_bag_item *items, uint32_t capacity);

/* Lets go of everything inside; the bag is empty then. */
void mn_bag_close(struct mn_bag *bag);

/* Puts a thing in. Returns its token, 1 to INT32_MAX, or 0: the bag is full. */
uint32_t mn_bag_put(struct mn_bag *bag, const char *kind, void *thing,
                    void (*let_go)(void *thing));

/* The item, or NULL. Valid until the bag is used again. */
struct mn_bag_item *mn_bag_find(struct mn_bag *bag, uint32_t token);

/* Forgets an item without letting go of its thing. Harmless when it is not there. */
void mn_bag_forget(struct mn_bag *bag, uint32_t token);

#endif

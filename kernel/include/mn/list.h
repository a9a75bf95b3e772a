/* list.h — circular intrusive lists: the links live in the things they link.
 *
 * A node that is on no list points at itself, so removing it twice is harmless and pushing it
 * twice panics. The head is a node like any other. All but the length is O(1).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_LIST_H
#define MN_LIST_H

#include "mn/base.h"

struct mn_list {
    struct mn_list *next, *prev;
};

static inline void mn_list_init(struct mn_list *list)
{
    list->next = list->prev = list;
}

static inline bool mn_list_is_empty(const struct mn_list *list)
{
    return list->next == list;
}

static inline bool mn_list_is_linked(const struct mn_list *node)
{
    return node->next != node;
}

/* The bare steps, for owners that remember by other means whether the node is linked: nothing is
 * checked, and an unlinked node's pointers mean nothing. */
static inline void mn_list_link_last(struct mn_list *list, struct mn_list *node)
{
    struct mn_list *last = list->prev;
    node->next = list;
    node->prev = last;
    last->next = node;
    list->prev = node;
}

static inline void mn_list_unlink(struct mn_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
}

/* Puts `node` just before `place`, in whatever list that is. */
static inline void mn_list_insert_before(struct mn_list *place, struct mn_list *node)
{
    MN_ASSERT(!mn_list_is_linked(node));
    mn_list_link_last(place, node); /* seen from a place, the last node is the one before it */
}

/* Adds `node` as the youngest of `list`. */
static inline void mn_list_push(struct mn_list *list, struct mn_list *node)
{
    mn_list_insert_before(list, node);
}

static inline void mn_list_remove(struct mn_list *node)
{
    mn_list_unlink(node);
    mn_list_init(node);
}

/* Takes the oldest node, or returns NULL. */
static inline struct mn_list *mn_list_pop(struct mn_list *list)
{
    struct mn_list *node = list->next;
    if (node == list)
        return NULL;
    mn_list_remove(node);
    return node;
}

/* Moves all of `from`, in order, behind what `to` holds; `from` is empty afterwards. */
static inline void mn_list_move_all(struct mn_list *to, struct mn_list *from)
{
    MN_ASSERT(to != from);
    if (mn_list_is_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    mn_list_init(from);
}

#define MN_LIST_EACH(node, list) \
    for (struct mn_list *node = (list)->next; node != (list); node = node->next)

/* How many nodes there are: the one thing here that takes as long as the list is. */
static inline uint32_t mn_list_length(const struct mn_list *list)
{
    uint32_t length = 0;
    MN_LIST_EACH (node, list)
        length++;
    return length;
}

#endif

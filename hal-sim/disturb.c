/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/disturb.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal-sim/chance.h"

#define ALL_KINDS ((1u << DISTURB_KINDS) - 1u)

static const struct {
    const char *name;
    uint32_t one_in; /* opportunities, where the seed has it neither rare nor frequent */
} kinds[DISTURB_KINDS] = {
    [DISTURB_LOSE] = {"lose", 256},   [DISTURB_FLIP] = {"flip", 256},
    [DISTURB_DOUBLE] = {"double", 256}, [DISTURB_STALL] = {"stall", 64},
    [DISTURB_CUT] = {"cut", 64},      [DISTURB_REFUSE] = {"refuse", 64},
    [DISTURB_KILL] = {"kill", 256},
};

const char *disturb_name(uint32_t kind)
{
    return kinds[kind].name;
}

/* ---- plans as text ---------------------------------------------------------------------- */

static bool add_moment(struct disturb_plan *plan, uint32_t kind, const char *number)
{
    char *end;
    uint64_t nth = strtoull(number, &end, 10);
    if (*number < '1' || *number > '9' || *end || plan->moment_count == DISTURB_MAX)
        return false;
    plan->moments[plan->moment_count++] = (struct disturb_moment){kind, nth};
    return true;
}

static bool add_kind(struct disturb_plan *plan, const char *word)
{
    size_t count = strcspn(word, ":");
    for (uint32_t kind = 0; kind < DISTURB_KINDS; kind++) {
        if (strlen(kinds[kind].name) != count || strncmp(kinds[kind].name, word, count) != 0)
            continue;
        if (word[count])
            return add_moment(plan, kind, word + count + 1);
        plan->kinds |= 1u << kind;
        return true;
    }
    return false;
}

static bool add_word(struct disturb_plan *plan, const char *word)
{
    bool is_faults = strcmp(word, "faults") == 0;
    if (strcmp(word, "none") == 0)
        return true;
    if (!is_faults && strcmp(word, "timing") != 0)
        return add_kind(plan, word);
    plan->is_timed = true;
    if (is_faults)
        plan->kinds = ALL_KINDS;
    return true;
}

bool disturb_parse(struct disturb_plan *plan, const char *text, char *error, size_t error_bytes)
{
    char word[32];
    *plan = (struct disturb_plan){.kinds = 0};
    for (const char *at = text;; at++) {
        size_t count = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)count, at);
        if (count >= sizeof word || !add_word(plan, word)) {
            snprintf(error, error_bytes, "expected none, timing, faults, a kind (lose, flip, "
                     "double, stall, cut, refuse, kill), or one of a kind, such as lose:57; at "
                     "most %u of those; got \"%s\"", DISTURB_MAX, word);
            return false;
        }
        at += count;
        if (!*at)
            return true;
    }
}

void disturb_print(const struct disturb_plan *plan, char *text, size_t text_bytes)
{
    size_t used = 0;
    bool is_all = plan->is_timed && plan->kinds == ALL_KINDS;
    used += (size_t)snprintf(text, text_bytes, "%s", is_all           ? "faults"
                                                     : plan->is_timed ? "timing"
                                                                      : "none");
    for (uint32_t kind = 0; kind < DISTURB_KINDS && !is_all; kind++)
        if (plan->kinds >> kind & 1u && used < text_bytes)
            used += (size_t)snprintf(text + used, text_bytes - used, ",%s", kinds[kind].name);
    for (uint32_t i = 0; i < plan->moment_count && used < text_bytes; i++)
        used += (size_t)snprintf(text + used, text_bytes - used, ",%s:%" PRIu64,
                                 kinds[plan->moments[i].kind].name, plan->moments[i].nth);
}

/* ---- striking --------------------------------------------------------------------------- */

void disturb_init(struct disturb *disturb, const struct disturb_plan *plan, uint64_t seed,
                  struct disturb_list *list)
{
    *disturb = (struct disturb){.plan = *plan, .seed = seed, .list = list};
    *list = (struct disturb_list){.count = 0};
}

/* Each seed has some kinds rare, some frequent, and some not at all: where everything goes wrong
 * all the time, nothing ever gets far. */
static bool is_due(const struct disturb *disturb, enum disturb_kind kind, uint64_t chance)
{
    uint32_t one_in = kinds[kind].one_in;
    switch (chance_at(disturb->seed, kind, 0) % 4) {
    case 0:
        return false;
    case 1:
        return chance % ((uint64_t)one_in * 4) == 0;
    case 2:
        return chance % one_in == 0;
    default:
        return chance % (one_in / 4) == 0;
    }
}

static bool is_planned(const struct disturb_plan *plan, enum disturb_kind kind, uint64_t nth)
{
    for (uint32_t i = 0; i < plan->moment_count; i++)
        if (plan->moments[i].kind == kind && plan->moments[i].nth == nth)
            return true;
    return false;
}

bool disturb_strikes(struct disturb *disturb, enum disturb_kind kind, uint64_t *value)
{
    const struct disturb_plan *plan = &disturb->plan;
    if (!disturb_is_faulty(plan))
        return false;
    uint64_t nth = ++disturb->list->chances[kind];
    if (disturb->is_calm || disturb->list->count == DISTURB_MAX)
        return false;
    uint64_t chance = chance_at(disturb->seed, kind, nth);
    *value = chance >> 32;
    return (plan->kinds >> kind & 1u && is_due(disturb, kind, chance & UINT32_MAX)) ||
           is_planned(plan, kind, nth);
}

void disturb_note(struct disturb *disturb, enum disturb_kind kind, uint64_t tick, uint64_t time_us,
                  const char *format, ...)
{
    struct disturb_list *list = disturb->list;
    struct disturb_entry *entry = &list->entries[list->count];
    va_list args;
    *entry = (struct disturb_entry){.moment = {kind, list->chances[kind]}, .tick = tick,
                                    .time_us = time_us};
    va_start(args, format);
    vsnprintf(entry->what, sizeof entry->what, format, args);
    va_end(args);
    list->is_broken |= kind == DISTURB_REFUSE || kind == DISTURB_KILL;
    list->count++; /* last: who reads it from another process finds whole entries */
}

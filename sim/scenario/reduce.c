/* reduce.c — which disturbances does a failure need?
 *
 *     a b c d e f g h   leaving out: halves first, then quarters ..., until no single one can be
 *     . . . . e f g h   left out. Without an early one the machine goes another way, and what was
 *     . . . b . f g .   the 57th byte no longer is: that gets stuck.
 *
 *     . x . | y . . z   searching: so then few are tried, of the kinds that are left, at these
 *                       moments and at others, under this seed and others
 *
 * A case counts only if it fails in the same way (failure.h). But where that leaves many, a small
 * one that fails in another way is worth more: often it is the same defect, seen elsewhere.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "crew.h"
#include "explore.h"
#include "failure.h"
#include "hal-sim/chance.h"

#define LEAVING_OUT_MAX 500u /* runs */
#define SEARCH_MAX 2000u     /* runs for each number of disturbances ... */
#define SEARCH_SHORT 500u    /* ... where no more than FEW are left already */
#define FEW 3u               /* disturbances; for more there is no search */
#define NEAR 16u             /* how far a moment is moved */
#define SCALES 8u            /* all chances there are, half of them, a quarter ... */
#define STREAM 64u           /* of chance, beyond those of disturbances */

struct other { /* the smallest case that fails in another way */
    bool is_there;
    struct run_settings settings;
    char kind[FAILURE_KIND_BYTES];
};

struct reducing {
    const struct scenario *scenario;
    struct run_settings *settings; /* of the smallest case so far */
    struct probe *probe;
    char kind[FAILURE_KIND_BYTES]; /* of the failure */
    struct other other;
    uint64_t chances[DISTURB_KINDS];
    uint32_t runs;
    unsigned workers_max;
};

/* Whether it fails; `kind` says how. */
static bool fails(struct reducing *reducing, const struct run_settings *settings,
                  char kind[FAILURE_KIND_BYTES])
{
    char said[PROBE_SAID_BYTES];
    bool has_held;
    if (!probe_hear(reducing->scenario, settings, reducing->probe, said, &has_held) || has_held)
        return false;
    failure_kind(said, kind);
    return true;
}

static void keep_other(struct other *other, const struct run_settings *settings, const char *kind)
{
    if (other->is_there &&
        other->settings.plan.moment_count <= settings->plan.moment_count)
        return;
    other->is_there = true;
    other->settings = *settings;
    strcpy(other->kind, kind);
}

/* Whether it still fails in the same way under this plan; then it is the one to go on with. */
static bool still_fails(struct reducing *reducing, const struct run_settings *settings)
{
    char kind[FAILURE_KIND_BYTES];
    if (!fails(reducing, settings, kind))
        return false;
    if (strcmp(kind, reducing->kind) != 0) {
        keep_other(&reducing->other, settings, kind);
        return false;
    }
    *reducing->settings = *settings;
    return true;
}

/* ---- leaving out ------------------------------------------------------------------------ */

/* The same without `count` of its moments, from `begin` on. */
static struct run_settings without(const struct run_settings *settings, uint32_t begin,
                                   uint32_t count)
{
    struct run_settings less = *settings;
    const struct disturb_plan *plan = &settings->plan;
    less.plan.moment_count = 0;
    for (uint32_t i = 0; i < plan->moment_count; i++)
        if (i < begin || i >= begin + count)
            less.plan.moments[less.plan.moment_count++] = plan->moments[i];
    return less;
}

/* Leaves out `size` moments at a time, wherever that can be; true if it could be anywhere. */
static bool thin_out(struct reducing *reducing, uint32_t size)
{
    const struct disturb_plan *plan = &reducing->settings->plan;
    bool is_thinner = false;
    for (uint32_t begin = 0; begin < plan->moment_count;) {
        struct run_settings less = without(reducing->settings, begin, size);
        if (reducing->runs == LEAVING_OUT_MAX)
            return false;
        reducing->runs++;
        if (still_fails(reducing, &less))
            is_thinner = true;
        else
            begin += size;
    }
    return is_thinner;
}

static void leave_out(struct reducing *reducing)
{
    uint32_t size = reducing->settings->plan.moment_count;
    while (size > 0) {
        bool is_thinner = thin_out(reducing, size);
        if (size > reducing->settings->plan.moment_count)
            size = reducing->settings->plan.moment_count;
        else if (size > 1 || !is_thinner)
            size /= 2;
    }
}

/* ---- searching -------------------------------------------------------------------------- */

struct search {
    const struct reducing *reducing;
    uint32_t few;  /* disturbances to be tried */
    uint64_t end;  /* runs */
};

/* One of those that are known, as it is, or moved a little, or anywhere in the run. How many
 * chances there are before it fails is known of one run only, so smaller figures are as likely. */
static struct disturb_moment pick_moment(const struct reducing *reducing, uint64_t draw)
{
    const struct disturb_plan *plan = &reducing->settings->plan;
    struct disturb_moment moment = plan->moments[draw % plan->moment_count];
    uint64_t bits = draw >> 32, chances = reducing->chances[moment.kind] >> bits / 4 % SCALES;
    if (bits % 4 == 0)
        moment.nth += bits / 4 % NEAR;
    else if (bits % 4 > 1)
        moment.nth = 1 + bits / 4 / SCALES % (chances > 0 ? chances : 1);
    return moment;
}

static void give_case(const void *context, uint64_t run, struct crew_run *given)
{
    const struct search *search = context;
    const struct run_settings *known = search->reducing->settings;
    struct disturb_plan *plan = &given->settings.plan;
    given->scenario = 0;
    given->settings = *known;
    given->settings.seed += run % 4 == 0 ? 0 : run;
    plan->moment_count = search->few;
    for (uint32_t i = 0; i < search->few; i++)
        plan->moments[i] =
            pick_moment(search->reducing, chance_at(known->seed, STREAM + i, run * FEW + i));
}

/* The first run from `next` on that fails in any way; CREW_NONE: there is none. */
static uint64_t find_failure(struct search *search, uint64_t next)
{
    struct crew crew;
    bool has_held;
    const struct crew_order order = {
        .scenarios = &search->reducing->scenario,
        .scenario_count = 1,
        .first = next,
        .end = search->end,
        .give = give_case,
        .context = search,
        .doing = "reducing",
        .workers_max = search->reducing->workers_max,
    };
    if (!crew_open(&crew, &order))
        return CREW_NONE;
    uint64_t found = crew_work(&crew, &has_held);
    crew_close(&crew);
    return found;
}

/* Whether so few disturbances make it fail in the same way. */
static bool search_for(struct reducing *reducing, uint32_t few)
{
    bool is_few = reducing->settings->plan.moment_count <= FEW;
    struct search search = {reducing, few, is_few ? SEARCH_SHORT : SEARCH_MAX};
    for (uint64_t next = 0; next < search.end; next++) {
        struct crew_run given;
        uint64_t found = find_failure(&search, next);
        uint64_t end = found == CREW_NONE ? search.end : found + 1;
        reducing->runs += (uint32_t)(end - next);
        if (found == CREW_NONE)
            return false;
        give_case(&search, found, &given);
        if (still_fails(reducing, &given.settings))
            return true;
        next = found;
    }
    return false;
}

/* ---- both ------------------------------------------------------------------------------- */

/* The same plan, but for what chance had in it: the moments at which it struck. */
static struct disturb_plan name_moments(const struct disturb_plan *plan,
                                        const struct disturb_list *list)
{
    struct disturb_plan named = {.is_timed = plan->is_timed};
    for (uint32_t i = 0; i < list->count; i++)
        named.moments[named.moment_count++] = list->entries[i].moment;
    return named;
}

/* Goes on with the small case that fails in another way, if only that one is small. */
static bool take_other(struct reducing *reducing)
{
    const struct other *other = &reducing->other;
    if (!other->is_there || reducing->settings->plan.moment_count <= FEW ||
        other->settings.plan.moment_count > FEW)
        return false;
    *reducing->settings = other->settings;
    strcpy(reducing->kind, other->kind);
    return true;
}

/* Whether the case that is left fails in another way. */
static bool make_small(struct reducing *reducing)
{
    struct run_settings *settings = reducing->settings;
    settings->plan = name_moments(&settings->plan, &reducing->probe->list);
    settings->has_plan = true;
    reducing->runs++;
    if (!fails(reducing, settings, reducing->kind))
        return false;
    memcpy(reducing->chances, reducing->probe->list.chances, sizeof reducing->chances);
    leave_out(reducing);
    for (uint32_t few = 1; few <= FEW && few < settings->plan.moment_count; few++)
        if (search_for(reducing, few))
            break;
    bool is_other = take_other(reducing);
    struct run_settings untimed = *settings;
    untimed.plan.is_timed = false;
    reducing->runs += settings->plan.is_timed;
    if (settings->plan.is_timed)
        still_fails(reducing, &untimed);
    return is_other;
}

uint32_t reduce(const struct scenario *scenario, struct run_settings *settings,
                struct probe *probe, unsigned workers_max, bool *is_other)
{
    struct reducing reducing = {.scenario = scenario, .settings = settings, .probe = probe,
                                .workers_max = workers_max};
    *is_other = make_small(&reducing);
    return reducing.runs;
}

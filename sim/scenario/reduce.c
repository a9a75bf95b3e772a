/* reduce.c — delta debugging: which of the disturbances does a failure need?
 *
 *     a b c d e f g h       halves first, then quarters ...: what can be left out is left out,
 *     . . . . e f g h       until no single one can
 *     . . . . . f . .
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "explore.h"

#define RUNS_MAX 2500u
#define FEW 2u

struct reducing {
    const struct scenario *scenario;
    struct run_settings *settings;
    struct probe *probe;
    uint32_t runs;
};

/* Whether it still fails under this plan; then the plan is the one to go on with. */
static bool still_fails(struct reducing *reducing, const struct disturb_plan *plan)
{
    struct run_settings settings = *reducing->settings;
    if (reducing->runs == RUNS_MAX)
        return false;
    reducing->runs++;
    settings.plan = *plan;
    if (probe_run(reducing->scenario, &settings, reducing->probe, NULL))
        return false;
    reducing->settings->plan = *plan;
    return true;
}

/* The plan without `count` of its moments, from `begin` on. */
static struct disturb_plan without(const struct disturb_plan *plan, uint32_t begin, uint32_t count)
{
    struct disturb_plan less = *plan;
    less.moment_count = 0;
    for (uint32_t i = 0; i < plan->moment_count; i++)
        if (i < begin || i >= begin + count)
            less.moments[less.moment_count++] = plan->moments[i];
    return less;
}

/* Leaves out `size` moments at a time, wherever that can be; true if it could be anywhere. */
static bool thin_out(struct reducing *reducing, uint32_t size)
{
    struct disturb_plan *plan = &reducing->settings->plan;
    bool is_thinner = false;
    for (uint32_t begin = 0; begin < plan->moment_count;) {
        struct disturb_plan less = without(plan, begin, size);
        if (still_fails(reducing, &less))
            is_thinner = true;
        else
            begin += size;
    }
    return is_thinner;
}

/* Whether some few of the moments do alone: without the others the machine goes other ways, which
 * may fail as well, and leaving out does not find those. Tries each, then each two. */
static bool pick_out(struct reducing *reducing, const struct disturb_plan *all)
{
    for (uint32_t pair = 0; pair < 2; pair++) {
        for (uint32_t i = 0; i < all->moment_count; i++) {
            for (uint32_t j = pair ? i + 1 : 0; j < (pair ? all->moment_count : 1); j++) {
                struct disturb_plan few = {.is_timed = all->is_timed, .moment_count = 1 + pair};
                few.moments[0] = all->moments[i];
                few.moments[pair] = all->moments[pair ? j : i];
                if (still_fails(reducing, &few))
                    return true;
            }
        }
    }
    return false;
}

/* The same plan, but for what chance had in it: the moments at which it struck. */
static struct disturb_plan name_moments(const struct disturb_plan *plan,
                                        const struct disturb_list *list)
{
    struct disturb_plan named = {.is_timed = plan->is_timed};
    for (uint32_t i = 0; i < list->count; i++)
        named.moments[named.moment_count++] = list->entries[i].moment;
    return named;
}

uint32_t reduce(const struct scenario *scenario, struct run_settings *settings,
                struct probe *probe)
{
    struct reducing reducing = {scenario, settings, probe, 0};
    struct disturb_plan named = name_moments(&settings->plan, &probe->list);
    settings->has_plan = true;
    if (!still_fails(&reducing, &named))
        return reducing.runs;
    uint32_t size = named.moment_count;
    while (size > 0) {
        bool is_thinner = thin_out(&reducing, size);
        if (size > settings->plan.moment_count)
            size = settings->plan.moment_count;
        else if (size > 1 || !is_thinner)
            size /= 2;
    }
    if (settings->plan.moment_count > FEW)
        pick_out(&reducing, &named);
    struct disturb_plan untimed = settings->plan;
    untimed.is_timed = false;
    if (settings->plan.is_timed)
        still_fails(&reducing, &untimed);
    return reducing.runs;
}

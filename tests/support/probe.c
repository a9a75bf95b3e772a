/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "probe.h"

#include <string.h>

static void add_text(struct trail *trail, const char *text)
{
    size_t count = strlen(text);
    assert_true(trail->length + count < sizeof trail->text);
    memcpy(trail->text + trail->length, text, count + 1);
    trail->length += (uint32_t)count;
}

void trail_add(struct trail *trail, const char *prefix, const char *word)
{
    if (!trail)
        return;
    add_text(trail, trail->length > 0 ? " " : "");
    add_text(trail, prefix);
    add_text(trail, word);
}

static enum mn_poll probe_poll(struct mn_co *co, struct mn_task *task)
{
    struct probe *probe = MN_FRAME(co, struct probe);
    trail_add(probe->trail, "", probe->name);
    probe->polls++;
    probe->task = task;
    if (probe->waits == 0)
        MN_RETURN(probe->result);
    if (probe->waits != PROBE_FOREVER)
        probe->waits--;
    return MN_PENDING;
}

static void probe_drop(struct mn_co *co)
{
    struct probe *probe = MN_FRAME(co, struct probe);
    trail_add(probe->trail, "-", probe->name);
    probe->drops++;
}

static const struct mn_co_type probe_type = {
    .name = "probe",
    .poll = probe_poll,
    .drop = probe_drop,
};

struct mn_co *probe(struct probe *frame, const char *name, struct trail *trail, uint32_t waits,
                    enum mn_err result)
{
    *frame = (struct probe){.name = name, .trail = trail, .waits = waits, .result = result};
    return mn_co_init(&frame->co, &probe_type);
}

static enum mn_poll wrap_poll(struct mn_co *co, struct mn_task *task)
{
    struct wrap *wrap = MN_FRAME(co, struct wrap);

    MN_CO_BEGIN;
    MN_AWAIT(wrap->inner);
    MN_RETURN(co->err);
    MN_CO_END;
}

static void wrap_drop(struct mn_co *co)
{
    struct wrap *wrap = MN_FRAME(co, struct wrap);
    trail_add(wrap->trail, "-", wrap->name);
    wrap->drops++;
}

static const struct mn_co_type wrap_type = {
    .name = "wrap",
    .poll = wrap_poll,
    .drop = wrap_drop,
};

struct mn_co *wrap(struct wrap *frame, const char *name, struct trail *trail,
                   struct mn_co *inner)
{
    *frame = (struct wrap){.name = name, .trail = trail, .inner = inner};
    return mn_co_init(&frame->co, &wrap_type);
}

static enum mn_poll runner_poll(struct mn_co *co, struct mn_task *task)
{
    struct runner *runner = MN_FRAME(co, struct runner);

    MN_CO_BEGIN;
    MN_AWAIT(runner->inner);
    runner->returned = true;
    runner->err = co->err;
    runner->returned_us = task->kernel->now_us;
    trail_add(runner->trail, "", runner->name);
    MN_CO_END;
}

static const struct mn_co_type runner_type = {.name = "runner", .poll = runner_poll};

void runner_spawn(struct runner *runner, struct mn_kernel *kernel, const char *name,
                  struct trail *trail, struct mn_co *inner)
{
    *runner = (struct runner){.name = name, .trail = trail, .inner = inner};
    mn_spawn(kernel, &runner->task, name, mn_co_init(&runner->co, &runner_type));
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/spawnulator.h"

#include "mn/audit.h"
#include "mn/kernel.h"
#include "mn/shell/program.h"

#define MN_LOG_TARGET "kernel::services::spawnulator"
#define EOT 4 /* what KEY answers where nobody types */

/* ---- a child ---------------------------------------------------------------------------- */

struct mn_child { /* begins its block; the memory of its VM follows */
    struct mn_co co;
    struct mn_task task;
    struct mn_spawnulator *owner;
    struct mn_program *parent; /* NULL: gone, or its bag had no room for us */
    uint32_t token;            /* in the parent's bag */
    struct mn_list link;       /* in mn_spawnulator::children */
    char name[MN_FORTH_NAME + 1];
    struct mn_program program;
};

#define CHILD_BYTES ((uint32_t)(sizeof(struct mn_child) + 7) & ~7u)

static void report(struct mn_child *child)
{
    struct mn_program *program = &child->program;
    char who[48];
    struct mn_text text = {.bytes = who, .room = sizeof who - 1};
    mn_text_str(&text, "task ");
    mn_text_u64(&text, child->task.id);
    mn_text_str(&text, " (");
    mn_text_str(&text, child->name);
    mn_text_byte(&text, ')');
    who[text.count] = 0;
    mn_program_report(program, who);
}

/* Runs until the word has ended. */
static enum mn_program_state go_on(struct mn_child *child, struct mn_task *task)
{
    enum mn_program_state state = mn_program_run(&child->program, task);
    if (state == MN_PROGRAM_LINE)
        mn_forth_end(&child->program.vm);
    else if (state == MN_PROGRAM_KEY)
        mn_forth_key(&child->program.vm, EOT);
    else
        return state;
    return MN_PROGRAM_BUSY;
}

static enum mn_poll child_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_child *child = MN_FRAME(co, struct mn_child);
    co->child = NULL;
    if (co->at == 0) {
        enum mn_program_state state = go_on(child, task);
        if (state == MN_PROGRAM_BUSY)
            mn_task_wake(task);
        else if (state == MN_PROGRAM_FAILED)
            report(child);
        if (state == MN_PROGRAM_DONE || state == MN_PROGRAM_FAILED)
            co->at = 1; /* all that is left is to say the last words */
    }
    if (co->at == 1 && mn_program_flush(&child->program, task))
        return MN_READY;
    co->child = mn_program_waits_in(&child->program); /* for whoever looks */
    return MN_PENDING;
}

static void child_drop(struct mn_co *co)
{
    struct mn_child *child = MN_FRAME(co, struct mn_child);
    mn_program_finish(&child->program);
    if (child->parent)
        mn_bag_forget(&child->parent->bag, child->token);
    mn_list_remove(&child->link);
    child->owner->child_count--;
}

static void child_audit(const struct mn_co *co, struct mn_audit *audit)
{
    mn_program_audit(&MN_FRAME(co, struct mn_child)->program, audit);
}

static const struct mn_co_type child_type = {
    .name = "child",
    .poll = child_poll,
    .drop = child_drop,
    .audit = MN_AUDIT_BY(child_audit),
};

static void child_ended(struct mn_task *task)
{
    struct mn_child *child = MN_CONTAINER(task, struct mn_child, task);
    mn_heap_free(&task->kernel->heap, child);
}

static void let_go(void *thing)
{
    struct mn_child *child = thing;
    child->parent = NULL;
}

void mn_spawnulator_kill(void *thing)
{
    struct mn_child *child = thing;
    mn_task_cancel(&child->task);
}

const struct mn_task *mn_spawnulator_task(const void *thing)
{
    const struct mn_child *child = thing;
    return &child->task;
}

/* ---- the service ------------------------------------------------------------------------ */

static uint32_t block_bytes(const struct mn_program *parent)
{
    return CHILD_BYTES + mn_program_bytes(&parent->settings);
}

static void name_child(struct mn_child *child, const struct mn_forth *vm, uint32_t xt)
{
    struct mn_text text = {.bytes = child->name, .room = sizeof child->name - 1};
    mn_program_name(vm, xt, &text);
    if (text.count == 0)
        mn_text_str(&text, ":noname");
    child->name[text.count] = 0;
}

static void fail(struct mn_spawnulator *spawnulator, enum mn_spawn_error error)
{
    mn_spawnulator_fail(&spawnulator->job, &error);
}

/* Makes the child in `memory`, which it owns from here on, and answers. */
static void make_child(struct mn_spawnulator *spawnulator, void *memory)
{
    struct mn_program *parent = spawnulator->job.in.request.parent;
    uint32_t xt = spawnulator->job.in.request.xt;
    struct mn_child *child = memory;
    child->owner = spawnulator;
    child->parent = NULL;
    mn_program_fork(&child->program, parent, (char *)memory + CHILD_BYTES);
    if (mn_forth_call(&child->program.vm, xt) != MN_OK) {
        mn_program_finish(&child->program);
        mn_heap_free(&spawnulator->kernel->heap, memory);
        fail(spawnulator, MN_SPAWN_BAD_XT);
        return;
    }
    name_child(child, &child->program.vm, xt);
    mn_list_init(&child->link);
    mn_list_push(&spawnulator->children, &child->link);
    spawnulator->child_count++;
    mn_spawn(spawnulator->kernel, &child->task, child->name,
             mn_co_init(&child->co, &child_type));
    child->task.ended = child_ended;
    child->token = mn_bag_put(&parent->bag, "child", child, let_go);
    child->parent = child->token ? parent : NULL;
    struct mn_spawn_response response = {.task_id = child->task.id, .token = child->token};
    MN_DEBUG(&spawnulator->kernel->log, "spawned", MN_FIELD_U64("task", child->task.id));
    mn_spawnulator_reply(&spawnulator->job, &response);
}

/* Waits for memory, but no longer than the client waits for us. */
static struct mn_co *memory_or_nobody(struct mn_spawnulator *spawnulator)
{
    struct mn_program *parent = spawnulator->job.in.request.parent;
    spawnulator->arms[0] = mn_job_abandoned(&spawnulator->abandoned, &spawnulator->job.job);
    spawnulator->arms[1] = mn_heap_alloc(&spawnulator->alloc, &spawnulator->kernel->heap,
                                         block_bytes(parent));
    return mn_select(&spawnulator->either, spawnulator->arms, 2);
}

static void got_memory(struct mn_spawnulator *spawnulator, enum mn_err err)
{
    if (err == MN_OK)
        make_child(spawnulator, spawnulator->alloc.memory);
    else
        fail(spawnulator, MN_SPAWN_TOO_BIG);
}

static bool is_full(const struct mn_spawnulator *spawnulator)
{
    return spawnulator->child_count >= spawnulator->settings.capacity;
}

static enum mn_poll spawnulator_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_spawnulator *spawnulator = MN_FRAME(co, struct mn_spawnulator);

    MN_CO_BEGIN;
    co->err = mn_spawnulator_bind(&spawnulator->service, &spawnulator->kernel->registry, 0, task);
    while (co->err == MN_OK) {
        MN_TRY(mn_spawnulator_recv(&spawnulator->recv, &spawnulator->service,
                                   &spawnulator->job));
        if (!mn_job_is_wanted(&spawnulator->job.job)) {
            mn_job_discard(&spawnulator->job.job);
        } else if (is_full(spawnulator)) {
            fail(spawnulator, MN_SPAWN_FULL);
        } else {
            MN_AWAIT(memory_or_nobody(spawnulator));
            if (spawnulator->either.winner == 0)
                mn_job_discard(&spawnulator->job.job);
            else
                got_memory(spawnulator, co->err);
            co->err = MN_OK;
        }
    }
    MN_RETURN(co->err);
    MN_CO_END;
}

static void spawnulator_drop(struct mn_co *co)
{
    struct mn_spawnulator *spawnulator = MN_FRAME(co, struct mn_spawnulator);
    mn_job_discard(&spawnulator->job.job);
    mn_service_unbind(&spawnulator->service);
    while (!mn_list_is_empty(&spawnulator->children))
        mn_task_cancel(&MN_CONTAINER(spawnulator->children.next, struct mn_child, link)->task);
}

static void spawnulator_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_spawnulator *spawnulator = MN_CONTAINER(co, const struct mn_spawnulator, co);
    uint32_t count = 0;
    if (!mn_audit_list(audit, &spawnulator->children, "children"))
        return;
    MN_LIST_EACH (link, &spawnulator->children) {
        const struct mn_child *child = MN_CONTAINER(link, struct mn_child, link);
        count++;
        if (child->parent && !mn_audit_is_live(audit, child->parent))
            mn_audit_wrong(audit, "a child has a parent in memory that was freed");
    }
    if (count != spawnulator->child_count)
        mn_audit_wrong(audit, "the count of its children is not that of their list");
}

static const struct mn_co_type spawnulator_type = {
    .name = "spawnulator",
    .poll = spawnulator_poll,
    .drop = spawnulator_drop,
    .audit = MN_AUDIT_BY(spawnulator_audit),
};

struct mn_co *mn_spawnulate(struct mn_spawnulator *frame, struct mn_kernel *kernel,
                            const struct mn_spawnulator_settings *settings)
{
    MN_ASSERT(settings->capacity > 0);
    *frame = (struct mn_spawnulator){.kernel = kernel, .settings = *settings};
    mn_list_init(&frame->children);
    mn_job_init(&frame->job.job);
    return mn_co_init(&frame->co, &spawnulator_type);
}

/* lists.c — the two long lists: tasks and services. Each has a row in two lines, of which the first
 * is not folded on a screen of 66 columns.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/mem.h"
#include "mn/str.h"
#include "shell/word_table.h"

#define INDENT "\r\n     "

static void short_text(struct mn_text *text, const char *string)
{
    uint32_t count = mn_str_of(string).count;
    mn_text_bytes(text, string, count < 40 ? count : 40);
}

static void column(struct mn_text *text, uint32_t from, uint32_t *width, uint32_t more,
                   const char *content)
{
    short_text(text, content);
    *width += more;
    mn_text_pad(text, from, *width);
}

static void number_column(struct mn_text *text, uint32_t from, uint32_t *width, uint32_t more,
                          uint64_t value)
{
    mn_text_u64(text, value);
    *width += more;
    mn_text_pad(text, from, *width);
}

/* ---- tasks ------------------------------------------------------------------------------ */

static const char *state_of(const struct mn_task *task)
{
    if (task->kernel->running == task)
        return "running";
    return task->queued ? "ready" : "waiting";
}

static void waits(struct mn_text *text, const struct mn_task *task)
{
    char chain[100];
    const struct mn_task *other = mn_task_waits_for(task);
    if (task->kernel->running == task) {
        mn_text_str(text, "who asks");
        return;
    }
    mn_text_bytes(text, chain, mn_task_describe(task, chain, sizeof chain));
    if (other) {
        mn_text_str(text, ", waits for task ");
        mn_text_u64(text, other->id);
        mn_text_str(text, " (");
        short_text(text, other->name);
        mn_text_byte(text, ')');
    }
    mn_text_str(text, ", ");
    mn_text_time(text, task->kernel->now_us - task->waits_since_us);
}

static void task_row(struct mn_text *text, const struct mn_task *task)
{
    uint32_t from = text->count, width = 0, rest;
    number_column(text, from, &width, 5, task->id);
    column(text, from, &width, 15, task->name);
    column(text, from, &width, 9, state_of(task));
    number_column(text, from, &width, 9, task->polls);
    mn_text_time(text, mn_text_divide(task->spent_ns, 1000, &rest));
    mn_text_str(text, INDENT);
    waits(text, task);
    mn_text_str(text, "\r\n");
}

/* The task with the lowest number from `id` on, or NULL. They come and go while we list. */
static const struct mn_task *task_from(const struct mn_kernel *kernel, uint32_t id)
{
    const struct mn_task *found = NULL;
    MN_LIST_EACH (link, &kernel->tasks) {
        const struct mn_task *task = MN_CONTAINER(link, struct mn_task, link);
        if (task->id >= id && (!found || task->id < found->id))
            found = task;
    }
    return found;
}

int32_t mn_word_tasks(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct mn_text *text = mn_program_row(vm);
    if (!text)
        return MN_FORTH_WAIT;
    if (program->listing == 0) {
        mn_text_str(text, "id   name           state    polls    time" INDENT
                          "where it waits, how long\r\n");
        program->listing = 1;
        return MN_FORTH_AGAIN;
    }
    const struct mn_task *task = task_from(program->kernel, program->listing);
    if (task) {
        task_row(text, task);
        program->listing = task->id + 1;
        return MN_FORTH_AGAIN;
    }
    program->listing = 0;
    return 0;
}

/* ---- services --------------------------------------------------------------------------- */

static void uuid(struct mn_text *text, const struct mn_uuid *id)
{
    for (uint32_t i = 0; i < sizeof id->bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            mn_text_byte(text, '-');
        mn_text_hex(text, id->bytes[i], 2);
    }
}

static void service_row(struct mn_text *text, const struct mn_service *service)
{
    uint32_t from = text->count, width = 0;
    column(text, from, &width, 24, service->type->name);
    number_column(text, from, &width, 4, service->instance);
    number_column(text, from, &width, 9, mn_list_length(&service->clients));
    number_column(text, from, &width, 8, service->queued);
    number_column(text, from, &width, 9, service->in_hand);
    mn_text_u64(text, service->taken);
    mn_text_str(text, INDENT);
    uuid(text, &service->type->uuid);
    mn_text_str(text, "\r\n");
}

int32_t mn_word_services(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct mn_text *text = mn_program_row(vm);
    uint32_t index = 1;
    if (!text)
        return MN_FORTH_WAIT;
    if (program->listing == 0)
        mn_text_str(text, "name                    no  clients  queued  in hand  taken" INDENT
                          "uuid\r\n");
    MN_LIST_EACH (link, &program->kernel->registry.services) {
        if (program->listing == 0 || index++ < program->listing)
            continue;
        service_row(text, MN_CONTAINER(link, struct mn_service, link));
        program->listing++;
        return MN_FORTH_AGAIN;
    }
    program->listing = program->listing == 0;
    return program->listing ? MN_FORTH_AGAIN : 0;
}

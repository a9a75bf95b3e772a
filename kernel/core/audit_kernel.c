/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "core/audit.h"
#include "mn/service.h"
#include "mn/tap.h"

MN_AUDIT_PLACE(struct mn_service_recv);
MN_AUDIT_PLACE(struct mn_wait);
MN_AUDIT_PLACE(struct mn_connect);

/* ---- tasks ------------------------------------------------------------------------------ */

static bool is_task_sound(struct mn_audit *audit, const struct mn_task *task)
{
    if (task->kernel != audit->kernel || task->done)
        mn_audit_say(audit, "one that has ended is still in the list of tasks", "");
    else if (!mn_audit_is_live(audit, task->root))
        mn_audit_say(audit, "the frame of a task lies in memory that was freed", "");
    else if (mn_co_is_ended(task->root))
        mn_audit_say(audit, "a task goes on although its future has ended", "");
    return !audit->has_finding;
}

/* How many tasks are marked to be polled. */
static uint32_t look_at_tasks(struct mn_audit *audit)
{
    const struct mn_kernel *kernel = audit->kernel;
    uint32_t count = 0, queued = 0;
    if (!mn_audit_list(audit, &kernel->tasks, "tasks"))
        return 0;
    MN_LIST_EACH (link, &kernel->tasks) {
        const struct mn_task *task = MN_CONTAINER(link, struct mn_task, link);
        count++;
        if (!is_task_sound(audit, task))
            return 0;
        queued += task->queued;
    }
    if (count != kernel->task_count)
        mn_audit_say(audit, "the count of tasks is not that of their list", "");
    return queued;
}

static void look_at_ready(struct mn_audit *audit, uint32_t queued)
{
    uint32_t count = 0;
    if (!mn_audit_list(audit, &audit->kernel->ready, "ready tasks"))
        return;
    MN_LIST_EACH (link, &audit->kernel->ready) {
        const struct mn_task *task = MN_CONTAINER(link, struct mn_task, ready);
        count++;
        if (!mn_audit_is_task(audit, task) || !task->queued)
            mn_audit_say(audit, "one that is not woken, or has ended, is in the list of ready "
                                "tasks",
                         "");
    }
    if (count != queued)
        mn_audit_say(audit, "a task counts as woken, and is not in the list of ready tasks", "");
}

static void look_at_futures(struct mn_audit *audit)
{
    MN_LIST_EACH (link, &audit->kernel->tasks) {
        audit->at.task = MN_CONTAINER(link, struct mn_task, link);
        mn_audit_future(audit, audit->at.task->root);
        if (audit->has_finding)
            return;
    }
    audit->at.task = NULL;
}

/* ---- timers ----------------------------------------------------------------------------- */

static const char *timer_fault(struct mn_audit *audit, const struct mn_timer *timer,
                               uint32_t slot)
{
    const struct mn_kernel *kernel = audit->kernel;
    if (!mn_audit_is_live(audit, timer))
        return "an armed timer lies in memory that was freed";
    if (timer->slot != slot || !mn_audit_is_live(audit, timer->next) ||
        timer->next->prev != timer)
        return "an armed timer was written over";
    if (!mn_audit_is_task(audit, timer->task))
        return "an armed timer wakes a task that has ended";
    if (timer->due_us <= kernel->now_us)
        return "an armed timer was due before now";
    if (timer->due_us < kernel->wheel.soonest_us)
        return "an armed timer is due before the one that is thought to be next";
    return NULL;
}

static void tell_stray(struct mn_audit *audit, const struct mn_timer *timer)
{
    struct mn_text *text = &audit->text;
    if (!mn_audit_tell(audit))
        return;
    mn_text_str(text, "an armed timer, due in ");
    mn_text_time(text, timer->due_us - audit->kernel->now_us);
    mn_text_str(text, " for task ");
    mn_text_str(text, timer->task->name);
    mn_text_str(text, ", is no future's any more");
}

/* Returns how many timers there are in the slot. */
static uint32_t look_at_slot(struct mn_audit *audit, uint32_t slot)
{
    const struct mn_timer *first = audit->kernel->wheel.slots[slot];
    const struct mn_timer *timer = first;
    uint32_t count = 0;
    if (!timer) {
        mn_audit_say(audit, "the wheel does not know which of its slots hold timers", "");
        return 0;
    }
    do {
        const char *fault = timer_fault(audit, timer, slot);
        if (fault)
            mn_audit_say(audit, fault, "");
        else if (!mn_audit_has(audit, timer->task, timer))
            tell_stray(audit, timer);
        if (audit->has_finding)
            return 0;
        count++;
        timer = timer->next;
    } while (timer != first);
    return count;
}

static void look_at_wheel(struct mn_audit *audit)
{
    const struct mn_wheel *wheel = &audit->kernel->wheel;
    uint32_t count = 0;
    for (uint32_t level = 0; level < MN_WHEEL_LEVELS; level++) {
        uint32_t in_use = wheel->slots_in_use[level];
        if ((in_use != 0) != (wheel->levels_in_use >> level & 1u))
            mn_audit_say(audit, "the wheel does not know which of its levels hold timers", "");
        for (; in_use != 0 && !audit->has_finding; in_use &= in_use - 1)
            count += look_at_slot(audit,
                                  level * MN_WHEEL_SLOTS + (uint32_t)__builtin_ctz(in_use));
    }
    if (count != wheel->count)
        mn_audit_say(audit, "the count of armed timers is not that of the wheel", "");
}

/* ---- services --------------------------------------------------------------------------- */

static bool is_request_sound(struct mn_audit *audit, const struct mn_service *service,
                             const struct mn_request *request)
{
    const struct mn_client *client = request->client;
    return request->state == MN_REQUEST_QUEUED && request->service == service &&
           mn_audit_is_live(audit, client) &&
           (request->kind == MN_JOB_HELLO || client->service == service);
}

static void look_at_queue(struct mn_audit *audit, const struct mn_service *service)
{
    uint32_t count = 0;
    if (!mn_audit_list(audit, &service->queue, "requests"))
        return;
    MN_LIST_EACH (link, &service->queue) {
        const struct mn_request *request = MN_CONTAINER(link, struct mn_request, link);
        count++;
        if (!is_request_sound(audit, service, request))
            mn_audit_say(audit, "a request is queued that nobody waits for any more, with ",
                         service->type->name);
    }
    if (count != service->queued)
        mn_audit_say(audit, "the count of requests queued is not that of the list, of ",
                     service->type->name);
}

static bool is_job_sound(struct mn_audit *audit, const struct mn_service *service,
                         const struct mn_job *job)
{
    const struct mn_request *request = job->request;
    if (job->service != service || (job->watcher && !mn_audit_is_task(audit, job->watcher)))
        return false;
    return !request || (mn_audit_is_live(audit, request) && request->job == job &&
                        request->state == MN_REQUEST_IN_HAND && request->service == service);
}

static void look_at_jobs(struct mn_audit *audit, const struct mn_service *service)
{
    uint32_t count = 0;
    if (!mn_audit_list(audit, &service->jobs, "jobs"))
        return;
    MN_LIST_EACH (link, &service->jobs) {
        count++;
        if (!is_job_sound(audit, service, MN_CONTAINER(link, struct mn_job, link)))
            mn_audit_say(audit, "a job in hand and its request do not agree, of ",
                         service->type->name);
    }
    if (count != service->in_hand)
        mn_audit_say(audit, "the count of jobs in hand is not that of the list, of ",
                     service->type->name);
}

static void look_at_clients(struct mn_audit *audit, const struct mn_service *service)
{
    if (!mn_audit_list(audit, &service->clients, "clients"))
        return;
    MN_LIST_EACH (link, &service->clients) {
        if (MN_CONTAINER(link, struct mn_client, link)->service != service)
            mn_audit_say(audit, "one that has left is still in the list of clients of ",
                         service->type->name);
    }
}

static void look_at_service(struct mn_audit *audit, const struct mn_service *service)
{
    if (service->registry != &audit->kernel->registry || service->kernel != audit->kernel) {
        mn_audit_say(audit, "a service is in the registry, and does not know", "");
        return;
    }
    const struct mn_task *server = service->server;
    if (server && (!mn_audit_is_live(audit, server) || server->done))
        mn_audit_say(audit, "the server has ended of ", service->type->name);
    look_at_queue(audit, service);
    look_at_jobs(audit, service);
    look_at_clients(audit, service);
    mn_audit_line(audit, &service->receivers, "receivers of a service");
}

static void look_at_registry(struct mn_audit *audit)
{
    const struct mn_registry *registry = &audit->kernel->registry;
    uint32_t count = 0;
    if (!mn_audit_list(audit, &registry->services, "services"))
        return;
    MN_LIST_EACH (link, &registry->services) {
        count++;
        look_at_service(audit, MN_CONTAINER(link, struct mn_service, link));
        if (audit->has_finding)
            return;
    }
    if (count != registry->count)
        mn_audit_say(audit, "the count of services is not that of their list", "");
    mn_audit_line(audit, &registry->waiting, "waits for a service");
}

/* ---- the rest --------------------------------------------------------------------------- */

static void look_at_taps(struct mn_audit *audit)
{
    if (!mn_audit_list(audit, &audit->kernel->taps, "taps"))
        return;
    MN_LIST_EACH (link, &audit->kernel->taps) {
        const struct mn_tap *tap = MN_CONTAINER(link, struct mn_tap, link);
        if (mn_audit_is_live(audit, tap->in) && mn_audit_is_live(audit, tap->out)) {
            mn_bbq_audit(tap->in, audit);
            mn_bbq_audit(tap->out, audit);
        } else {
            mn_audit_say(audit, "a tap is on a queue in memory that was freed", "");
        }
    }
}

static void look_at_lines(struct mn_audit *audit)
{
    for (uint32_t line = 0; line < MN_HAL_LINES_MAX; line++) {
        const struct mn_list *waiters = &audit->kernel->lines[line].waiters;
        if (waiters->next != waiters)
            mn_audit_line(audit, waiters, "waits for an interrupt");
    }
}

static void look_at_heap(struct mn_audit *audit)
{
    const struct mn_heap *heap = &audit->kernel->heap;
    uint32_t waiters = 0;
    mn_audit_line(audit, &heap->waiters, "waits for memory");
    if (audit->has_finding)
        return;
    MN_LIST_EACH (link, &heap->waiters)
        waiters++;
    if (waiters + (heap->refuse_in ? 1u : 0u) != heap->obstacles)
        mn_audit_say(audit, "the count of waits for memory is not that of their line", "");
}

static void look_at_all(struct mn_audit *audit)
{
    const char *fault = mn_heap_fault(&audit->kernel->heap, &audit->map);
    if (fault) {
        mn_audit_say(audit, "the arena is damaged: ", fault);
        return;
    }
    uint32_t queued = look_at_tasks(audit);
    look_at_ready(audit, queued);
    mn_audit_list(audit, &audit->kernel->log.sinks, "log sinks");
    if (audit->has_finding)
        return; /* the rest looks for its tasks there */
    look_at_futures(audit);
    look_at_lines(audit);
    look_at_heap(audit);
    look_at_wheel(audit);
    look_at_registry(audit);
    look_at_taps(audit);
}

bool mn_audit(const struct mn_kernel *kernel, char *finding, uint32_t finding_bytes)
{
    MN_ASSERT(finding_bytes > 0);
    struct mn_audit audit = {
        .kernel = kernel,
        .is_idle = mn_list_is_empty(&kernel->ready),
        .text = {.bytes = finding, .room = finding_bytes - 1},
    };
    if (MN_AUDIT_COMPILED)
        look_at_all(&audit);
    else
        mn_audit_wrong(&audit, "it was compiled with MN_AUDIT_COMPILED=0");
    finding[audit.text.count] = '\0';
    return !audit.has_finding;
}

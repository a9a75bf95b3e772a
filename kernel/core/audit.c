/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"

#include "core/audit.h"

/* ---- telling ---------------------------------------------------------------------------- */

static void put_task(struct mn_text *text, const struct mn_task *task)
{
    mn_text_str(text, "task ");
    mn_text_u64(text, task->id);
    mn_text_str(text, " (");
    mn_text_str(text, task->name);
    mn_text_byte(text, ')');
}

/* "task 7 (shell) in serve > bbq_read", as far as it is known. */
static void put_place(struct mn_audit *audit)
{
    struct mn_text *text = &audit->text;
    if (!audit->at.task)
        return;
    put_task(text, audit->at.task);
    for (uint32_t i = 0; i < audit->at.depth; i++) {
        mn_text_str(text, i == 0 ? " in " : " > ");
        mn_text_str(text, audit->at.path[i]->type->name);
    }
    mn_text_str(text, ": ");
}

bool mn_audit_tell(struct mn_audit *audit)
{
    if (audit->has_finding || audit->at.sought)
        return false;
    audit->has_finding = true;
    put_place(audit);
    return true;
}

void mn_audit_say(struct mn_audit *audit, const char *first, const char *second)
{
    if (!mn_audit_tell(audit))
        return;
    mn_text_str(&audit->text, first);
    mn_text_str(&audit->text, second);
}

/* The same about a task. */
static void say_of(struct mn_audit *audit, const char *what, const struct mn_task *task,
                   const char *then)
{
    if (!mn_audit_tell(audit))
        return;
    mn_text_str(&audit->text, what);
    put_task(&audit->text, task);
    mn_text_str(&audit->text, then);
}

/* ---- memory and tasks ------------------------------------------------------------------- */

bool mn_audit_is_live(struct mn_audit *audit, const void *memory)
{
    return memory && (uintptr_t)memory % sizeof(void *) == 0 &&
           !mn_heap_is_freed(&audit->map, memory);
}

bool mn_audit_is_task(const struct mn_audit *audit, const struct mn_task *task)
{
    if (task == audit->at.task && task)
        return true;
    MN_LIST_EACH (link, &audit->kernel->tasks) {
        if (MN_CONTAINER(link, struct mn_task, link) == task)
            return true;
    }
    return false;
}

/* ---- futures ---------------------------------------------------------------------------- */

static bool is_enough(const struct mn_audit *audit)
{
    return audit->has_finding || audit->at.is_met;
}

/* One future; false when there is no more to say of it and its children. */
static bool enter(struct mn_audit *audit, const struct mn_co *co)
{
    struct mn_audit_at *at = &audit->at;
    if (at->depth == MN_AUDIT_DEPTH) {
        mn_audit_say(audit, "it waits in more futures than there can be", "");
        return false;
    }
    if (!mn_audit_is_live(audit, co)) {
        mn_audit_say(audit, "it polls a frame in memory that was freed", "");
        return false;
    }
    at->path[at->depth++] = co;
    if (mn_co_is_ended(co))
        return false;
    if (co->type->audit)
        co->type->audit(co, audit);
    return !is_enough(audit);
}

void mn_audit_future(struct mn_audit *audit, const struct mn_co *co)
{
    uint32_t depth = audit->at.depth;
    if (is_enough(audit))
        return;
    while (co && enter(audit, co))
        co = co->child;
    audit->at.depth = depth;
}

void mn_audit_resting(struct mn_audit *audit, const struct mn_co *co)
{
    audit->at.resting++;
    mn_audit_future(audit, co);
    audit->at.resting--;
}

/* Whether a future of `task` stands at that place, or has that timer. */
bool mn_audit_has(struct mn_audit *audit, const struct mn_task *task, const void *sought)
{
    struct mn_audit_at at = audit->at;
    audit->at.task = task;
    audit->at.sought = sought;
    audit->at.is_met = false;
    audit->at.depth = 0;
    mn_audit_future(audit, task->root);
    bool is_met = audit->at.is_met;
    audit->at = at;
    return is_met;
}

/* ---- what futures say of themselves ----------------------------------------------------- */

void mn_audit_wrong(struct mn_audit *audit, const char *what)
{
    mn_audit_say(audit, what, "");
}

void mn_audit_late(struct mn_audit *audit, const char *why)
{
    if (audit->is_idle && audit->at.resting == 0)
        mn_audit_say(audit, why, ", and nobody has woken it");
}

void mn_audit_task(struct mn_audit *audit, const struct mn_task *task)
{
    if (audit->at.sought || task == audit->at.task)
        return;
    if (mn_audit_is_task(audit, task))
        say_of(audit, "what it waits for wakes ", task, " instead");
    else
        mn_audit_say(audit, "what it waits for wakes a task that has ended", "");
}

void mn_audit_timer(struct mn_audit *audit, const struct mn_timer *timer)
{
    if (audit->at.sought)
        audit->at.is_met |= audit->at.sought == timer;
    else if (mn_timer_is_armed(timer))
        mn_audit_task(audit, timer->task);
}

/* ---- lines ------------------------------------------------------------------------------ */

static const struct mn_task *task_behind(const struct mn_list *link)
{
    return *(struct mn_task *const *)(const void *)(link + 1);
}

/* Kernels may share a line: of another one's tasks nothing is known here. */
static bool is_foreign(struct mn_audit *audit, const struct mn_task *task)
{
    return mn_audit_is_live(audit, task) && task->kernel != audit->kernel;
}

/* What is wrong with who stands there, or NULL. The task is given out where it can be named. */
static const char *stranger(struct mn_audit *audit, const struct mn_list *link,
                            const struct mn_task **task)
{
    *task = NULL;
    if (!mn_audit_is_live(audit, link))
        return "a place in memory that was freed";
    if (is_foreign(audit, task_behind(link)))
        return NULL;
    if (!mn_audit_is_task(audit, task_behind(link)))
        return "a place of a task that has ended";
    *task = task_behind(link);
    return mn_audit_has(audit, *task, link) ? NULL : "a place that is no future's any more, of ";
}

static void look_beside(struct mn_audit *audit, const struct mn_list *head,
                        const struct mn_list *link)
{
    const struct mn_task *task = NULL;
    const char *what = link == head ? NULL : stranger(audit, link, &task);
    if (what && mn_audit_tell(audit)) {
        mn_text_str(&audit->text, "next to it in line is ");
        mn_text_str(&audit->text, what);
        if (task)
            put_task(&audit->text, task);
    }
}

bool mn_audit_is_linked(struct mn_audit *audit, const struct mn_list *node)
{
    return mn_list_is_linked(node) && mn_audit_is_live(audit, node->prev) &&
           mn_audit_is_live(audit, node->next) && node->prev->next == node &&
           node->next->prev == node;
}

bool mn_audit_place(struct mn_audit *audit, const struct mn_list *head,
                    const struct mn_list *link, const struct mn_task *task)
{
    if (audit->at.sought) {
        audit->at.is_met |= audit->at.sought == link;
        return false;
    }
    mn_audit_task(audit, task);
    if (!mn_audit_is_live(audit, head))
        mn_audit_say(audit, "the line it stands in is in memory that was freed", "");
    else if (!mn_list_is_linked(link) && !audit->at.task->queued)
        mn_audit_say(audit, "it stands in no line, so that nobody can wake it", "");
    if (audit->has_finding || !mn_list_is_linked(link))
        return false; /* or it was taken out to look again */
    look_beside(audit, head, link->prev);
    look_beside(audit, head, link->next);
    if (!mn_audit_is_linked(audit, link))
        mn_audit_say(audit, "the line does not know that it stands there", "");
    return !audit->has_finding;
}

/* Whether the node behind `prev` can be looked at and agrees with it. */
static bool is_linked_well(struct mn_audit *audit, const struct mn_list *prev, const char *what)
{
    const struct mn_list *node = prev->next;
    if (!mn_audit_is_live(audit, node))
        mn_audit_say(audit, "memory that was freed is still in the list of ", what);
    else if (node->prev != prev)
        mn_audit_say(audit, "links do not agree in the list of ", what);
    return !audit->has_finding;
}

bool mn_audit_list(struct mn_audit *audit, const struct mn_list *head, const char *what)
{
    const struct mn_list *node = head;
    if (audit->at.sought)
        return false;
    do {
        if (!is_linked_well(audit, node, what))
            return false;
        node = node->next;
    } while (node != head);
    return true;
}

void mn_audit_line(struct mn_audit *audit, const struct mn_list *head, const char *what)
{
    const struct mn_task *task = NULL;
    if (!mn_audit_list(audit, head, what))
        return;
    MN_LIST_EACH (link, head) {
        const char *fault = stranger(audit, link, &task);
        if (!fault)
            continue;
        if (mn_audit_tell(audit)) {
            mn_text_str(&audit->text, "among the ");
            mn_text_str(&audit->text, what);
            mn_text_str(&audit->text, " is ");
            mn_text_str(&audit->text, fault);
            if (task)
                put_task(&audit->text, task);
        }
        return;
    }
}

void mn_audit_same_count(struct mn_audit *audit, const struct mn_list *left, const char *lefts,
                         const struct mn_list *right, const char *rights)
{
    if (!mn_audit_list(audit, left, lefts) || !mn_audit_list(audit, right, rights) ||
        mn_list_length(left) == mn_list_length(right) || !mn_audit_tell(audit))
        return;
    mn_text_str(&audit->text, "it has not as many ");
    mn_text_str(&audit->text, lefts);
    mn_text_str(&audit->text, " as ");
    mn_text_str(&audit->text, rights);
}

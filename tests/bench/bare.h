/* bare.h — the least that could poll tasks and pass messages: what the kernel is measured against.
 *
 * A first-in first-out queue of tasks that were woken, each polled through a function pointer; an
 * inbox of at most 8 messages per task, copied in and out. No clock, no timers, no names, no
 * counts, no registry, no cancelling, no closing, no types.
 *
 * The functions are there twice. bare_* are compiled by themselves and called, as the kernel's are
 * by their users: the reference. bare_*_inline let the compiler melt loop, queues and tasks into
 * one piece, which no library can have: shown beside it, to see how far down it goes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BARE_INBOX_MAX 8u

struct bare_message {
    uint32_t id, value;
};

struct bare_task {
    struct bare_loop *loop;
    bool (*poll)(struct bare_task *task); /* true: stop the loop */
    struct bare_task *next;
    bool queued;
    uint32_t first, count;
    struct bare_message inbox[BARE_INBOX_MAX];
};

struct bare_loop {
    struct bare_task *first, **last;
};

void bare_init(struct bare_loop *loop);
void bare_wake(struct bare_task *task);

/* false: the inbox is full. */
bool bare_send(struct bare_task *task, const struct bare_message *message);

/* false: the inbox is empty. */
bool bare_recv(struct bare_task *task, struct bare_message *message);

/* Polls until nobody is queued or a poll says stop. */
void bare_run(struct bare_loop *loop);

/* Does nothing: what a call costs. */
void bare_nothing(void *context);

/* Request and reply between two tasks, `rounds` times. Returns nanoseconds for one. */
double bare_rounds(uint32_t rounds);
double bare_rounds_inline(uint32_t rounds);

static inline void bare_wake_inline(struct bare_task *task)
{
    struct bare_loop *loop = task->loop;
    if (task->queued)
        return;
    task->queued = true;
    task->next = NULL;
    *loop->last = task;
    loop->last = &task->next;
}

static inline bool bare_send_inline(struct bare_task *task, const struct bare_message *message)
{
    if (task->count == BARE_INBOX_MAX)
        return false;
    task->inbox[(task->first + task->count) % BARE_INBOX_MAX] = *message;
    task->count++;
    bare_wake_inline(task);
    return true;
}

static inline bool bare_recv_inline(struct bare_task *task, struct bare_message *message)
{
    if (task->count == 0)
        return false;
    *message = task->inbox[task->first];
    task->first = (task->first + 1) % BARE_INBOX_MAX;
    task->count--;
    return true;
}

static inline void bare_run_inline(struct bare_loop *loop)
{
    while (loop->first) {
        struct bare_task *task = loop->first;
        loop->first = task->next;
        if (!loop->first)
            loop->last = &loop->first;
        task->queued = false;
        if (task->poll(task))
            return;
    }
}

#endif

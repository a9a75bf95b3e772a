/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "bare.h"
#include "measure.h"

struct side {
    struct bare_task task;
    struct side *peer;
    uint32_t id, left;
};

/* ---- called ----------------------------------------------------------------------------- */

static bool serve(struct bare_task *task)
{
    struct side *side = (struct side *)task;
    struct bare_message message;
    while (bare_recv(task, &message)) {
        message.value++;
        if (!bare_send(&side->peer->task, &message))
            abort();
    }
    return false;
}

/* Checks a reply and makes the next request of it. Returns whether it was the last one. */
static bool was_last(struct side *side, struct bare_message *message)
{
    if (message->id != side->id || message->value != message->id + 1)
        abort();
    message->id = message->value = ++side->id;
    return --side->left == 0;
}

static bool ask(struct bare_task *task)
{
    struct side *side = (struct side *)task;
    struct bare_message message;
    while (bare_recv(task, &message)) {
        if (was_last(side, &message))
            return true;
        if (!bare_send(&side->peer->task, &message))
            abort();
    }
    return false;
}

/* ---- inlined ---------------------------------------------------------------------------- */

static bool serve_inline(struct bare_task *task)
{
    struct side *side = (struct side *)task;
    struct bare_message message;
    while (bare_recv_inline(task, &message)) {
        message.value++;
        if (!bare_send_inline(&side->peer->task, &message))
            abort();
    }
    return false;
}

static bool ask_inline(struct bare_task *task)
{
    struct side *side = (struct side *)task;
    struct bare_message message;
    while (bare_recv_inline(task, &message)) {
        if (was_last(side, &message))
            return true;
        if (!bare_send_inline(&side->peer->task, &message))
            abort();
    }
    return false;
}

/* ---- both ------------------------------------------------------------------------------- */

static void prepare(struct bare_loop *loop, struct side *server, struct side *client,
                    uint32_t rounds)
{
    bare_init(loop);
    *server = (struct side){.task.loop = loop, .peer = client};
    *client = (struct side){.task.loop = loop, .peer = server, .left = rounds};
    if (!bare_send(&server->task, &(struct bare_message){0, 0}))
        abort();
}

double bare_rounds(uint32_t rounds)
{
    struct bare_loop loop;
    struct side server, client;
    prepare(&loop, &server, &client, rounds);
    server.task.poll = serve;
    client.task.poll = ask;
    double begin_ns = measure_thread_ns();
    bare_run(&loop);
    return (measure_thread_ns() - begin_ns) / rounds;
}

double bare_rounds_inline(uint32_t rounds)
{
    struct bare_loop loop;
    struct side server, client;
    prepare(&loop, &server, &client, rounds);
    server.task.poll = serve_inline;
    client.task.poll = ask_inline;
    double begin_ns = measure_thread_ns();
    bare_run_inline(&loop);
    return (measure_thread_ns() - begin_ns) / rounds;
}

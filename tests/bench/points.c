/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "points.h"

#include <stdlib.h>

#include "mn/trace_stream.h"
#include "pair.h"

#define ROUNDS 100000u /* requests in one run */
#define ROUNDS_ON 10000u
#define BUFFER_BYTES 65536u

static void drop_event(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    (void)sink;
    (void)record;
}

/* As the machine's own log is, at a level. */
static double listened_to(struct machine *machine, enum mn_level level, uint32_t rounds)
{
    struct mn_log_sink sink = {.level = level, .event = drop_event};
    mn_log_add_sink(&machine->kernel.log, &sink);
    double ns = pair_run(machine, rounds, MN_TIME_NEVER);
    mn_log_remove_sink(&machine->kernel.log, &sink);
    return ns;
}

struct carrier { /* a task that takes away what the stream holds */
    struct mn_co co;
    struct mn_task task;
    struct mn_trace_stream stream;
    struct mn_wait wait;
    struct mn_grant piece;
};

static enum mn_poll carrier_poll(struct mn_co *co, struct mn_task *task)
{
    struct carrier *carrier = MN_FRAME(co, struct carrier);

    MN_CO_BEGIN;
    task->carries_trace = true;
    for (;;) {
        while (mn_trace_stream_read(&carrier->stream, &carrier->piece))
            mn_trace_stream_release(&carrier->stream, &carrier->piece, carrier->piece.count);
        MN_AWAIT(mn_wait(&carrier->wait, &carrier->stream.readable));
    }
    MN_CO_END;
}

static const struct mn_co_type carrier_type = {.name = "carrier", .poll = carrier_poll};

static double streamed(struct machine *machine)
{
    static struct carrier carrier;
    struct mn_trace_stream_config config = {.buffer_bytes = BUFFER_BYTES};
    void *block = malloc(mn_trace_stream_bytes(&config));
    if (!block)
        abort();
    mn_trace_stream_init(&carrier.stream, &machine->kernel, &config, block);
    mn_trace_stream_set_level(&carrier.stream, MN_LEVEL_TRACE);
    mn_spawn(&machine->kernel, &carrier.task, "carrier", mn_co_init(&carrier.co, &carrier_type));
    double ns = pair_run(machine, ROUNDS_ON, MN_TIME_NEVER);
    MN_ASSERT(carrier.stream.lost_bytes == 0);
    mn_task_cancel(&carrier.task);
    mn_trace_stream_finish(&carrier.stream);
    free(block);
    return ns;
}

__attribute__((visibility("default"))) double POINTS_RUN(enum points_mode mode)
{
    static struct machine machine;
    double ns;
    machine_open(&machine);
    if (mode == POINTS_OFF)
        ns = pair_run(&machine, ROUNDS, MN_TIME_NEVER);
    else if (mode == POINTS_FILTERED)
        ns = listened_to(&machine, MN_LEVEL_INFO, ROUNDS);
    else if (mode == POINTS_ON)
        ns = listened_to(&machine, MN_LEVEL_TRACE, ROUNDS_ON);
    else
        ns = streamed(&machine);
    machine_close(&machine);
    return ns;
}

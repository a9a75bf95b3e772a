/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "services/serial_mux_parts.h"

#define MN_LOG_TARGET "kernel::services::serial_mux"

#define QUEUE_BYTES_MAX (UINT32_C(1) << 30)

/* ---- ports ------------------------------------------------------------------------------ */

struct mn_mux_port *mn_mux_port_at(const struct mn_serial_mux *mux, uint16_t number)
{
    for (uint32_t i = 0; i < mux->port_count; i++) {
        if (mux->ports[i].wire.bidi && mux->ports[i].number == number)
            return &mux->ports[i];
    }
    return NULL;
}

static void free_queues(void *context, struct mn_bidi *bidi)
{
    mn_heap_free(context, bidi);
}

/* Makes the queues of a port. */
static bool make_queues(struct mn_serial_mux *mux, struct mn_mux_port *port,
                        const struct mn_mux_request *request, struct mn_bidi_end *client)
{
    struct mn_bidi_config config = {
        .left_to_right_bytes = request->incoming_bytes,
        .right_to_left_bytes = request->outgoing_bytes,
        .freed = free_queues,
        .context = &mux->kernel->heap,
    };
    void *block = mn_heap_try(&mux->kernel->heap, mn_bidi_bytes(&config));
    if (block)
        mn_bidi_init(block, &config, &port->wire, client);
    return block;
}

static void fail(struct mn_serial_mux_job *job, enum mn_mux_error error)
{
    mn_serial_mux_fail(job, &error);
}

static void open_port(struct mn_serial_mux *mux, struct mn_mux_port *port,
                      struct mn_serial_mux_job *job)
{
    struct mn_mux_response response = {.port = {0}};
    if (!mn_job_is_wanted(&job->job)) {
        mn_job_discard(&job->job);
        return;
    }
    *port = (struct mn_mux_port){.number = job->in.request.port};
    if (!make_queues(mux, port, &job->in.request, &response.port)) {
        fail(job, MN_MUX_NO_MEMORY);
        return;
    }
    port->stats.is_open = true;
    mn_tap_open(&port->tap, mux->kernel, &port->wire, "mux port", port->number,
                &port->stats.dropped_bytes);
    MN_DEBUG(&mux->kernel->log, "opened", MN_FIELD_U64("port", port->number));
    mn_serial_mux_reply(job, &response);
}

/* Lets go of the client, who reads what is inside its queue. */
static void leave_port(struct mn_mux_port *port)
{
    if (port->asks_bytes)
        mn_co_drop(&port->wants_bytes.co);
    port->asks_bytes = false;
    if (port->span.bytes)
        mn_bbq_release(port->wire.in, &port->span, 0);
    mn_tap_close(&port->tap);
    mn_bidi_close(&port->wire);
}

void mn_mux_close_port(struct mn_serial_mux *mux, struct mn_mux_port *port)
{
    struct mn_serial_mux_job *next = port->next;
    leave_port(port);
    MN_DEBUG(&mux->kernel->log, "closed", MN_FIELD_U64("port", port->number),
             MN_FIELD_U64("in_bytes", port->stats.in_bytes),
             MN_FIELD_U64("dropped_bytes", port->stats.dropped_bytes),
             MN_FIELD_U64("out_bytes", port->stats.out_bytes));
    port->next = NULL;
    if (next)
        open_port(mux, port, next);
}

struct mn_mux_port_stats mn_mux_stats_of(const struct mn_serial_mux *mux, uint16_t number)
{
    const struct mn_mux_port *port = mn_mux_port_at(mux, number);
    return port ? port->stats : (struct mn_mux_port_stats){0};
}

/* ---- jobs ------------------------------------------------------------------------------- */

/* Whether somebody waits to open the number. Who has given up is forgotten here. */
static bool is_awaited(struct mn_serial_mux *mux, uint16_t number)
{
    bool is_awaited = false;
    for (uint32_t i = 0; i < mux->port_count; i++) {
        struct mn_mux_port *port = &mux->ports[i];
        if (port->next && !mn_job_is_wanted(&port->next->job)) {
            mn_job_discard(&port->next->job);
            port->next = NULL;
        }
        is_awaited |= port->next && port->next->in.request.port == number;
    }
    return is_awaited;
}

static bool is_leaving(const struct mn_mux_port *port)
{
    return port->wire.bidi && mn_bidi_is_alone(&port->wire);
}

static struct mn_mux_port *free_entry(struct mn_serial_mux *mux)
{
    for (uint32_t i = 0; i < mux->port_count; i++) {
        if (!mux->ports[i].wire.bidi)
            return &mux->ports[i];
    }
    if (mux->port_count == mux->settings.ports_max)
        return NULL;
    mux->ports[mux->port_count] = (struct mn_mux_port){0};
    return &mux->ports[mux->port_count++];
}

/* An entry that will be free by and by, and that nobody waits for yet. */
static struct mn_mux_port *leaving_entry(struct mn_serial_mux *mux)
{
    for (uint32_t i = 0; i < mux->port_count; i++) {
        if (is_leaving(&mux->ports[i]) && !mux->ports[i].next)
            return &mux->ports[i];
    }
    return NULL;
}

static bool is_size(uint32_t bytes)
{
    return bytes >= 1 && bytes <= QUEUE_BYTES_MAX;
}

/* Where the port can be opened, now or when its client has left; or NULL. */
static struct mn_mux_port *entry_for(struct mn_serial_mux *mux, struct mn_mux_port *former)
{
    if (former)
        return former->next ? NULL : former;
    struct mn_mux_port *entry = free_entry(mux);
    return entry ? entry : leaving_entry(mux);
}

static void asked_to_open(struct mn_serial_mux *mux, struct mn_serial_mux_job *job)
{
    const struct mn_mux_request *request = &job->in.request;
    struct mn_mux_port *former = mn_mux_port_at(mux, request->port);
    struct mn_mux_port *entry;
    if (!is_size(request->incoming_bytes) || !is_size(request->outgoing_bytes))
        fail(job, MN_MUX_RANGE);
    else if (is_awaited(mux, request->port) || (former && !is_leaving(former)))
        fail(job, MN_MUX_TAKEN);
    else if ((entry = entry_for(mux, former)) == NULL)
        fail(job, MN_MUX_FULL);
    else if (entry->wire.bidi)
        entry->next = job;
    else
        open_port(mux, entry, job);
}

static void reply_stats(struct mn_serial_mux *mux, struct mn_serial_mux_job *job)
{
    struct mn_mux_response response = {
        .wire = mux->wire,
        .stats = mn_mux_stats_of(mux, job->in.request.port),
    };
    mn_serial_mux_reply(job, &response);
}

static struct mn_serial_mux_job *free_job(struct mn_serial_mux *mux)
{
    uint32_t at = 0;
    while (mn_job_is_in_hand(&mux->jobs[at].job))
        at++;
    MN_ASSERT(at <= mux->settings.ports_max); /* each entry keeps one at most */
    return &mux->jobs[at];
}

static void take_jobs(struct mn_serial_mux *mux, struct mn_task *task)
{
    while (mn_co_poll(&mux->recv.co, task) == MN_READY) {
        struct mn_serial_mux_job *job = mux->taking;
        if (job->in.request.kind == MN_MUX_OPEN)
            asked_to_open(mux, job);
        else
            reply_stats(mux, job);
        mux->taking = free_job(mux);
        mn_serial_mux_recv(&mux->recv, &mux->service, mux->taking);
    }
}

/* ---- the service ------------------------------------------------------------------------ */

/* Everything that can be done without waiting, each time anything has happened. */
static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_mux *mux = MN_CONTAINER(co, struct mn_serial_mux, pump);
    take_jobs(mux, task);
    if (mn_mux_send(mux, task) && mn_mux_hear(mux, task))
        return MN_PENDING;
    co->err = MN_ERR_CLOSED;
    return MN_READY;
}

/* While a frame waits for room on the wire no port is asked for bytes. */
static void pump_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_serial_mux *mux = MN_CONTAINER(co, const struct mn_serial_mux, pump);
    mn_audit_future(audit, &mux->recv.co);
    mn_audit_future(audit, &mux->watch.co);
    if (mux->sender)
        mn_audit_future(audit, &mux->wants_room.co);
    if (mux->asks_bytes)
        mn_audit_future(audit, &mux->wants_bytes.co);
    for (uint32_t i = 0; i < mux->port_count; i++) {
        const struct mn_mux_port *port = &mux->ports[i];
        if (port->asks_bytes && mux->sender)
            mn_audit_resting(audit, &port->wants_bytes.co);
        else if (port->asks_bytes)
            mn_audit_future(audit, &port->wants_bytes.co);
    }
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .audit = MN_AUDIT_BY(pump_audit),
};

static struct mn_co *pump(struct mn_serial_mux *mux)
{
    mux->taking = &mux->jobs[0];
    mn_serial_mux_recv(&mux->recv, &mux->service, mux->taking);
    mn_serial_carrier(&mux->watch, &mux->serial, 0);
    mux->is_serving = true;
    return mn_co_init(&mux->pump, &pump_type);
}

/* The most data in a frame of ours: half the longest, and no more than the wire's queue can hold
 * at once. 0: not even one byte. */
static uint32_t chunk_max(const struct mn_serial_mux *mux)
{
    uint32_t chunk = mux->settings.frame_max / 2;
    while (chunk > 0 && MN_MUX_FRAME_MAX(chunk) > mux->serial.port.out->capacity)
        chunk--;
    return chunk;
}

static uint32_t block_bytes(const struct mn_serial_mux *mux)
{
    uint32_t entry_bytes = sizeof(struct mn_mux_port) + sizeof(struct mn_serial_mux_job);
    return mux->settings.ports_max * entry_bytes + (uint32_t)sizeof(struct mn_serial_mux_job) +
           mux->settings.frame_max;
}

static void lay_out(struct mn_serial_mux *mux, void *block)
{
    uint32_t ports_max = mux->settings.ports_max;
    mux->block = block;
    mux->ports = block;
    mux->jobs = (struct mn_serial_mux_job *)(void *)(mux->ports + ports_max);
    for (uint32_t i = 0; i <= ports_max; i++)
        mn_job_init(&mux->jobs[i].job);
    mn_mux_decoder_init(&mux->decoder, (uint8_t *)(mux->jobs + ports_max + 1),
                        mux->settings.frame_max);
}

/* A machine set up with a larger mux than heap would else look alive and stay silent. */
static bool has_memory(struct mn_serial_mux *mux)
{
    void *block = mn_heap_try(&mux->kernel->heap, block_bytes(mux));
    if (block)
        lay_out(mux, block);
    else
        MN_WARN(&mux->kernel->log, "no memory for the ports, waiting until there is some",
                MN_FIELD_U64("bytes", block_bytes(mux)));
    return block;
}

static enum mn_poll mux_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_mux *mux = MN_FRAME(co, struct mn_serial_mux);

    MN_CO_BEGIN;
    if (!has_memory(mux)) {
        MN_TRY(mn_heap_alloc(&mux->on.alloc, &mux->kernel->heap, block_bytes(mux)));
        lay_out(mux, mux->on.alloc.memory);
    }
    MN_TRY(mn_serial_open(&mux->on.open, &mux->kernel->registry, mux->settings.serial,
                          &mux->serial));
    mux->chunk_max = chunk_max(mux);
    if (mux->chunk_max == 0)
        MN_RETURN(MN_ERR_TOO_BIG);
    co->err = mn_serial_mux_bind(&mux->service, &mux->kernel->registry, 0, task);
    if (co->err == MN_OK)
        MN_AWAIT(pump(mux));
    MN_RETURN(co->err);
    MN_CO_END;
}

static void leave_wire(struct mn_serial_mux *mux)
{
    mn_co_drop(&mux->recv.co);
    mn_co_drop(&mux->watch.co);
    if (mux->sender)
        mn_co_drop(&mux->wants_room.co);
    if (mux->asks_bytes)
        mn_co_drop(&mux->wants_bytes.co);
}

static void mux_drop(struct mn_co *co)
{
    struct mn_serial_mux *mux = MN_FRAME(co, struct mn_serial_mux);
    if (mux->is_serving)
        leave_wire(mux);
    for (uint32_t i = 0; i < mux->port_count; i++)
        leave_port(&mux->ports[i]);
    mux->is_serving = false;
    mux->port_count = 0; /* whoever looks now finds no port */
    mn_service_unbind(&mux->service);
    mn_heap_free(&mux->kernel->heap, mux->block);
    mn_serial_close(&mux->serial);
}

static const struct mn_co_type mux_type = {
    .name = "serial_mux",
    .poll = mux_poll,
    .drop = mux_drop,
};

struct mn_co *mn_mux_serve(struct mn_serial_mux *frame, struct mn_kernel *kernel,
                           const struct mn_mux_settings *settings)
{
    MN_ASSERT(settings->ports_max >= 1 && settings->ports_max <= UINT16_MAX);
    MN_ASSERT(settings->frame_max >= 4 && settings->frame_max <= UINT16_MAX);
    *frame = (struct mn_serial_mux){.kernel = kernel, .settings = *settings};
    mn_serial_client_init(&frame->serial);
    return mn_co_init(&frame->co, &mux_type);
}

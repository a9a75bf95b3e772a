/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_port.h"

#include "mn/audit.h"
#include "mn/kernel.h"

#define MN_LOG_TARGET "kernel::services::serial_port"

/* Both ends are closed: the block can be given to the next client. */
static void came_back(void *context, struct mn_bidi *bidi)
{
    struct mn_serial_driver *driver = context;
    MN_ASSERT(driver->block == bidi);
    driver->is_lent = false;
    if (driver->opening)
        mn_task_wake(driver->task);
}

static struct mn_bidi_config channel_of(struct mn_serial_driver *driver)
{
    return (struct mn_bidi_config){
        .left_to_right_bytes = driver->settings.incoming_bytes,
        .right_to_left_bytes = driver->settings.outgoing_bytes,
        .freed = came_back,
        .context = driver,
    };
}

static uint32_t block_bytes(struct mn_serial_driver *driver)
{
    struct mn_bidi_config config = channel_of(driver);
    return mn_bidi_bytes(&config);
}

/* ---- jobs ------------------------------------------------------------------------------- */

static void open_port(struct mn_serial_driver *driver, struct mn_serial_port_job *job)
{
    struct mn_bidi_config config = channel_of(driver);
    struct mn_serial_response response = {.carrier = driver->carrier};
    if (!mn_job_is_wanted(&job->job)) {
        mn_job_discard(&job->job);
        return;
    }
    MN_ASSERT(!driver->is_lent);
    driver->is_lent = true;
    driver->heard_bytes = driver->changed_at = 0;
    mn_bidi_init(driver->block, &config, &driver->wire, &response.port);
    mn_tap_open(&driver->tap, driver->kernel, &driver->wire, driver->uart->name,
                MN_TAP_NO_NUMBER, NULL);
    mn_serial_port_reply(job, &response);
    MN_DEBUG(&driver->kernel->log, "opened", MN_FIELD_STR("uart", driver->uart->name));
}

/* Opens the port for who waits for it, once nobody has it any more. */
static void open_next(struct mn_serial_driver *driver)
{
    if (!driver->opening || driver->is_lent)
        return;
    open_port(driver, driver->opening);
    driver->opening = NULL;
}

/* Makes room for another job where the one held is not wanted any more. */
static void forget_unwanted(struct mn_serial_port_job **held)
{
    if (!*held || mn_job_is_wanted(&(*held)->job))
        return;
    mn_job_discard(&(*held)->job);
    *held = NULL;
}

static void asked_to_open(struct mn_serial_driver *driver, struct mn_serial_port_job *job)
{
    static const enum mn_serial_error taken = MN_SERIAL_TAKEN;
    bool is_leaving = !driver->wire.bidi || mn_bidi_is_alone(&driver->wire);
    forget_unwanted(&driver->opening);
    if (!driver->is_lent)
        open_port(driver, job);
    else if (is_leaving && !driver->opening)
        driver->opening = job; /* when the former client has closed and its last bytes are out */
    else
        mn_serial_port_fail(job, &taken);
}

static void reply_carrier(struct mn_serial_driver *driver, struct mn_serial_port_job *job)
{
    struct mn_serial_response response = {
        .carrier = driver->carrier,
        .heard_bytes = driver->changed_at,
    };
    mn_serial_port_reply(job, &response);
}

static void asked_for_carrier(struct mn_serial_driver *driver, struct mn_serial_port_job *job)
{
    static const enum mn_serial_error busy = MN_SERIAL_BUSY;
    forget_unwanted(&driver->watching);
    if (job->in.request.known != driver->carrier) {
        reply_carrier(driver, job);
    } else if (driver->watching) {
        mn_serial_port_fail(job, &busy);
    } else {
        driver->watching = job;
        mn_job_may_last(&job->job);
    }
}

static struct mn_serial_port_job *free_job(struct mn_serial_driver *driver)
{
    for (uint32_t i = 0; i < MN_SERIAL_JOBS; i++) {
        if (!mn_job_is_in_hand(&driver->jobs[i].job))
            return &driver->jobs[i];
    }
    return NULL;
}

static void take_jobs(struct mn_serial_driver *driver, struct mn_task *task)
{
    while (mn_co_poll(&driver->recv.co, task) == MN_READY) {
        struct mn_serial_port_job *job = driver->taking;
        if (job->in.request.kind == MN_SERIAL_OPEN)
            asked_to_open(driver, job);
        else
            asked_for_carrier(driver, job);
        driver->taking = free_job(driver);
        MN_ASSERT(driver->taking); /* two can be held, and there are three */
        mn_serial_port_recv(&driver->recv, &driver->service, driver->taking);
    }
}

/* ---- bytes ------------------------------------------------------------------------------ */

/* Gets bytes to send; false when there are none now, or no client. */
static bool has_bytes(struct mn_serial_driver *driver, struct mn_task *task)
{
    if (!driver->wire.bidi)
        return false;
    if (!driver->asks_bytes)
        mn_bbq_read(&driver->wants_bytes, driver->wire.in, &driver->span);
    driver->asks_bytes = mn_co_poll(&driver->wants_bytes.co, task) == MN_PENDING;
    return !driver->asks_bytes && driver->wants_bytes.co.err == MN_OK;
}

/* What the client has written for a peer that is gone now, no other may hear. The HAL counts what
 * it had of it, the driver the rest. */
static void discard_output(struct mn_serial_driver *driver, struct mn_task *task)
{
    uint64_t before = driver->discarded_bytes;
    if (driver->span.bytes) {
        driver->uart->ops->abort(driver->uart);
        mn_bbq_release(driver->wire.in, &driver->span, driver->span.count);
    }
    while (has_bytes(driver, task)) {
        driver->discarded_bytes += driver->span.count;
        mn_bbq_release(driver->wire.in, &driver->span, driver->span.count);
    }
    if (driver->discarded_bytes > before)
        MN_DEBUG(&driver->kernel->log, "discarded what was queued for who left",
                 MN_FIELD_U64("bytes", driver->discarded_bytes - before),
                 MN_FIELD_STR("uart", driver->uart->name));
}

static void note_carrier(struct mn_serial_driver *driver, struct mn_task *task)
{
    uint32_t former = driver->carrier;
    driver->carrier = driver->uart->ops->carrier(driver->uart);
    if (driver->carrier == former)
        return;
    driver->changed_at = driver->heard_bytes;
    if (driver->carrier / 2 != former / 2) /* somebody has left */
        discard_output(driver, task);
    if (driver->watching) {
        reply_carrier(driver, driver->watching);
        driver->watching = NULL;
    }
}

/* Gets room in the queue to the client; false when there is none now, or no client. */
static bool has_room(struct mn_serial_driver *driver, struct mn_task *task)
{
    if (!driver->wire.bidi)
        return false;
    if (!driver->asks_room)
        mn_bbq_grant_up_to(&driver->wants_room, driver->wire.out, UINT32_MAX, &driver->room);
    driver->asks_room = mn_co_poll(&driver->wants_room.co, task) == MN_PENDING;
    return !driver->asks_room && driver->wants_room.co.err == MN_OK;
}

static void receive(struct mn_serial_driver *driver, struct mn_task *task)
{
    uint32_t count = 1;
    while (count > 0 && has_room(driver, task)) {
        struct mn_grant *room = &driver->room;
        count = driver->uart->ops->receive(driver->uart, room->bytes, room->count);
        driver->heard_bytes += count;
        mn_bbq_commit(driver->wire.out, room, count);
    }
}

/* The client says no more and all it wrote is out. */
static void close_port(struct mn_serial_driver *driver)
{
    if (driver->asks_room)
        mn_co_drop(&driver->wants_room.co);
    driver->asks_room = false;
    mn_tap_close(&driver->tap);
    mn_bidi_close(&driver->wire);
    MN_DEBUG(&driver->kernel->log, "closed", MN_FIELD_STR("uart", driver->uart->name));
    open_next(driver);
}

static void send(struct mn_serial_driver *driver, struct mn_task *task)
{
    const struct mn_hal_uart_ops *ops = driver->uart->ops;
    for (;;) {
        if (driver->span.bytes) {
            if (ops->sending(driver->uart))
                return;
            mn_bbq_release(driver->wire.in, &driver->span, driver->span.count);
        }
        if (has_bytes(driver, task)) {
            ops->send(driver->uart, driver->span.bytes, driver->span.count);
        } else if (driver->asks_bytes || !driver->wire.bidi) {
            return;
        } else {
            close_port(driver);
        }
    }
}

/* ---- the driver ------------------------------------------------------------------------- */

/* Everything that can be done without waiting, each time anything has happened. */
static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_driver *driver = MN_CONTAINER(co, struct mn_serial_driver, pump);
    while (mn_co_poll(&driver->line.co, task) == MN_READY)
        mn_wait(&driver->line, mn_kernel_line(driver->kernel, driver->uart->line));
    open_next(driver);
    take_jobs(driver, task);
    note_carrier(driver, task);
    receive(driver, task);
    note_carrier(driver, task); /* a loss shows when the last byte before it has been received */
    send(driver, task);
    return MN_PENDING;
}

static void pump_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_serial_driver *driver = MN_CONTAINER(co, const struct mn_serial_driver, pump);
    mn_audit_future(audit, &driver->line.co);
    mn_audit_future(audit, &driver->recv.co);
    if (driver->asks_room)
        mn_audit_future(audit, &driver->wants_room.co);
    if (driver->asks_bytes)
        mn_audit_future(audit, &driver->wants_bytes.co);
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .audit = MN_AUDIT_BY(pump_audit),
};

static struct mn_co *pump(struct mn_serial_driver *driver)
{
    driver->taking = &driver->jobs[0];
    mn_serial_port_recv(&driver->recv, &driver->service, driver->taking);
    mn_wait(&driver->line, mn_kernel_line(driver->kernel, driver->uart->line));
    return mn_co_init(&driver->pump, &pump_type);
}

/* A machine set up with more queues than heap would else look alive and stay silent. */
static bool has_memory(struct mn_serial_driver *driver)
{
    uint32_t bytes = block_bytes(driver);
    driver->block = mn_heap_try(&driver->kernel->heap, bytes);
    if (!driver->block)
        MN_WARN(&driver->kernel->log, "no memory for the queues, waiting until there is some",
                MN_FIELD_U64("bytes", bytes), MN_FIELD_STR("uart", driver->uart->name));
    return driver->block;
}

static enum mn_poll driver_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_driver *driver = MN_FRAME(co, struct mn_serial_driver);

    MN_CO_BEGIN;
    if (!has_memory(driver)) {
        MN_TRY(mn_heap_alloc(&driver->alloc, &driver->kernel->heap, block_bytes(driver)));
        driver->block = driver->alloc.memory;
    }
    driver->task = task;
    co->err = mn_serial_port_bind(&driver->service, &driver->kernel->registry,
                                  driver->settings.instance, task);
    if (co->err == MN_OK)
        MN_AWAIT(pump(driver));
    MN_RETURN(co->err);
    MN_CO_END;
}

static void free_block(void *context, struct mn_bidi *bidi)
{
    mn_heap_free(context, bidi);
}

/* Lets go of the channel; a client that still holds the other end frees the block at its end. */
static void leave_channel(struct mn_serial_driver *driver)
{
    if (driver->asks_room)
        mn_co_drop(&driver->wants_room.co);
    if (driver->asks_bytes)
        mn_co_drop(&driver->wants_bytes.co);
    if (driver->span.bytes) {
        driver->uart->ops->abort(driver->uart);
        mn_bbq_release(driver->wire.in, &driver->span, 0);
    }
    mn_tap_close(&driver->tap);
    if (driver->is_lent) {
        struct mn_bidi *bidi = driver->block;
        bidi->freed = free_block;
        bidi->context = &driver->kernel->heap;
        mn_bidi_close(&driver->wire);
    } else {
        mn_heap_free(&driver->kernel->heap, driver->block);
    }
}

static void driver_drop(struct mn_co *co)
{
    struct mn_serial_driver *driver = MN_FRAME(co, struct mn_serial_driver);
    if (!driver->block)
        return;
    if (driver->taking) {
        mn_co_drop(&driver->recv.co);
        mn_co_drop(&driver->line.co);
    }
    mn_service_unbind(&driver->service);
    leave_channel(driver);
}

static const struct mn_co_type driver_type = {
    .name = "serial_driver",
    .poll = driver_poll,
    .drop = driver_drop,
};

struct mn_co *mn_serial_serve(struct mn_serial_driver *frame, struct mn_kernel *kernel,
                              struct mn_hal_uart *uart,
                              const struct mn_serial_settings *settings)
{
    MN_ASSERT(settings->incoming_bytes > 0 && settings->outgoing_bytes > 0);
    *frame = (struct mn_serial_driver){.kernel = kernel, .uart = uart, .settings = *settings};
    for (uint32_t i = 0; i < MN_SERIAL_JOBS; i++)
        mn_job_init(&frame->jobs[i].job);
    return mn_co_init(&frame->co, &driver_type);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "trace_host.h"

#include <stdio.h>
#include <string.h>

static void put(struct trace_host *host, const char *format, ...) MN_PRINTF(2, 3);
static void put(struct trace_host *host, const char *format, ...)
{
    va_list args;
    size_t room = sizeof host->text - host->length;
    va_start(args, format);
    int count = vsnprintf(host->text + host->length, room, format, args);
    va_end(args);
    assert_true(count >= 0 && (size_t)count < room);
    host->length += (uint32_t)count;
}

void trace_host_init(struct trace_host *host, struct fake_uart *uart)
{
    memset(host, 0, sizeof *host);
    host->uart = uart;
    host->shows_metas = true;
    mn_cobs_decoder_init(&host->decoder, host->frame, sizeof host->frame);
}

void trace_host_ask(struct trace_host *host, int level)
{
    struct mn_trace_request request = {MN_TRACE_SET_MAX_LEVEL, level};
    uint8_t bytes[MN_TRACE_REQUEST_MAX];
    uint8_t *heard = host->uart->heard + host->uart->heard_count;
    uint32_t count, frame_bytes;
    assert_int_equal(mn_trace_request_encode(bytes, sizeof bytes, &request, &count), MN_OK);
    assert_int_equal(mn_cobs_encode(heard, FAKE_UART_BYTES - host->uart->heard_count, bytes, count,
                                    &frame_bytes), MN_OK);
    host->uart->heard_count += frame_bytes;
    bench_raise(host->uart->bench, host->uart->hal.line);
}

static void put_fields(struct trace_host *host, const struct mn_trace_fields *fields)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct mn_trace_field *field = &fields->items[i];
        if (i == 0 && field->kind == MN_VALUE_DEBUG)
            continue; /* the message: the site's name says the same */
        put(host, " %.*s=", (int)field->name.count, field->name.bytes);
        if (field->kind == MN_VALUE_U64)
            put(host, "%llu", (unsigned long long)field->value.u64);
        else
            put(host, "%.*s", (int)field->value.str.count, field->value.str.bytes);
    }
    put(host, "\n");
}

static void take_meta(struct trace_host *host, const struct mn_trace_message *message)
{
    const struct mn_trace_metadata *meta = &message->as.meta.metadata;
    uint64_t id = message->as.meta.id;
    assert_in_range(id, 1, TRACE_HOST_SITES_MAX - 1);
    snprintf(host->sites[id], sizeof host->sites[id], "%.*s %.*s", (int)meta->target.count,
             meta->target.bytes, (int)meta->name.count, meta->name.bytes);
    bool is_stats = strncmp(host->sites[id], "kernel::stats ", 14) == 0;
    if (host->shows_metas && (!is_stats || host->shows_stats))
        put(host, "meta %llu %.*s of %.*s\n", (unsigned long long)id, (int)meta->name.count,
            meta->name.bytes, (int)meta->target.count, meta->target.bytes);
}

static void take_event(struct trace_host *host, const struct mn_trace_message *message)
{
    assert_in_range(message->as.event.meta_id, 1, TRACE_HOST_SITES_MAX - 1);
    const char *site = host->sites[message->as.event.meta_id];
    bool is_stats = strncmp(site, "kernel::stats ", 14) == 0;
    host->unknown += *site == '\0';
    host->rounds += strcmp(site, "kernel::stats clock") == 0;
    if (is_stats && !host->shows_stats)
        return;
    put(host, "event %s", *site ? strchr(site, ' ') + 1 : "?");
    if (message->as.event.parent_id != 0)
        put(host, " in #%llu", (unsigned long long)message->as.event.parent_id);
    put_fields(host, &message->as.event.fields);
}

static void take_lost(struct trace_host *host, const struct mn_trace_message *message)
{
    host->lost_new_spans += message->as.discarded.new_spans;
    host->lost_span_activity += message->as.discarded.span_activity;
    host->lost_events += message->as.discarded.events;
    host->lost_metas += message->as.discarded.metas;
    put(host, "discarded events=%llu metas=%llu\n",
        (unsigned long long)message->as.discarded.events,
        (unsigned long long)message->as.discarded.metas);
}

static void take(struct trace_host *host, const struct mn_trace_message *message)
{
    static const char *const steps[] = {"enter", "exit", "clone", "drop"};
    host->messages++;
    if (message->kind == MN_TRACE_HEARTBEAT) {
        put(host, "heartbeat %s\n", message->as.level == MN_LEVEL_OFF
                                        ? "off"
                                        : mn_level_name((enum mn_level)message->as.level));
    } else if (message->kind == MN_TRACE_REGISTER_META) {
        take_meta(host, message);
    } else if (message->kind == MN_TRACE_EVENT) {
        take_event(host, message);
    } else if (message->kind == MN_TRACE_NEW_SPAN) {
        put(host, "span #%llu in #%llu", (unsigned long long)message->as.new_span.id,
            (unsigned long long)message->as.new_span.parent_id);
        put_fields(host, &message->as.new_span.fields);
    } else if (message->kind == MN_TRACE_DISCARDED) {
        take_lost(host, message);
    } else {
        put(host, "%s #%llu\n", steps[message->kind - MN_TRACE_ENTER],
            (unsigned long long)message->as.span);
    }
}

static void take_frame(struct trace_host *host)
{
    struct mn_trace_field fields[32];
    struct mn_str names[32];
    struct mn_trace_room room = {fields, MN_COUNT_OF(fields), names, MN_COUNT_OF(names)};
    struct mn_trace_message message;
    assert_int_equal(mn_trace_decode(&message, &room, host->frame, host->decoder.count), MN_OK);
    take(host, &message);
}

static void take_bytes(struct trace_host *host)
{
    const uint8_t *bytes = (const uint8_t *)host->uart->said;
    for (uint32_t at = 0; at < host->uart->said_count;) {
        bool is_frame = false;
        at += mn_cobs_decode(&host->decoder, bytes + at, host->uart->said_count - at, &is_frame);
        if (is_frame)
            take_frame(host);
    }
    host->uart->said_count = 0;
}

void trace_host_read(struct trace_host *host)
{
    do {
        bench_settle(host->uart->bench);
        take_bytes(host);
    } while (fake_uart_flow(host->uart));
    take_bytes(host);
}

void trace_host_wait(struct trace_host *host, uint64_t length_us)
{
    for (uint64_t step_us; length_us > 0; length_us -= step_us) {
        step_us = length_us < 100 * MN_MS ? length_us : 100 * MN_MS;
        trace_host_read(host);
        bench_advance(host->uart->bench, step_us);
        trace_host_read(host);
    }
}

void trace_host_assert(struct trace_host *host, const char *text)
{
    assert_string_equal(host->text, text);
    trace_host_forget(host);
}

bool trace_host_has(const struct trace_host *host, const char *text)
{
    return strstr(host->text, text) != NULL;
}

void trace_host_forget(struct trace_host *host)
{
    host->length = 0;
    host->text[0] = '\0';
}

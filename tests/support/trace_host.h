/* trace_host.h — the host's end of the trace port, over a fake UART: what the machine tells, as
 * lines of text.
 *
 *     heartbeat INFO
 *     meta 1 hi of test
 *     event hi n=5 at_us=0
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TRACE_HOST_H
#define TRACE_HOST_H

#include "fake_uart.h"
#include "mn/proto/cobs.h"
#include "mn/proto/trace_message.h"

#define TRACE_HOST_SITES_MAX 256u

struct trace_host {
    struct fake_uart *uart;
    struct mn_cobs_decoder decoder;
    uint8_t frame[MN_TRACE_MESSAGE_MAX];
    char sites[TRACE_HOST_SITES_MAX][64]; /* by number: "target name", or "" */
    bool shows_metas, shows_stats;
    uint32_t messages, rounds, unknown; /* unknown: events of a site nobody registered */
    uint64_t lost_events, lost_metas, lost_new_spans, lost_span_activity;
    char text[32768];
    uint32_t length;
};

/* A host that knows nothing yet; shows registrations, but not kernel::stats. */
void trace_host_init(struct trace_host *host, struct fake_uart *uart);

/* Says set_max_level. */
void trace_host_ask(struct trace_host *host, int level);

/* Lets everything settle and flow, and reads what came. Fails the test on bytes that are no
 * message. */
void trace_host_read(struct trace_host *host);

/* Lets so much time pass, reading at every step of at most 100 ms. */
void trace_host_wait(struct trace_host *host, uint64_t length_us);

/* Fails the test unless exactly `text` came since the last time. */
void trace_host_assert(struct trace_host *host, const char *text);

/* Whether `text` is somewhere in what came since the last trace_host_assert or _forget. */
bool trace_host_has(const struct trace_host *host, const char *text);
void trace_host_forget(struct trace_host *host);

#endif

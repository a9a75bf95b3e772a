/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mn/service.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- the machine's ---------------------------------------------------------------------- */

static uint64_t tasks(const struct board *board, uint32_t number)
{
    (void)number;
    return board->kernel.task_count;
}

static uint64_t services(const struct board *board, uint32_t number)
{
    (void)number;
    return board->kernel.registry.count;
}

static uint64_t waiting(const struct board *board, uint32_t number)
{
    uint64_t sum = 0;
    (void)number;
    MN_LIST_EACH (link, &board->kernel.registry.services)
        sum += MN_CONTAINER(link, struct mn_service, link)->queued;
    return sum;
}

static uint64_t in_hand(const struct board *board, uint32_t number)
{
    uint64_t sum = 0;
    (void)number;
    MN_LIST_EACH (link, &board->kernel.registry.services)
        sum += MN_CONTAINER(link, struct mn_service, link)->in_hand;
    return sum;
}

static uint64_t live_bytes(const struct board *board, uint32_t number)
{
    (void)number;
    return mn_heap_stats(&board->kernel.heap).live_bytes;
}

static uint64_t live_blocks(const struct board *board, uint32_t number)
{
    (void)number;
    return mn_heap_stats(&board->kernel.heap).live_blocks;
}

static uint64_t peak_bytes(const struct board *board, uint32_t number)
{
    (void)number;
    return mn_heap_stats(&board->kernel.heap).peak_bytes;
}

static uint64_t failed_tries(const struct board *board, uint32_t number)
{
    (void)number;
    return mn_heap_stats(&board->kernel.heap).failed_tries;
}

static uint64_t heap_waiters(const struct board *board, uint32_t number)
{
    (void)number;
    return mn_heap_stats(&board->kernel.heap).waiters;
}

static uint64_t ticks(const struct board *board, uint32_t number)
{
    (void)number;
    return board->kernel.ticks;
}

/* ---- a UART's --------------------------------------------------------------------------- */

static const struct uart_counters *of(const struct board *board, uint32_t uart)
{
    return &board->uarts[uart].device.null.uart.counters;
}

static uint64_t connections(const struct board *board, uint32_t uart)
{
    return of(board, uart)->connections;
}

static uint64_t refused_peers(const struct board *board, uint32_t uart)
{
    return of(board, uart)->refused_peers;
}

static uint64_t received_bytes(const struct board *board, uint32_t uart)
{
    return of(board, uart)->received_bytes;
}

static uint64_t sent_bytes(const struct board *board, uint32_t uart)
{
    return of(board, uart)->sent_bytes;
}

static uint64_t discarded_bytes(const struct board *board, uint32_t uart)
{
    return board_discarded_bytes(&board->uarts[uart]);
}

/* ---- the serial mux's ------------------------------------------------------------------- */

static const struct mn_mux_wire_stats *wire_of(const struct board *board)
{
    return &board->mux.mux.wire;
}

static struct mn_mux_port_stats port_of(const struct board *board, uint32_t port)
{
    return mn_mux_stats_of(&board->mux.mux, (uint16_t)port);
}

static uint64_t frames_in(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->frames_in;
}

static uint64_t frames_out(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->frames_out;
}

static uint64_t nobody_bytes(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->nobody_bytes;
}

static uint64_t cut_off(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->cut_off;
}

static uint64_t skipped_bytes(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->skipped_bytes;
}

static uint64_t malformed(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->malformed;
}

static uint64_t too_long(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->too_long;
}

static uint64_t too_short(const struct board *board, uint32_t number)
{
    (void)number;
    return wire_of(board)->too_short;
}

static uint64_t port_in_bytes(const struct board *board, uint32_t port)
{
    return port_of(board, port).in_bytes;
}

static uint64_t port_dropped_bytes(const struct board *board, uint32_t port)
{
    return port_of(board, port).dropped_bytes;
}

static uint64_t port_out_bytes(const struct board *board, uint32_t port)
{
    return port_of(board, port).out_bytes;
}

/* ---- the list --------------------------------------------------------------------------- */

static const struct counter counters[] = {
    {"tasks", "tasks that have not ended", COUNTER_MACHINE, tasks},
    {"services", "services that are bound", COUNTER_MACHINE, services},
    {"requests.waiting", "requests that no service has taken yet", COUNTER_MACHINE, waiting},
    {"requests.in_hand", "requests taken and not answered", COUNTER_MACHINE, in_hand},
    {"heap.live_bytes", "memory handed out", COUNTER_MACHINE, live_bytes},
    {"heap.live_blocks", "pieces of memory handed out", COUNTER_MACHINE, live_blocks},
    {"heap.peak_bytes", "the most that was ever handed out", COUNTER_MACHINE, peak_bytes},
    {"heap.failed_tries", "allocations that were refused", COUNTER_MACHINE, failed_tries},
    {"heap.waiters", "tasks that wait for memory", COUNTER_MACHINE, heap_waiters},
    {"ticks", "passes of the executor since the start", COUNTER_MACHINE, ticks},
    {"connections", "peers that were let in", COUNTER_UART, connections},
    {"refused_peers", "peers that were turned away", COUNTER_UART, refused_peers},
    {"received_bytes", "bytes that came from peers", COUNTER_UART, received_bytes},
    {"sent_bytes", "bytes that went to peers", COUNTER_UART, sent_bytes},
    {"discarded_bytes", "bytes that nobody was there for", COUNTER_UART, discarded_bytes},
    {"frames_in", "frames that came whole", COUNTER_MUX, frames_in},
    {"frames_out", "frames that were sent", COUNTER_MUX, frames_out},
    {"nobody_bytes", "bytes for ports that nobody had open", COUNTER_MUX, nobody_bytes},
    {"cut_off", "frames abandoned half-way as a host left", COUNTER_MUX, cut_off},
    {"skipped_bytes", "bytes of hosts that came and left unheard", COUNTER_MUX, skipped_bytes},
    {"malformed", "dropped: what was no frame", COUNTER_MUX, malformed},
    {"too_long", "dropped: frames longer than max_frame", COUNTER_MUX, too_long},
    {"too_short", "dropped: frames without data", COUNTER_MUX, too_short},
    {"in_bytes", "bytes given to who has the port open", COUNTER_PORT, port_in_bytes},
    {"dropped_bytes", "bytes that did not fit its queue", COUNTER_PORT, port_dropped_bytes},
    {"out_bytes", "bytes that it said", COUNTER_PORT, port_out_bytes},
};

static const char *const prefixes[] = {
    [COUNTER_MACHINE] = "",
    [COUNTER_UART] = "uart.NAME.",
    [COUNTER_MUX] = "mux.",
    [COUNTER_PORT] = "mux.PORT.",
};

static const struct counter *find(const char *name, enum counter_owner owner)
{
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (counters[i].owner == owner && strcmp(counters[i].name, name) == 0)
            return &counters[i];
    return NULL;
}

/* Nearness is to the part that is wrong: behind the UART's name, or all of it. */
static bool refuse(struct words *words, const char *at, const char *word, const char *part,
                   enum counter_owner owner)
{
    const char *names[COUNT_OF(counters)];
    char quoted[HOST_QUOTE_SHORT_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (counters[i].owner == owner)
            names[count++] = counters[i].name;
    const char *nearest = host_nearest(part, names, count);
    host_quote_short(word, quoted);
    if (nearest)
        return words_refuse(words, at, "unknown counter %s; did you mean \"%.*s%s\"?", quoted,
                            (int)(part - word), word, nearest);
    return words_refuse(words, at, "unknown counter %s; melpo test --list-steps has them all",
                        quoted);
}

/* Where the counter's own name begins in `word`; says whose it is, by its name or number. */
static const char *split(const char *word, struct counter_name *name, enum counter_owner *owner)
{
    static const char uart[] = "uart.", mux[] = "mux.";
    char *end;
    *owner = COUNTER_MACHINE;
    if (strncmp(word, uart, strlen(uart)) == 0) {
        const char *rest = word + strlen(uart);
        size_t count = strcspn(rest, ".");
        *owner = COUNTER_UART;
        snprintf(name->uart_name, sizeof name->uart_name, "%.*s", (int)count, rest);
        return count < sizeof name->uart_name ? rest + count + (rest[count] == '.') : NULL;
    }
    if (strncmp(word, mux, strlen(mux)) != 0)
        return word;
    word += strlen(mux);
    *owner = COUNTER_MUX;
    if (*word < '0' || *word > '9')
        return word;
    *owner = COUNTER_PORT;
    name->number = (uint32_t)strtoul(word, &end, 10);
    return end - word <= 5 && name->number <= UINT16_MAX && *end == '.' ? end + 1 : NULL;
}

bool counter_take(struct words *words, struct counter_name *name)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    enum counter_owner owner;
    const char *at = words_next(words);
    if (!words_take(words, word, "a counter such as tasks or uart.console.sent_bytes"))
        return false;
    const char *part = split(word, name, &owner);
    host_quote_short(word, quoted);
    if (!part && owner == COUNTER_PORT)
        return words_refuse(words, at, "expected mux.PORT.COUNTER with a port from 0 to %u, got %s",
                            UINT16_MAX, quoted);
    if (!part)
        return refuse(words, at, word, word, owner);
    name->counter = find(part, owner);
    return name->counter || refuse(words, at, word, part, owner);
}

void counter_print_all(FILE *out)
{
    fputs("\nCounters, for check and remember\n\n", out);
    for (size_t i = 0; i < COUNT_OF(counters); i++) {
        const char *prefix = prefixes[counters[i].owner];
        fprintf(out, "  %s%-*s %s\n", prefix, 26 - (int)strlen(prefix), counters[i].name,
                counters[i].what);
    }
}

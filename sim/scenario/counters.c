/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "counters.h"

#include <string.h>

#include "mn/service.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define UART "uart."

/* ---- the machine's ---------------------------------------------------------------------- */

static uint64_t tasks(const struct board *board, uint32_t uart)
{
    (void)uart;
    return board->kernel.task_count;
}

static uint64_t services(const struct board *board, uint32_t uart)
{
    (void)uart;
    return board->kernel.registry.count;
}

static uint64_t waiting(const struct board *board, uint32_t uart)
{
    uint64_t sum = 0;
    (void)uart;
    MN_LIST_EACH (link, &board->kernel.registry.services)
        sum += MN_CONTAINER(link, struct mn_service, link)->queued;
    return sum;
}

static uint64_t in_hand(const struct board *board, uint32_t uart)
{
    uint64_t sum = 0;
    (void)uart;
    MN_LIST_EACH (link, &board->kernel.registry.services)
        sum += MN_CONTAINER(link, struct mn_service, link)->in_hand;
    return sum;
}

static uint64_t live_bytes(const struct board *board, uint32_t uart)
{
    (void)uart;
    return mn_heap_stats(&board->kernel.heap).live_bytes;
}

static uint64_t live_blocks(const struct board *board, uint32_t uart)
{
    (void)uart;
    return mn_heap_stats(&board->kernel.heap).live_blocks;
}

static uint64_t peak_bytes(const struct board *board, uint32_t uart)
{
    (void)uart;
    return mn_heap_stats(&board->kernel.heap).peak_bytes;
}

static uint64_t failed_tries(const struct board *board, uint32_t uart)
{
    (void)uart;
    return mn_heap_stats(&board->kernel.heap).failed_tries;
}

static uint64_t heap_waiters(const struct board *board, uint32_t uart)
{
    (void)uart;
    return mn_heap_stats(&board->kernel.heap).waiters;
}

static uint64_t ticks(const struct board *board, uint32_t uart)
{
    (void)uart;
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

/* ---- the list --------------------------------------------------------------------------- */

static const struct counter counters[] = {
    {"tasks", "tasks that have not ended", false, tasks},
    {"services", "services that are bound", false, services},
    {"requests.waiting", "requests that no service has taken yet", false, waiting},
    {"requests.in_hand", "requests taken and not answered", false, in_hand},
    {"heap.live_bytes", "memory handed out", false, live_bytes},
    {"heap.live_blocks", "pieces of memory handed out", false, live_blocks},
    {"heap.peak_bytes", "the most that was ever handed out", false, peak_bytes},
    {"heap.failed_tries", "allocations that were refused", false, failed_tries},
    {"heap.waiters", "tasks that wait for memory", false, heap_waiters},
    {"ticks", "passes of the executor since the start", false, ticks},
    {"connections", "peers that were let in", true, connections},
    {"refused_peers", "peers that were turned away", true, refused_peers},
    {"received_bytes", "bytes that came from peers", true, received_bytes},
    {"sent_bytes", "bytes that went to peers", true, sent_bytes},
    {"discarded_bytes", "bytes that nobody was there for", true, discarded_bytes},
};

static const struct counter *find(const char *name, bool is_uart)
{
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (counters[i].is_uart == is_uart && strcmp(counters[i].name, name) == 0)
            return &counters[i];
    return NULL;
}

/* Nearness is to the part that is wrong: behind the UART's name, or all of it. */
static bool refuse(struct words *words, const char *at, const char *word, const char *part,
                   bool is_uart)
{
    const char *names[COUNT_OF(counters)];
    char quoted[HOST_QUOTE_SHORT_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (counters[i].is_uart == is_uart)
            names[count++] = counters[i].name;
    const char *nearest = host_nearest(part, names, count);
    host_quote_short(word, quoted);
    if (nearest)
        return words_refuse(words, at, "unknown counter %s; did you mean \"%.*s%s\"?", quoted,
                            (int)(part - word), word, nearest);
    return words_refuse(words, at, "unknown counter %s; melpo test --list-steps has them all",
                        quoted);
}

bool counter_take(struct words *words, struct counter_name *name)
{
    char word[WORD_BYTES];
    const char *at = words_next(words), *part = word;
    if (!words_take(words, word, "a counter such as tasks or uart.console.sent_bytes"))
        return false;
    size_t prefix = strlen(UART);
    bool is_uart = strncmp(word, UART, prefix) == 0;
    if (is_uart) {
        size_t count = strcspn(word + prefix, ".");
        part = word + prefix + count + (word[prefix + count] == '.');
        if (count >= sizeof name->uart_name)
            return refuse(words, at, word, part, is_uart);
        memcpy(name->uart_name, word + prefix, count);
        name->uart_name[count] = '\0';
    }
    name->counter = find(part, is_uart);
    return name->counter || refuse(words, at, word, part, is_uart);
}

void counter_print_all(FILE *out)
{
    fputs("\nCounters, for check and remember\n\n", out);
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        fprintf(out, "  %s%-*s %s\n", counters[i].is_uart ? "uart.NAME." : "",
                counters[i].is_uart ? 16 : 26, counters[i].name, counters[i].what);
}

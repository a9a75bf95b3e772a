/* fuzz_forth.c — no program may harm anybody, whatever it is made of.
 *
 * The first byte says how to read the rest: lines of bytes as they are, or lines whose words are
 * chosen by two bytes each; and whether all that a program can reach is spoiled again and again
 * while it runs. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -Ikernel/include -Itests/support \
 *         tests/fuzz/fuzz{,_panic,_forth}.c tests/support/forth_{check,grammar}.c \
 *         kernel/{forth,text}/ *.c
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_forth KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forth_check.h"
#include "forth_grammar.h"
#include "fuzz.h"
#include "random.h"

#define LINE_BYTES 160u
#define LINES_MAX 24
#define MEMORY_WORDS 2048u

static int32_t host_pair(struct mn_forth *vm)
{
    uint32_t cell = mn_forth_pop(vm);
    mn_forth_push(vm, cell);
    mn_forth_push(vm, ~cell);
    return cell & 64 ? MN_FORTH_WAIT : MN_FORTH_OK;
}

static const struct mn_forth_word host[] = {
    {.name = "host", .run = host_pair, .in = 1, .out = 2},
};

/* All that a program could have done to what it can reach: data space, whatever lies on the
 * stacks. Nothing of it may be trusted. */
static void spoil(struct mn_forth *vm, uint64_t *random)
{
    uint32_t cells = (uint32_t)(vm->rp - vm->returns);
    for (uint32_t i = 1; i <= cells; i++)
        if (test_random_below(random, 4) == 0)
            vm->returns[i] = test_random_below(random, *random & 1 ? 64 : 400);
    cells = (uint32_t)(vm->sp - vm->stack);
    for (uint32_t i = 1; i <= cells; i++)
        if (test_random_below(random, 4) == 0)
            vm->stack[i] = (uint32_t)test_random(random);
    for (uint32_t i = test_random_below(random, 16); i > 0; i--)
        vm->data[test_random_below(random, i & 1 ? vm->data_cells : 4)] =
            (uint32_t)test_random(random);
}

static void run(struct mn_forth *vm, uint64_t *random)
{
    for (int runs = 0; runs < 8; runs++) {
        uint32_t count;
        if (*random)
            spoil(vm, random);
        if (runs == 5 || runs == 6)
            mn_forth_break(vm);
        enum mn_forth_status status = mn_forth_run(vm, *random ? 20 : 300);
        mn_forth_out(vm, &count);
        mn_forth_out_taken(vm, count);
        if (status == MN_FORTH_DONE || status == MN_FORTH_ERROR)
            return;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_LINE)
            return;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_KEY)
            mn_forth_key(vm, 'x');
    }
}

static void feed(struct mn_forth *vm, const char *line, uint32_t count, uint64_t *random)
{
    if (mn_forth_line(vm, line, count) != MN_OK)
        return;
    run(vm, random);
    const char *wrong = forth_check(vm);
    if (wrong) {
        fprintf(stderr, "%s after: %.*s\n", wrong, (int)count, line);
        abort();
    }
}

/* What a program left behind, its child can live with too. */
static void feed_child(const struct mn_forth *parent)
{
    static uint64_t memory[MEMORY_WORDS];
    static const char *const lines[] = {"words .s a b c", ": t 1 if a then ; t", "m v @ d x y z"};
    struct mn_forth child;
    uint64_t none = 0;
    if (mn_forth_fork(&child, parent, memory, sizeof memory) != MN_OK)
        abort();
    for (size_t i = 0; i < MN_COUNT_OF(lines); i++)
        feed(&child, lines[i], (uint32_t)strlen(lines[i]), &none);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mn_forth_config config = {.stack_cells = 24,
                                                  .return_cells = 48,
                                                  .local_cells = 20,
                                                  .code_words = 400,
                                                  .header_bytes = 1024,
                                                  .data_bytes = 2048,
                                                  .line_bytes = LINE_BYTES,
                                                  .out_bytes = 80};
    static uint64_t memory[MEMORY_WORDS];
    struct mn_forth vm;
    bool is_grammar = size && data[0] & 1;
    uint64_t random = size && data[0] & 2 ? (uint64_t)data[0] + size : 0; /* 0: no spoiling */
    if (size == 0 ||
        mn_forth_init(&vm, &config, memory, sizeof memory, host, 1) != MN_OK)
        return 0;
    data++;
    size--;
    for (int lines = 0; size > 0 && lines < LINES_MAX; lines++) {
        char line[LINE_BYTES];
        size_t chunk = is_grammar ? 24 : LINE_BYTES;
        const uint8_t *end = is_grammar ? NULL : memchr(data, '\n', size);
        if (end)
            chunk = (size_t)(end - data);
        if (chunk > size)
            chunk = size;
        if (chunk > LINE_BYTES)
            chunk = LINE_BYTES;
        uint32_t count = (uint32_t)chunk;
        if (is_grammar)
            count = forth_grammar_words(data, (uint32_t)chunk, line, sizeof line);
        else
            memcpy(line, data, chunk);
        feed(&vm, line, count, &random);
        chunk += end && chunk < size;
        data += chunk;
        size -= chunk;
    }
    feed_child(&vm);
    return 0;
}

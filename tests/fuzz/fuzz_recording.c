/* fuzz_recording.c — no bytes may harm the reader of recordings, and what it lets pass is whole.
 *
 * The first byte says what the rest is: odd, a file from its first byte on; even, entries behind a
 * head that is good, so that they are looked at. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Ikernel/include \
 *         tests/fuzz/fuzz{,_recording}.c hal-sim/record_form.c hal-sim/record_line.c \
 *         hal-sim/record_read.c
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_recording KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hal-sim/record_line.h"
#include "hal-sim/record_read.h"

#define FILE_BYTES 4096u

/* A line that was read is written the same way again. */
static void try_line(const struct record_entry *entry)
{
    uint8_t again[RECORD_LINE_BYTES];
    struct record_line line;
    if (!record_line_read(&line, entry->bytes, entry->count))
        return;
    uint32_t count = record_line_write(&line.record, again);
    demand(count <= entry->count, "a line grew");
}

static void walk(const uint8_t *bytes, size_t count)
{
    struct record_reading reading;
    struct device_error error;
    struct record_entry entry;
    uint8_t head[RECORD_ENTRY_HEAD_MAX];
    if (!record_read_bytes(&reading, bytes, count, &error)) {
        demand(strlen(error.text) > 0 && strlen(error.text) < sizeof error.text, "no reason given");
        return;
    }
    while (record_read_next(&reading, &entry)) {
        demand(record_entry_head(&entry, head) <= sizeof head, "the head of an entry is too long");
        if (entry.kind == RECORD_LINE)
            try_line(&entry);
    }
    demand(reading.at == reading.end, "an entry is left");
}

/* Puts a good head before the entries. By their first byte, half the files claim to be all, the
 * others to be cut off. */
static size_t make_file(uint8_t *file, const uint8_t *entries, size_t count)
{
    const uint32_t texts = RECORD_TEXTS; /* empty ones */
    memset(file, 0, RECORD_HEAD_BYTES + texts);
    memcpy(file, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    record_put(file + RECORD_AT_VERSION, 4, RECORD_VERSION);
    record_put(file + RECORD_AT_TEXTS, 8, texts);
    uint64_t check = record_check(0, file + RECORD_AT_SEED, RECORD_AT_CHECK - RECORD_AT_SEED);
    for (uint32_t i = 0; i < texts; i++)
        check = record_check(check, "", 1);
    record_put(file + RECORD_AT_CHECK, 4, (uint32_t)check);
    size_t bytes = RECORD_HEAD_BYTES + texts + count;
    record_put(file + RECORD_AT_COMMITTED, 8, bytes + (count > 0 && entries[0] & 1));
    memcpy(file + RECORD_HEAD_BYTES + texts, entries, count);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t file[FILE_BYTES];
    if (size < 1 || size > FILE_BYTES - RECORD_HEAD_BYTES - RECORD_TEXTS)
        return 0;
    if (data[0] & 1)
        walk(data + 1, size - 1);
    else
        walk(file, make_file(file, data + 1, size - 1));
    return 0;
}

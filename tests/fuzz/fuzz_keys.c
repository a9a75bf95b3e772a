/* fuzz_keys.c — no bytes may harm the key decoder or the reader of key names, and after any of them
 * a key gets through.
 *
 * The first byte says how to read the rest: as bytes from a terminal, or as pieces of what
 * terminals send. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -Ikernel/include -Ikernel \
 *         tests/fuzz/fuzz{,_panic,_keys}.c kernel/input/ *.c kernel/text/ *.c
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_keys KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mn/key_decoder.h"

static bool same(const struct mn_key_event *left, const struct mn_key_event *right)
{
    return left->code == right->code && left->kind == right->kind &&
           left->modifiers == right->modifiers;
}

/* Whatever comes out is an event, and its name and its wire are its own. */
static void check_event(const struct mn_key_event *event)
{
    char name[MN_KEY_NAME_BYTES];
    uint8_t wire[MN_KEY_WIRE_BYTES];
    struct mn_text text = {.bytes = name, .room = sizeof name};
    struct mn_key_event back;
    demand(mn_key_is_valid(event), "a key that is none");
    mn_key_name(event, &text);
    demand(text.count < text.room, "a name longer than its room");
    demand(mn_key_parse(name, text.count, &back) == MN_OK && same(event, &back),
           "a name is read as another key");
    mn_key_encode(event, wire);
    demand(mn_key_decode(wire, &back) == MN_OK && same(event, &back),
           "a wire is read as another key");
    demand(mn_key_write(event, wire) <= MN_KEY_TEXT_BYTES, "a key writes too much");
}

static void check_stream(const uint8_t *bytes, size_t size)
{
    struct mn_key_decoder decoder;
    struct mn_key_event event;
    uint64_t keys = 0;
    mn_key_decoder_init(&decoder);
    for (size_t i = 0; i < size; i++) {
        bool is_late = bytes[i] % 5 == 0 && mn_key_decoder_is_open(&decoder);
        if (is_late && mn_key_decoder_expire(&decoder, &event)) {
            check_event(&event);
            keys++;
        }
        if (mn_key_decoder_byte(&decoder, bytes[i], &event)) {
            check_event(&event);
            keys++;
        }
        demand(keys + decoder.skipped_bytes <= i + 1, "more comes out than goes in");
    }
    if (mn_key_decoder_is_open(&decoder) && mn_key_decoder_expire(&decoder, &event))
        check_event(&event);
    demand(mn_key_decoder_byte(&decoder, 'k', &event) && event.code == 'k' && event.modifiers == 0,
           "a good key is lost behind garbage");
}

static void check_name(const uint8_t *bytes, size_t size)
{
    struct mn_key_event event;
    char *name = fuzz_alone(bytes, size);
    if (mn_key_parse(name, (uint32_t)size, &event) == MN_OK)
        check_event(&event);
    free(name);
}

static void check_wire(const uint8_t *bytes)
{
    uint8_t again[MN_KEY_WIRE_BYTES];
    struct mn_key_event event;
    if (mn_key_decode(bytes, &event) != MN_OK)
        return;
    mn_key_encode(&event, again);
    demand(memcmp(bytes, again, sizeof again) == 0, "a wire written again is another");
}

static const char *const pieces[] = {
    "\x1b", "[", "O", ";", "1", "5", "~", "A", "\r", "\n", "\xc3", "\xa9", "\xf0\x9f", "?", "U+",
    "Ctrl+", "alt+", "Shift+", "F1", "Enter", "CapsLock", "+", "00", "e9", "x", "Meta+", "Space",
};

/* The rest of the input as choices among the pieces. */
static size_t put_together(uint8_t *out, size_t room, const uint8_t *data, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        const char *piece = pieces[data[i] % (sizeof pieces / sizeof *pieces)];
        size_t bytes = strlen(piece);
        if (count + bytes > room)
            break;
        memcpy(out + count, piece, bytes);
        count += bytes;
    }
    return count;
}

static void check_all(const uint8_t *bytes, size_t size)
{
    check_stream(bytes, size);
    check_name(bytes, size < 12 ? size : 1u + bytes[size - 1] % 11u);
    if (size >= MN_KEY_WIRE_BYTES)
        check_wire(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[1024];
    if (size == 0)
        return 0;
    if (data[0] & 1)
        check_all(bytes, put_together(bytes, sizeof bytes, data + 1, size - 1));
    else
        check_all(data + 1, size - 1);
    return 0;
}

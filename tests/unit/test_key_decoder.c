/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/key_decoder.h"

#include <string.h>

#include "panic.h"
#include "random.h"

#define KEYS_BYTES 8192u
#define ROUNDS 20000u

/* All keys that come, as their names, each with a space behind it; then what was skipped. */
struct heard {
    struct mn_key_decoder decoder;
    char keys[KEYS_BYTES];
    uint32_t count;
};

static void add(struct heard *heard, const struct mn_key_event *event)
{
    struct mn_text text = {heard->keys, KEYS_BYTES - 1, heard->count};
    assert_true(mn_key_is_valid(event));
    assert_int_equal(event->kind, MN_KEY_PRESSED);
    mn_key_name(event, &text);
    mn_text_byte(&text, ' ');
    heard->count = text.count;
    heard->keys[heard->count] = '\0';
}

static void hear(struct heard *heard, const void *bytes, uint32_t count)
{
    struct mn_key_event event;
    for (uint32_t i = 0; i < count; i++) {
        if (mn_key_decoder_byte(&heard->decoder, ((const uint8_t *)bytes)[i], &event))
            add(heard, &event);
    }
}

static void pause(struct heard *heard)
{
    struct mn_key_event event;
    if (mn_key_decoder_is_open(&heard->decoder) &&
        mn_key_decoder_expire(&heard->decoder, &event))
        add(heard, &event);
    assert_false(mn_key_decoder_is_open(&heard->decoder));
}

struct sequence {
    const char *bytes, *keys;
    uint32_t skipped;
};

static const struct sequence sequences[] = {
    {"ab", "a b ", 0},
    {"A ~", "A Space ~ ", 0},
    {"\r", "Enter ", 0},
    {"\n", "Enter ", 0},
    {"\r\n", "Enter ", 0},
    {"\n\r", "Enter Enter ", 0},
    {"\r\r\n\n", "Enter Enter Enter ", 0},
    {"\x7f\b\t", "Backspace Backspace Tab ", 0},
    {"\x01\x03\x1a", "Ctrl+a Ctrl+c Ctrl+z ", 0},
    {"\x1c\x1d\x1e\x1f", "Ctrl+\\ Ctrl+] Ctrl+^ Ctrl+_ ", 0},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 ", 0},
    {"\x1b", "Esc ", 0},
    {"\x1b\x1b", "Esc Esc ", 0},
    {"\x1b\x1b[A", "Esc Up ", 0},
    {"\x1b" "a\x1bZ", "Alt+a Alt+Z ", 0},
    {"\x1b\r\n", "Alt+Enter ", 0},
    {"\x1b\x7f\x1b\x03", "Alt+Backspace Ctrl+Alt+c ", 0},
    {"\x1b\xc3\xa9x", "Alt+\xc3\xa9 x ", 0},
    {"\x1b[", "Alt+[ ", 0},
    {"\x1bO", "Alt+O ", 0},
    {"\x1b[A\x1b[B\x1b[C\x1b[D", "Up Down Right Left ", 0},
    {"\x1bOA\x1bOB\x1bOC\x1bOD", "Up Down Right Left ", 0},
    {"\x1b[H\x1b[F\x1bOH\x1bOF\x1b[E", "Home End Home End KeypadBegin ", 0},
    {"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "Home End Home End ", 0},
    {"\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "Insert Delete PageUp PageDown ", 0},
    {"\x1bOP\x1bOQ\x1bOR\x1bOS", "F1 F2 F3 F4 ", 0},
    {"\x1b[11~\x1b[12~\x1b[13~\x1b[14~", "F1 F2 F3 F4 ", 0},
    {"\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E", "F1 F2 F3 F4 F5 ", 0},
    {"\x1b[15~\x1b[17~\x1b[18~\x1b[19~", "F5 F6 F7 F8 ", 0},
    {"\x1b[20~\x1b[21~\x1b[23~\x1b[24~", "F9 F10 F11 F12 ", 0},
    {"\x1b[25~\x1b[26~\x1b[28~\x1b[29~", "F13 F14 F15 F16 ", 0},
    {"\x1b[31~\x1b[32~\x1b[33~\x1b[34~", "F17 F18 F19 F20 ", 0},
    {"\x1b[1;2A\x1b[1;3A\x1b[1;5A\x1b[1;9A", "Shift+Up Alt+Up Ctrl+Up Meta+Up ", 0},
    {"\x1b[1;16A\x1b[1;5P", "Ctrl+Alt+Shift+Meta+Up Ctrl+F1 ", 0},
    {"\x1b[3;5~\x1b[15;2~", "Ctrl+Delete Shift+F5 ", 0},
    {"\x1b[Z\x1b[1;6Z", "Shift+BackTab Ctrl+Shift+BackTab ", 0},
    {"\x1bOM\x1bOp\x1bOy\x1bOk\x1bOX", "Enter 0 9 + = ", 0},
    /* what is no key */
    {"\xff" "a", "a ", 1},
    {"\x80\xbf" "a", "a ", 2},
    {"\xc0\x80" "a", "a ", 2},         /* too long for what it is */
    {"\xe0\x80\x80" "a", "a ", 3},     /* likewise */
    {"\xed\xa0\x80" "a", "a ", 3},     /* half of a pair */
    {"\xf4\x90\x80\x80" "a", "a ", 4}, /* beyond Unicode */
    {"\xe2\x82" "a", "a ", 2},
    {"\xe2\x82\xc3\xa9", "\xc3\xa9 ", 2},
    {"\xe2\x82\x1b[A", "Up ", 2},
    {"\x1b\xff" "a", "a ", 2},
    {"\x1b[99~a", "a ", 5},
    {"\x1b[16~a", "a ", 5},
    {"\x1b[~a", "a ", 3},
    {"\x1b[xa", "a ", 3},
    {"\x1b[?1;2ca", "a ", 7},           /* a terminal says what it is */
    {"\x1b[1;2;3;4;5Aa", "Shift+Up a ", 0},
    {"\x1b[200~a\x1b[201~", "a ", 12},  /* pasted */
    {"\x1b[99999999999999999999~a", "a ", 23},
    {"\x1b[1;\x03", "Ctrl+c ", 4},
    {"\x1b[1\x1b[A", "Up ", 3},
    {"\x1b[\xc3\xa9", "\xc3\xa9 ", 2},
    {"\x1bOza", "a ", 3},
    {"\x1bO\ra", "Enter a ", 2},
    {"\x1b[[Fa", "a ", 4},
    {"\x1b[[\rA", "Enter A ", 3},
    {"\x1b[1;", "", 4},
};

static void each_sequence_is_its_keys(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MN_COUNT_OF(sequences); i++) {
        struct heard heard = {.count = 0};
        mn_key_decoder_init(&heard.decoder);

        hear(&heard, sequences[i].bytes, (uint32_t)strlen(sequences[i].bytes));
        pause(&heard);

        assert_string_equal(heard.keys, sequences[i].keys);
        assert_int_equal(heard.decoder.skipped_bytes, sequences[i].skipped);
    }
}

static void a_zero_is_ctrl_space(void **state)
{
    (void)state;
    struct heard heard = {.count = 0};
    mn_key_decoder_init(&heard.decoder);

    hear(&heard, "\0\x1b", 3);

    assert_string_equal(heard.keys, "Ctrl+Space Ctrl+Alt+Space ");
}

static void every_character_comes_through(void **state)
{
    (void)state;
    struct mn_key_decoder decoder;
    mn_key_decoder_init(&decoder);
    for (uint32_t code = ' '; code <= MN_KEY_CHAR_MAX; code++) {
        struct mn_key_event event = {.code = code}, found = {0};
        uint8_t bytes[MN_KEY_TEXT_BYTES];
        if (code == 0x7f || !mn_key_is_valid(&event))
            continue;
        uint32_t count = mn_key_write(&event, bytes);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(mn_key_decoder_byte(&decoder, bytes[i], &found), i + 1 == count);
        assert_int_equal(found.code, code);
        assert_int_equal(found.modifiers, 0);
    }
    assert_int_equal(decoder.skipped_bytes, 0);
}

static void what_a_key_writes_is_heard_as_the_key(void **state)
{
    (void)state;
    static const struct mn_key_event events[] = {
        {MN_KEY_ENTER, 0, 0}, {MN_KEY_TAB, 0, 0}, {MN_KEY_BACKSPACE, 0, 0}, {' ', 0, MN_MOD_CTRL},
        {'a', 0, MN_MOD_CTRL}, {'z', 0, MN_MOD_CTRL}, {'\\', 0, MN_MOD_CTRL},
    };
    struct mn_key_decoder decoder;
    mn_key_decoder_init(&decoder);
    for (uint32_t i = 0; i < MN_COUNT_OF(events); i++) {
        uint8_t bytes[MN_KEY_TEXT_BYTES];
        struct mn_key_event event;
        assert_int_equal(mn_key_write(&events[i], bytes), 1);
        assert_true(mn_key_decoder_byte(&decoder, bytes[0], &event));
        assert_int_equal(event.code, events[i].code);
        assert_int_equal(event.modifiers, events[i].modifiers);
    }
}

/* A stream of pieces of the table and of noise, with every escape resolved by what follows. */
static uint32_t make_stream(uint8_t *stream, uint32_t room, uint64_t *seed)
{
    uint32_t count = 0;
    while (count < room) {
        uint64_t random = test_random(seed);
        const char *bytes = sequences[random % MN_COUNT_OF(sequences)].bytes;
        if (random >> 62 == 0)
            stream[count++] = (uint8_t)(random >> 32);
        while (*bytes && count < room)
            stream[count++] = (uint8_t)*bytes++;
    }
    return count;
}

/* However the bytes are cut, and whatever is asked in between, the keys are the same. */
static void any_split_of_the_bytes_gives_the_same_keys(void **state)
{
    (void)state;
    static struct heard whole, pieces;
    uint64_t seed = 1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint8_t stream[64];
        uint32_t count = make_stream(stream, 1 + round % sizeof stream, &seed);
        whole.count = pieces.count = 0;
        mn_key_decoder_init(&whole.decoder);
        mn_key_decoder_init(&pieces.decoder);

        hear(&whole, stream, count);
        for (uint32_t at = 0; at < count;) {
            uint32_t piece = 1 + test_random_below(&seed, count - at);
            uint8_t copy[sizeof stream];
            memcpy(copy, stream + at, piece);
            hear(&pieces, copy, piece);
            memset(copy, 0xaa, sizeof copy);
            at += piece;
        }
        pause(&whole);
        pause(&pieces);

        assert_int_equal(whole.count, pieces.count);
        assert_memory_equal(whole.keys, pieces.keys, whole.count);
        assert_int_equal(whole.decoder.skipped_bytes, pieces.decoder.skipped_bytes);
    }
}

static void a_pause_tells_esc_from_what_begins_with_it(void **state)
{
    (void)state;
    struct heard heard = {.count = 0};
    mn_key_decoder_init(&heard.decoder);

    hear(&heard, "\x1b", 1);
    assert_true(mn_key_decoder_is_open(&heard.decoder));
    pause(&heard);
    hear(&heard, "[A", 2);

    assert_string_equal(heard.keys, "Esc [ A ");
}

static void a_character_cut_in_two_waits_for_its_rest(void **state)
{
    (void)state;
    struct heard heard = {.count = 0};
    mn_key_decoder_init(&heard.decoder);

    hear(&heard, "\xe2\x82", 2);
    assert_false(mn_key_decoder_is_open(&heard.decoder));
    hear(&heard, "\xac", 1);

    assert_string_equal(heard.keys, "\xe2\x82\xac ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sequence_is_its_keys),
        cmocka_unit_test(a_zero_is_ctrl_space),
        cmocka_unit_test(every_character_comes_through),
        cmocka_unit_test(what_a_key_writes_is_heard_as_the_key),
        cmocka_unit_test(any_split_of_the_bytes_gives_the_same_keys),
        cmocka_unit_test(a_pause_tells_esc_from_what_begins_with_it),
        cmocka_unit_test(a_character_cut_in_two_waits_for_its_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

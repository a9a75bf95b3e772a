/* string.c — the string words.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

#define SEARCH_STRETCH 16384u /* bytes compared in one step, or one comparison */

/* The bytes of a string on the stack, address at n + 1 and count at n. */
static uint8_t *string_at(struct mn_forth *vm, int32_t n)
{
    return mn_forth_bytes(vm, TOP(n) ? TOP(n + 1) : ORIGIN, TOP(n));
}

int32_t mn_forth_w_compare(struct mn_forth *vm)
{
    const uint8_t *left = string_at(vm, 2), *right = string_at(vm, 0);
    uint32_t left_count = TOP(2), right_count = TOP(0);
    if (!left || !right)
        return E_ADDRESS;
    uint32_t common = left_count < right_count ? left_count : right_count;
    charge(vm, common);
    int order = memcmp(left, right, common);
    if (order == 0)
        order = left_count < right_count ? -1 : left_count > right_count;
    vm->sp -= 3;
    TOP(0) = order < 0 ? TRUE_CELL : order > 0;
    return 0;
}

/* Looks at a bounded stretch, remembers how far it came and is called again: searching takes
 * the product of two lengths. */
int32_t mn_forth_w_search(struct mn_forth *vm)
{
    const uint8_t *text = string_at(vm, 2), *wanted = string_at(vm, 0);
    uint32_t count = TOP(2), wanted_count = TOP(0), at = vm->search_at, work = 0;
    bool found = false;
    vm->search_at = 0;
    if (!text || !wanted)
        return E_ADDRESS;
    while (at <= count && count - at >= wanted_count) {
        found = memcmp(text + at, wanted, wanted_count) == 0;
        if (found)
            break;
        at++;
        work += wanted_count + 1;
        if (work > SEARCH_STRETCH) {
            vm->search_at = at;
            charge(vm, work);
            return MN_FORTH_AGAIN;
        }
    }
    charge(vm, work);
    vm->sp--;
    if (found) {
        TOP(2) += at;
        TOP(1) -= at;
    }
    TOP(0) = truth(found);
    return 0;
}

int32_t mn_forth_w_slash_string(struct mn_forth *vm)
{
    uint32_t n = pop(vm);
    TOP(1) += n;
    TOP(0) -= n;
    return 0;
}

int32_t mn_forth_w_minus_trailing(struct mn_forth *vm)
{
    const uint8_t *text = string_at(vm, 0);
    if (!text)
        return E_ADDRESS;
    charge(vm, TOP(0));
    while (TOP(0) && text[TOP(0) - 1] == ' ')
        TOP(0) -= 1;
    return 0;
}

/* Copies a string into the next of the two transient buffers. */
static int32_t make_transient(struct mn_forth *vm, const uint8_t *text, uint32_t count)
{
    if (count > vm->line_bytes)
        return E_STRING;
    uint32_t address = at_string(vm, vm->next_string);
    vm->next_string ^= 1;
    memmove(mn_forth_bytes(vm, address, count), text, count);
    push(vm, address);
    push(vm, count);
    return 0;
}

static int32_t compile_or_keep(struct mn_forth *vm, const uint8_t *text, uint32_t count)
{
    if (shall_compile(vm))
        return mn_forth_lay_string(vm, text, count, false);
    return make_transient(vm, text, count);
}

int32_t mn_forth_w_s_quote(struct mn_forth *vm)
{
    uint32_t address, count;
    const uint8_t *text = mn_forth_parse(vm, '"', &address, &count);
    return compile_or_keep(vm, text, count);
}

int32_t mn_forth_w_s_literal(struct mn_forth *vm)
{
    const uint8_t *text = string_at(vm, 0);
    uint32_t count = TOP(0);
    vm->sp -= 2;
    return text ? mn_forth_lay_string(vm, text, count, false) : E_ADDRESS;
}

int32_t mn_forth_w_c_quote(struct mn_forth *vm)
{
    uint32_t address, count;
    const uint8_t *text = mn_forth_parse(vm, '"', &address, &count);
    if (count > 255)
        return E_STRING;
    if (shall_compile(vm))
        return mn_forth_lay_string(vm, text, count, true);
    uint8_t *word = mn_forth_bytes(vm, at_word(vm), WORD_BYTES);
    memmove(word + 1, text, count);
    word[0] = (uint8_t)count;
    push(vm, at_word(vm));
    return 0;
}

static uint32_t hex_digit(uint8_t c)
{
    c = mn_lower(c);
    return c >= '0' && c <= '9' ? c - (uint32_t)'0'
         : c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10 : 16;
}

/* What a letter behind a backslash stands for; 256: not one of them. */
static uint32_t escaped(uint8_t c)
{
    static const char pairs[] = "a\x07"
                                "b\x08"
                                "e\x1b"
                                "f\x0c"
                                "l\x0a"
                                "n\x0a"
                                "q\""
                                "r\x0d"
                                "t\x09"
                                "v\x0b"
                                "z\0"
                                "\"\""
                                "\\\\";
    for (uint32_t i = 0; i + 1 < sizeof pairs; i += 2)
        if ((uint8_t)pairs[i] == mn_lower(c))
            return (uint8_t)pairs[i + 1];
    return 256;
}

/* Translates into `to`; returns how many bytes of `text` it took, 0 if it is wrong or too long. */
static uint32_t unescape_quoted(const uint8_t *text, uint32_t left, uint8_t *to, uint32_t room,
                                uint32_t *count)
{
    uint32_t at = 0;
    *count = 0;
    while (at < left && text[at] != '"') {
        uint32_t c = text[at++], low;
        if (*count + 2 > room)
            return 0;
        if (c == '\\') {
            if (at >= left)
                return 0;
            uint8_t letter = text[at++];
            if (mn_lower(letter) == 'm') {
                to[(*count)++] = '\r';
                c = '\n';
            } else if (mn_lower(letter) == 'x') {
                if (at + 2 > left || (c = hex_digit(text[at])) > 15 ||
                    (low = hex_digit(text[at + 1])) > 15)
                    return 0;
                c = c << 4 | low;
                at += 2;
            } else if ((c = escaped(letter)) > 255) {
                return 0;
            }
        }
        to[(*count)++] = (uint8_t)c;
    }
    return at + 1;
}

int32_t mn_forth_w_s_escape_quote(struct mn_forth *vm)
{
    uint32_t in = vm->data[VAR_IN], count;
    const uint8_t *text = mn_forth_bytes(vm, vm->source.address, vm->source.count);
    if (!text || in > vm->source.count)
        return E_ADDRESS;
    uint32_t address = at_string(vm, vm->next_string);
    uint8_t *to = mn_forth_bytes(vm, address, vm->line_bytes);
    uint32_t taken =
        unescape_quoted(text + in, vm->source.count - in, to, vm->line_bytes, &count);
    if (!taken)
        return E_STRING;
    vm->next_string ^= 1;
    vm->data[VAR_IN] = in + taken < vm->source.count ? in + taken : vm->source.count;
    if (shall_compile(vm))
        return mn_forth_lay_string(vm, to, count, false);
    push(vm, address);
    push(vm, count);
    return 0;
}

/* replace.c — REPLACES, SUBSTITUTE and UNESCAPE.
 *
 * A substitution is a header in a word list that no search order can hold; its body is a count
 * and the text. Programs can write to the body, so the count is checked when it is used.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

#define LIST_OF_REPLACEMENTS 255u

int32_t mn_forth_w_replaces(struct mn_forth *vm)
{
    vm->sp -= 4;
    uint32_t count = TOP(-2), name_count = TOP(-4), address = 0;
    const uint8_t *text = mn_forth_bytes(vm, count ? TOP(-1) : ORIGIN, count);
    const uint8_t *name = mn_forth_bytes(vm, TOP(-3), name_count);
    if (!text || !name)
        return E_ADDRESS;
    if (name_count == 0)
        return E_NO_NAME;
    uint32_t current = vm->current, latest = vm->latest;
    vm->current = LIST_OF_REPLACEMENTS;
    int32_t error = mn_forth_header(vm, name, name_count, KIND_CREATE);
    vm->current = current;
    vm->latest = latest;
    if (error)
        return error;
    struct mn_forth_header *header = &vm->headers[vm->header_count - 1];
    header->insn = insn(OP_LIT, (int32_t)header->body);
    if (mn_forth_allot(vm, 4 + count, &address) != 0) {
        mn_forth_forget(vm, vm->header_count - 1);
        return E_DICT_FULL;
    }
    vm->data[cell_index(address)] = count;
    memmove(mn_forth_bytes(vm, address + 4, count), text, count);
    mn_forth_align(vm);
    return 0;
}

struct target {
    uint8_t *bytes; /* NULL once something did not fit */
    uint32_t room, count;
};

static void append(struct target *to, const uint8_t *text, uint32_t count)
{
    if (count > to->room - to->count)
        to->bytes = NULL;
    if (!to->bytes)
        return;
    memmove(to->bytes + to->count, text, count);
    to->count += count;
}

static bool append_replacement(struct mn_forth *vm, struct target *to, const uint8_t *name,
                               uint32_t count)
{
    struct word_view view;
    if (count > MN_FORTH_NAME ||
        !mn_forth_lookup_in(vm, LIST_OF_REPLACEMENTS, name, count, &view))
        return false;
    uint32_t body = view.header->body, text_count = vm->data[cell_index(body)];
    const uint8_t *text = mn_forth_bytes(vm, body + 4, text_count);
    if (!text)
        return false;
    append(to, text, text_count);
    return true;
}

/* The text to read from: a copy in free data space if writing the result could spoil it. */
static const uint8_t *out_of_the_way(struct mn_forth *vm, const uint8_t *text, uint32_t count,
                                     const struct target *to)
{
    if (text >= to->bytes + to->room || to->bytes >= text + count)
        return text;
    uint8_t *copy = mn_forth_bytes(vm, vm->here, count);
    if (!copy)
        return NULL;
    memmove(copy, text, count);
    return copy;
}

int32_t mn_forth_w_substitute(struct mn_forth *vm)
{
    uint32_t count = TOP(2), done = 0;
    const uint8_t *text = mn_forth_bytes(vm, count ? TOP(3) : ORIGIN, count);
    struct target to = {.bytes = mn_forth_bytes(vm, TOP(0) ? TOP(1) : ORIGIN, TOP(0)),
                        .room = TOP(0)};
    if (!text || !to.bytes)
        return E_ADDRESS;
    charge(vm, count);
    text = out_of_the_way(vm, text, count, &to);
    if (!text)
        return E_STRING;
    for (uint32_t at = 0; at < count;) {
        uint32_t end = at + 1;
        if (text[at] != '%') {
            append(&to, text + at++, 1);
            continue;
        }
        while (end < count && text[end] != '%')
            end++;
        if (end == count) { /* no second one: as it is */
            append(&to, text + at, count - at);
            break;
        }
        if (end == at + 1)
            append(&to, text + at, 1);
        else if (append_replacement(vm, &to, text + at + 1, end - at - 1))
            done++;
        else
            append(&to, text + at, end + 1 - at);
        at = end + 1;
    }
    vm->sp--;
    TOP(2) = TOP(0);
    TOP(1) = to.count;
    TOP(0) = to.bytes ? done : (uint32_t)E_STRING;
    return 0;
}

int32_t mn_forth_w_unescape(struct mn_forth *vm)
{
    uint32_t count = TOP(1), percents = 0;
    const uint8_t *text = mn_forth_bytes(vm, count ? TOP(2) : ORIGIN, count);
    if (!text)
        return E_ADDRESS;
    for (uint32_t i = 0; i < count; i++)
        percents += text[i] == '%';
    uint32_t total = count + percents;
    uint8_t *to = mn_forth_bytes(vm, total ? TOP(0) : ORIGIN, total);
    if (!to)
        return E_ADDRESS;
    charge(vm, total);
    memmove(to, text, count);
    for (uint32_t at = total, from = count; from > 0;) { /* from the end: in place */
        to[--at] = to[--from];
        if (to[at] == '%')
            to[--at] = '%';
    }
    TOP(2) = TOP(0);
    TOP(1) = total;
    vm->sp--;
    return 0;
}

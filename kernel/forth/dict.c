/* dict.c — all words by their index: built in, the host's, the program's; and by their name.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

uint32_t mn_forth_fixed_count(const struct mn_forth *vm)
{
    return mn_forth_builtin_count + vm->host_count;
}

static const struct mn_forth_word *fixed(const struct mn_forth *vm, uint32_t index)
{
    return index < mn_forth_builtin_count ? &mn_forth_builtins[index]
                                          : &vm->host[index - mn_forth_builtin_count];
}

static uint32_t fixed_insn(const struct mn_forth *vm, uint32_t index)
{
    if (index >= mn_forth_builtin_count)
        return insn(OP_HOST, (int32_t)(index - mn_forth_builtin_count));
    const struct mn_forth_word *word = fixed(vm, index);
    return insn((enum op)word->op, word->operand);
}

bool mn_forth_view(const struct mn_forth *vm, uint32_t index, struct word_view *view)
{
    uint32_t count = mn_forth_fixed_count(vm);
    if (index < count) {
        const struct mn_forth_word *word = fixed(vm, index);
        *view = (struct word_view){.name = (const uint8_t *)word->name,
                                   .count = mn_str_of(word->name).count,
                                   .insn = fixed_insn(vm, index),
                                   .flags = word->flags,
                                   .index = index};
        return true;
    }
    if (index - count >= vm->header_count)
        return false;
    struct mn_forth_header *header = &vm->headers[index - count];
    *view = (struct word_view){.name = (const uint8_t *)vm->headers + header->name,
                               .count = header->count,
                               .insn = header->insn,
                               .flags = header->flags,
                               .index = index,
                               .header = header};
    return true;
}

bool mn_forth_view_xt(const struct mn_forth *vm, uint32_t xt, struct word_view *view)
{
    return mn_forth_view(vm, xt - XT_BASE, view);
}

uint32_t mn_forth_insn_of(const struct mn_forth *vm, uint32_t xt)
{
    uint32_t index = xt - XT_BASE, count = mn_forth_fixed_count(vm);
    if (index < count)
        return fixed_insn(vm, index);
    return index - count < vm->header_count ? vm->headers[index - count].insn : 0;
}

bool mn_forth_same(const uint8_t *left, const uint8_t *right, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (mn_lower(left[i]) != mn_lower(right[i]))
            return false;
    return true;
}

uint32_t mn_forth_bucket(const uint8_t *name, uint32_t count)
{
    uint32_t hash = count;
    for (uint32_t i = 0; i < count; i++)
        hash = (hash ^ mn_lower(name[i])) * 0x01000193u;
    return (hash ^ hash >> 15) % MN_FORTH_BUCKETS;
}

void mn_forth_link_fixed(struct mn_forth *vm)
{
    for (uint32_t i = 0; i < mn_forth_fixed_count(vm); i++) {
        const char *name = fixed(vm, i)->name;
        uint32_t bucket = mn_forth_bucket((const uint8_t *)name, mn_str_of(name).count);
        vm->links[i] = vm->buckets[bucket];
        vm->buckets[bucket] = (uint16_t)(i + 1);
    }
}

bool mn_forth_lookup_in(const struct mn_forth *vm, uint32_t list, const uint8_t *name,
                        uint32_t count, struct word_view *view)
{
    uint32_t fixed_words = mn_forth_fixed_count(vm);
    view->steps = 0;
    uint32_t next = vm->buckets[mn_forth_bucket(name, count)], steps = 0;
    while (next) {
        uint32_t index = next - 1;
        mn_forth_view(vm, index, view);
        view->steps = ++steps;
        if (view->count == count && !(view->flags & FLAG_HIDDEN) &&
            (view->header ? view->header->list : 0) == list &&
            mn_forth_same(view->name, name, count))
            return true;
        next = index < fixed_words ? vm->links[index] : vm->headers[index - fixed_words].link;
    }
    return false;
}

bool mn_forth_lookup(const struct mn_forth *vm, const uint8_t *name, uint32_t count,
                     struct word_view *view)
{
    view->steps = 0;
    if (count == 0 || count > MN_FORTH_NAME)
        return false;
    uint32_t steps = 0;
    for (uint32_t i = 0; i < vm->order_count; i++) {
        bool found = mn_forth_lookup_in(vm, vm->order[i], name, count, view);
        view->steps = steps += view->steps;
        if (found)
            return true;
    }
    return false;
}

uint32_t mn_forth_find(const struct mn_forth *vm, const char *name, uint32_t count)
{
    struct word_view view;
    return mn_forth_lookup(vm, (const uint8_t *)name, count, &view) ? XT_BASE + view.index : 0;
}

/* Makes the header of a new word, which has the code to come at code_here. */
int32_t mn_forth_header(struct mn_forth *vm, const uint8_t *name, uint32_t count,
                        enum kind kind)
{
    uint32_t index = vm->header_count;
    uint32_t words = mn_forth_fixed_count(vm) + index + 1;
    if (count > MN_FORTH_NAME)
        return E_NAME;
    if ((index + 1) * (uint32_t)sizeof *vm->headers + count > vm->names_low || words > 65535)
        return E_DICT_FULL;
    vm->names_low -= count;
    uint8_t *place = (uint8_t *)vm->headers + vm->names_low;
    uint32_t here = vm->here;
    mn_forth_align(vm);
    vm->headers[index] = (struct mn_forth_header){
        .insn = insn(OP_CALL, (int32_t)vm->code_here),
        .body = vm->here,
        .here = here,
        .code_here = vm->code_here,
        .name = vm->names_low,
        .count = (uint8_t)count,
        .kind = (uint8_t)kind,
        .list = (uint8_t)vm->current,
        .lists = (uint8_t)vm->list_count,
    };
    memcpy(place, name, count);
    vm->header_count++;
    vm->latest = vm->header_count;
    vm->fuse_from = vm->code_here;
    if (count == 0)
        return 0;
    uint32_t bucket = mn_forth_bucket(name, count);
    vm->headers[index].bucket = (uint8_t)bucket;
    vm->headers[index].link = vm->buckets[bucket];
    vm->buckets[bucket] = (uint16_t)words;
    return 0;
}

/* Removes this word and all that came after it. */
void mn_forth_forget(struct mn_forth *vm, uint32_t header_index)
{
    const struct mn_forth_header *first = &vm->headers[header_index];
    uint32_t fixed_words = mn_forth_fixed_count(vm);
    for (uint32_t i = vm->header_count; i > header_index; i--) {
        const struct mn_forth_header *header = &vm->headers[i - 1];
        if (header->count)
            vm->buckets[header->bucket] = header->link;
    }
    MN_ASSERT(fixed_words + header_index < 65536);
    vm->header_count = header_index;
    vm->names_low = first->name + first->count;
    vm->here = first->here;
    vm->code_here = vm->fuse_from = first->code_here;
    vm->list_count = first->lists;
    if (vm->current >= vm->list_count)
        vm->current = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < vm->order_count; i++)
        if (vm->order[i] < vm->list_count)
            vm->order[kept++] = vm->order[i];
    vm->order_count = kept;
    if (vm->latest > header_index)
        vm->latest = 0;
    if (vm->defining > header_index)
        vm->defining = 0;
}

/* find.c — words that deal with words: ticks, literals, POSTPONE, names.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "builtin.h"
#include "vm.h"

/* Finds the word that the input names next. */
int32_t mn_forth_find_next(struct mn_forth *vm, struct word_view *view)
{
    uint32_t address, count;
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    if (count == 0)
        return E_NO_NAME;
    return mn_forth_lookup(vm, name, count, view) ? 0 : E_UNDEFINED;
}

int32_t mn_forth_w_tick(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = mn_forth_find_next(vm, &view);
    if (!error)
        push(vm, XT_BASE + view.index);
    return error;
}

int32_t mn_forth_w_bracket_tick(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = mn_forth_find_next(vm, &view);
    return error ? error : mn_forth_literal(vm, XT_BASE + view.index);
}

static uint32_t sense(const struct word_view *view)
{
    return view->flags & MN_FORTH_IMMEDIATE ? 1 : TRUE_CELL;
}

int32_t mn_forth_w_find(struct mn_forth *vm)
{
    struct word_view view;
    const uint8_t *counted = mn_forth_bytes(vm, TOP(0), 1);
    if (!counted || !mn_forth_bytes(vm, TOP(0), 1u + *counted))
        return E_ADDRESS;
    bool found = mn_forth_lookup(vm, counted + 1, *counted, &view);
    if (found)
        TOP(0) = XT_BASE + view.index;
    push(vm, found ? sense(&view) : 0);
    return 0;
}

int32_t mn_forth_w_search_wordlist(struct mn_forth *vm)
{
    struct word_view view;
    uint32_t list = pop(vm) - LIST_BASE, count = pop(vm);
    const uint8_t *name = mn_forth_bytes(vm, TOP(0), count);
    if (list >= vm->list_count)
        return E_LISTS;
    if (!name)
        return E_ADDRESS;
    bool found = count <= MN_FORTH_NAME && mn_forth_lookup_in(vm, list, name, count, &view);
    TOP(0) = found ? XT_BASE + view.index : 0;
    if (found)
        push(vm, sense(&view));
    return 0;
}

int32_t mn_forth_w_to_body(struct mn_forth *vm)
{
    struct word_view view;
    if (!mn_forth_view_xt(vm, TOP(0), &view))
        return E_XT;
    if (!view.header || view.header->kind == KIND_COLON || view.header->kind == KIND_MARKER ||
        view.header->kind == KIND_SYNONYM)
        return E_BODY;
    TOP(0) = view.header->body;
    return 0;
}

int32_t mn_forth_w_char(struct mn_forth *vm)
{
    uint32_t address, count;
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    if (count == 0)
        return E_NO_NAME;
    push(vm, *name);
    return 0;
}

int32_t mn_forth_w_bracket_char(struct mn_forth *vm)
{
    uint32_t address, count;
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    return count ? mn_forth_literal(vm, *name) : E_NO_NAME;
}

int32_t mn_forth_w_left_bracket(struct mn_forth *vm)
{
    vm->data[VAR_STATE] = 0;
    return 0;
}

int32_t mn_forth_w_right_bracket(struct mn_forth *vm)
{
    vm->data[VAR_STATE] = TRUE_CELL;
    return 0;
}

int32_t mn_forth_w_literal(struct mn_forth *vm)
{
    return mn_forth_literal(vm, pop(vm));
}

int32_t mn_forth_w_d_literal(struct mn_forth *vm)
{
    uint32_t high = pop(vm);
    int32_t error = mn_forth_literal(vm, pop(vm));
    return error ? error : mn_forth_literal(vm, high);
}

int32_t mn_forth_w_compile_comma(struct mn_forth *vm)
{
    struct word_view view;
    if (!mn_forth_view_xt(vm, pop(vm), &view))
        return E_XT;
    return mn_forth_compile(vm, &view);
}

int32_t mn_forth_w_postpone(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = mn_forth_find_next(vm, &view);
    if (error)
        return error;
    if (view.flags & FLAG_DUAL)
        error = mn_forth_emit(vm, insn(OP_WORD, B_force));
    if (error)
        return error;
    if (view.flags & MN_FORTH_IMMEDIATE)
        return mn_forth_compile(vm, &view);
    error = mn_forth_literal(vm, XT_BASE + view.index);
    return error ? error : mn_forth_emit(vm, insn(OP_WORD, B_compile_comma));
}

int32_t mn_forth_w_force(struct mn_forth *vm)
{
    vm->forced = true;
    return 0;
}

int32_t mn_forth_w_bracket_compile(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = mn_forth_find_next(vm, &view);
    return error ? error : mn_forth_compile(vm, &view);
}

/* Copies a string into the dictionary and compiles what pushes it. */
int32_t mn_forth_lay_string(struct mn_forth *vm, const uint8_t *text, uint32_t count,
                            bool is_counted)
{
    uint32_t address = 0;
    int32_t error = count > vm->data_bytes
                        ? E_STRING
                        : mn_forth_allot(vm, count + is_counted, &address);
    if (error)
        return error;
    uint8_t *to = mn_forth_bytes(vm, address, count + is_counted);
    memmove(to + is_counted, text, count);
    if (is_counted)
        to[0] = (uint8_t)count;
    mn_forth_align(vm);
    error = mn_forth_literal(vm, address);
    return error || is_counted ? error : mn_forth_literal(vm, count);
}

static int32_t quoted(struct mn_forth *vm, enum builtin then)
{
    uint32_t address, count;
    const uint8_t *text = mn_forth_parse(vm, '"', &address, &count);
    int32_t error = mn_forth_lay_string(vm, text, count, false);
    return error ? error : mn_forth_emit(vm, insn(OP_WORD, (int32_t)then));
}

/* Compiles and leaves false, or leaves the string to print and true. */
int32_t mn_forth_w_dot_quote_begin(struct mn_forth *vm)
{
    uint32_t address, count;
    int32_t error = 0;
    bool compiles = shall_compile(vm);
    if (compiles) {
        error = quoted(vm, B_type);
    } else {
        mn_forth_parse(vm, '"', &address, &count);
        push(vm, address);
        push(vm, count);
    }
    push(vm, truth(!compiles));
    return error;
}

int32_t mn_forth_w_abort_quote(struct mn_forth *vm)
{
    return quoted(vm, B_abort_if);
}

static int32_t is_defined(struct mn_forth *vm, bool wanted)
{
    struct word_view view;
    uint32_t address, count;
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    push(vm, truth(mn_forth_lookup(vm, name, count, &view) == wanted));
    return 0;
}

int32_t mn_forth_w_defined(struct mn_forth *vm)
{
    return is_defined(vm, true);
}

int32_t mn_forth_w_undefined(struct mn_forth *vm)
{
    return is_defined(vm, false);
}

/* Passes over words until the [ELSE] or [THEN] of this level; `level` is on the stack. */
int32_t mn_forth_w_skip(struct mn_forth *vm)
{
    uint32_t address, count;
    const uint8_t *word = mn_forth_token(vm, &address, &count);
    if (count == 0) {
        int32_t result = mn_forth_w_refill(vm);
        if (result != 0)
            return result;
        if (pop(vm))
            return MN_FORTH_AGAIN;
        vm->sp--;
        return 0;
    }
    bool is_else = count == 6 && mn_forth_same(word, (const uint8_t *)"[else]", 6);
    if (count == 4 && mn_forth_same(word, (const uint8_t *)"[if]", 4))
        TOP(0) += 1;
    if ((count == 6 && mn_forth_same(word, (const uint8_t *)"[then]", 6)) ||
        (is_else && TOP(0) == 1))
        TOP(0) -= 1;
    if (TOP(0))
        return MN_FORTH_AGAIN;
    vm->sp--;
    return 0;
}

/* tools.c — words that look around. Each prints a piece, then is called again for the next, so
 * that a full output only makes it wait; where it stands is on the stack.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "builtin.h"
#include "vm.h"

#define LINE_CHARACTERS 64u

int32_t mn_forth_w_dot_s_step(struct mn_forth *vm)
{
    uint32_t at = TOP(0), depth = depth_of(vm) - 1;
    if (!mn_forth_room(vm, 24))
        return MN_FORTH_WAIT;
    if (at == 0) {
        mn_forth_put(vm, "<");
        mn_forth_put_number(vm, depth, false);
        mn_forth_put(vm, "> ");
    }
    if (at < depth) {
        uint32_t value = vm->stack[at + 1];
        if (vm->data[VAR_BASE] == 16)
            mn_forth_put_hex(vm, value, 1);
        else
            mn_forth_put_number(vm, value, true);
        mn_forth_put(vm, " ");
        TOP(0) = at + 1;
        return MN_FORTH_AGAIN;
    }
    vm->sp--;
    return 0;
}

/* One line of 16 bytes: address, bytes, characters. */
int32_t mn_forth_w_dump(struct mn_forth *vm)
{
    uint32_t address = TOP(1), left = TOP(0), count = left < 16 ? left : 16;
    const uint8_t *text = mn_forth_bytes(vm, address, count);
    if (!text && left)
        return E_ADDRESS;
    if (!mn_forth_room(vm, 80))
        return MN_FORTH_WAIT;
    if (left == 0) {
        vm->sp -= 2;
        return 0;
    }
    mn_forth_put(vm, "\n");
    mn_forth_put_hex(vm, address, 8);
    mn_forth_put(vm, "  ");
    for (uint32_t i = 0; i < 16; i++) {
        if (i < count)
            mn_forth_put_hex(vm, text[i], 2);
        else
            mn_forth_put(vm, "  ");
        mn_forth_put(vm, " ");
    }
    mn_forth_put(vm, " ");
    for (uint32_t i = 0; i < count; i++) {
        uint8_t c = text[i] < ' ' || text[i] > '~' ? '.' : text[i];
        mn_forth_put_bytes(vm, &c, 1);
    }
    TOP(1) += count;
    TOP(0) -= count;
    return MN_FORTH_AGAIN;
}

enum { LIST_FIRST, LIST_BUILTINS, LIST_DICT };

static bool is_shown(const struct mn_forth *vm, const struct word_view *view, uint32_t mode)
{
    uint32_t list = view->header ? view->header->list : 0;
    if (view->count == 0 || (view->flags & FLAG_HIDDEN))
        return false;
    if (mode == LIST_BUILTINS)
        return !view->header;
    if (mode == LIST_DICT)
        return view->header && list < MN_FORTH_LISTS;
    return vm->order_count && list == vm->order[0];
}

/* The cell on the stack: what to list, how many words are done, characters on the line. */
int32_t mn_forth_w_words_step(struct mn_forth *vm)
{
    struct word_view view;
    uint32_t mode = TOP(0) & 3, done = TOP(0) >> 2 & 0xffff, column = TOP(0) >> 20;
    uint32_t count = mn_forth_fixed_count(vm) + vm->header_count;
    if (!mn_forth_room(vm, MN_FORTH_NAME + 2))
        return MN_FORTH_WAIT;
    while (done < count) {
        mn_forth_view(vm, count - ++done, &view);
        if (!is_shown(vm, &view, mode))
            continue;
        if (column + view.count > LINE_CHARACTERS) {
            mn_forth_put(vm, "\n");
            column = 0;
        }
        mn_forth_put_bytes(vm, view.name, view.count < MN_FORTH_NAME ? view.count : MN_FORTH_NAME);
        mn_forth_put(vm, " ");
        TOP(0) = mode | done << 2 | (column + view.count + 1) << 20;
        return MN_FORTH_AGAIN;
    }
    vm->sp--;
    return 0;
}

int32_t mn_forth_w_free(struct mn_forth *vm)
{
    uint32_t used = vm->here - ORIGIN;
    if (!mn_forth_room(vm, 64))
        return MN_FORTH_WAIT;
    mn_forth_put_number(vm, vm->data_bytes - used, false);
    mn_forth_put(vm, "/");
    mn_forth_put_number(vm, vm->data_bytes, false);
    mn_forth_put(vm, " bytes free (");
    mn_forth_put_number(vm, used, false);
    mn_forth_put(vm, " used) ");
    return 0;
}

static int32_t view_name(struct mn_forth *vm, uint32_t nt, struct word_view *view)
{
    return mn_forth_view_xt(vm, nt, view) ? 0 : E_XT;
}

/* The name, in the next transient buffer. */
int32_t mn_forth_w_name_to_string(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = view_name(vm, TOP(0), &view);
    if (error)
        return error;
    uint32_t address = at_string(vm, vm->next_string);
    vm->next_string ^= 1;
    uint32_t count = view.count < vm->line_bytes ? view.count : vm->line_bytes;
    memcpy(mn_forth_bytes(vm, address, count), view.name, count);
    TOP(0) = address;
    push(vm, count);
    return 0;
}

int32_t mn_forth_w_name_to_interpret(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = view_name(vm, TOP(0), &view);
    if (!error && (view.flags & MN_FORTH_COMPILE_ONLY))
        TOP(0) = 0;
    return error;
}

int32_t mn_forth_w_name_to_compile(struct mn_forth *vm)
{
    struct word_view view;
    int32_t error = view_name(vm, TOP(0), &view);
    bool now = !error && (view.flags & MN_FORTH_IMMEDIATE);
    if (!error)
        push(vm, XT_BASE + (now ? B_execute : B_compile_comma));
    return error;
}

/* On the return stack: the xt, and list and place in one cell. */
int32_t mn_forth_w_traverse_begin(struct mn_forth *vm)
{
    uint32_t list = pop(vm) - LIST_BASE;
    if (list >= vm->list_count)
        return E_LISTS;
    if (vm->returns_top - vm->rp < 2)
        return E_ROVERFLOW;
    vm->rp[1] = pop(vm);
    vm->rp[2] = list << 24 | (mn_forth_fixed_count(vm) + vm->header_count);
    vm->rp += 2;
    return 0;
}

int32_t mn_forth_w_traverse_next(struct mn_forth *vm)
{
    struct word_view view;
    if (rdepth_of(vm) < 2)
        return E_RUNDERFLOW;
    uint32_t list = *vm->rp >> 24, at = *vm->rp & 0xffffff;
    uint32_t count = mn_forth_fixed_count(vm) + vm->header_count;
    if (at > count)
        at = count;
    while (at > 0) {
        mn_forth_view(vm, --at, &view);
        if (view.count == 0 || (view.flags & FLAG_HIDDEN) ||
            (view.header ? view.header->list : 0) != list)
            continue;
        *vm->rp = list << 24 | at;
        push(vm, XT_BASE + at);
        push(vm, vm->rp[-1]);
        push(vm, TRUE_CELL);
        return 0;
    }
    push(vm, 0);
    return 0;
}

static const struct {
    const char *name;
    uint32_t cells, low, high;
} environment[] = {
    {"/counted-string", 1, 255, 0},
    {"/hold", 1, HOLD_BYTES, 0},
    {"/pad", 1, PAD_BYTES, 0},
    {"address-unit-bits", 1, 8, 0},
    {"floored", 1, TRUE_CELL, 0},
    {"max-char", 1, 255, 0},
    {"max-d", 2, TRUE_CELL, 0x7fffffff},
    {"max-n", 1, 0x7fffffff, 0},
    {"max-u", 1, TRUE_CELL, 0},
    {"max-ud", 2, TRUE_CELL, TRUE_CELL},
    {"#locals", 1, MN_FORTH_LOCALS, 0},
    {"wordlists", 1, MN_FORTH_ORDER, 0},
};

int32_t mn_forth_w_environment(struct mn_forth *vm)
{
    uint32_t count = pop(vm), address = pop(vm);
    const uint8_t *asked = mn_forth_bytes(vm, address, count);
    if (!asked)
        return E_ADDRESS;
    for (uint32_t i = 0; i < MN_COUNT_OF(environment); i++) {
        const char *name = environment[i].name;
        if (mn_str_of(name).count != count || !mn_forth_same((const uint8_t *)name, asked, count))
            continue;
        push(vm, environment[i].low);
        if (environment[i].cells == 2)
            push(vm, environment[i].high);
        push(vm, TRUE_CELL);
        return 0;
    }
    bool is_return = count == 18 && mn_forth_same(asked, (const uint8_t *)"return-stack-cells", 18);
    bool is_stack = count == 11 && mn_forth_same(asked, (const uint8_t *)"stack-cells", 11);
    if (is_return || is_stack)
        push(vm, (uint32_t)(is_stack ? vm->stack_top - vm->stack
                                     : vm->returns_top - vm->returns));
    push(vm, truth(is_return || is_stack));
    return 0;
}

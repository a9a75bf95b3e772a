/* define.c — the defining words.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "builtin.h"
#include "vm.h"

/* A header with the next word of the input as its name. */
static int32_t name_header(struct mn_forth *vm, enum kind kind, struct mn_forth_header **header)
{
    uint32_t address, count;
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    if (count == 0)
        return E_NO_NAME;
    TRY(mn_forth_header(vm, name, count, kind));
    *header = &vm->headers[vm->header_count - 1];
    return 0;
}

/* Takes `cells` of data space for the body of the newest word; the word goes if they do not fit. */
static int32_t body(struct mn_forth *vm, uint32_t cells, uint32_t *index)
{
    uint32_t address = 0;
    if (cells > vm->data_cells || mn_forth_allot(vm, cells * 4, &address) != 0) {
        mn_forth_forget(vm, vm->header_count - 1);
        return E_DICT_FULL;
    }
    *index = cell_index(address);
    memset(&vm->data[*index], 0, cells * 4);
    return 0;
}

static int32_t name_cells(struct mn_forth *vm, enum kind kind, uint32_t cells, enum op op,
                          uint32_t *index)
{
    struct mn_forth_header *header;
    TRY(name_header(vm, kind, &header));
    TRY(body(vm, cells, index));
    header->insn = op == OP_LIT ? insn(OP_LIT, (int32_t)header->body) : insn(op, (int32_t)*index);
    return 0;
}

static int32_t start_definition(struct mn_forth *vm)
{
    vm->headers[vm->header_count - 1].flags = FLAG_HIDDEN;
    vm->defining = vm->header_count;
    vm->data[VAR_STATE] = TRUE_CELL;
    vm->nest_count = vm->leaves = vm->local_count = 0;
    vm->locals_open = false;
    return mn_forth_nest(vm, NEST_COLON, 0);
}

int32_t mn_forth_w_colon(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    if (vm->defining)
        return E_NESTING;
    TRY(name_header(vm, KIND_COLON, &header));
    return start_definition(vm);
}

int32_t mn_forth_w_noname(struct mn_forth *vm)
{
    if (vm->defining)
        return E_NESTING;
    TRY(mn_forth_header(vm, NULL, 0, KIND_COLON));
    push(vm, XT_BASE + mn_forth_fixed_count(vm) + vm->header_count - 1);
    return start_definition(vm);
}

int32_t mn_forth_w_semicolon(struct mn_forth *vm)
{
    if (!vm->defining || vm->nest_count != 1 || vm->nest[0].kind != NEST_COLON)
        return E_CONTROL;
    TRY(mn_forth_leave_locals(vm));
    TRY(mn_forth_emit(vm, insn(OP_EXIT, 0)));
    mn_forth_label(vm);
    vm->headers[vm->defining - 1].flags &= (uint8_t)~FLAG_HIDDEN;
    vm->latest = vm->defining;
    vm->defining = vm->nest_count = vm->local_count = 0;
    vm->data[VAR_STATE] = 0;
    return 0;
}

int32_t mn_forth_w_exit(struct mn_forth *vm)
{
    TRY(mn_forth_leave_locals(vm));
    return mn_forth_emit(vm, insn(OP_EXIT, 0));
}

int32_t mn_forth_w_recurse(struct mn_forth *vm)
{
    if (!vm->defining)
        return E_COMPILE_ONLY;
    return mn_forth_emit(vm, vm->headers[vm->defining - 1].insn);
}

int32_t mn_forth_w_immediate(struct mn_forth *vm)
{
    if (vm->latest)
        vm->headers[vm->latest - 1].flags |= MN_FORTH_IMMEDIATE;
    return 0;
}

int32_t mn_forth_w_create(struct mn_forth *vm)
{
    uint32_t index;
    return name_cells(vm, KIND_CREATE, 0, OP_LIT, &index);
}

int32_t mn_forth_w_does(struct mn_forth *vm)
{
    TRY(mn_forth_leave_locals(vm));
    vm->local_count = 0;
    TRY(mn_forth_emit(vm, insn(OP_WORD, B_set_does)));
    TRY(mn_forth_emit(vm, insn(OP_EXIT, 0)));
    mn_forth_label(vm);
    return 0;
}

/* Runs in the defining word; behind it is its EXIT, behind that what the new word does. */
int32_t mn_forth_w_set_does(struct mn_forth *vm)
{
    if (!vm->latest || vm->ip + 1 >= vm->code_words)
        return E_NO_NAME;
    struct mn_forth_header *header = &vm->headers[vm->latest - 1];
    if (header->kind != KIND_CREATE)
        return E_BODY;
    header->does = vm->ip + 1;
    header->insn = insn(OP_DOES, (int32_t)(vm->latest - 1));
    return 0;
}

int32_t mn_forth_w_variable(struct mn_forth *vm)
{
    uint32_t index;
    return name_cells(vm, KIND_CREATE, 1, OP_LIT, &index);
}

int32_t mn_forth_w_d_variable(struct mn_forth *vm)
{
    uint32_t index;
    return name_cells(vm, KIND_CREATE, 2, OP_LIT, &index);
}

int32_t mn_forth_w_constant(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    uint32_t index;
    TRY(name_header(vm, KIND_CONSTANT, &header));
    if (fits_operand(TOP(0))) {
        header->insn = insn(OP_LIT, (int32_t)pop(vm));
        return 0;
    }
    TRY(body(vm, 1, &index));
    vm->data[index] = pop(vm);
    header->insn = insn(OP_FETCHA, (int32_t)index);
    return 0;
}

int32_t mn_forth_w_d_constant(struct mn_forth *vm)
{
    uint32_t index;
    TRY(name_cells(vm, KIND_CONSTANT, 2, OP_DFETCHA, &index));
    vm->data[index] = pop(vm);
    vm->data[index + 1] = pop(vm);
    return 0;
}

int32_t mn_forth_w_value(struct mn_forth *vm)
{
    uint32_t index;
    TRY(name_cells(vm, KIND_VALUE, 1, OP_FETCHA, &index));
    vm->data[index] = pop(vm);
    return 0;
}

int32_t mn_forth_w_d_value(struct mn_forth *vm)
{
    uint32_t index;
    TRY(name_cells(vm, KIND_DVALUE, 2, OP_DFETCHA, &index));
    vm->data[index] = pop(vm);
    vm->data[index + 1] = pop(vm);
    return 0;
}

int32_t mn_forth_w_to(struct mn_forth *vm)
{
    struct word_view view;
    uint32_t address, count;
    int32_t distance;
    bool compiles = shall_compile(vm);
    const uint8_t *name = mn_forth_token(vm, &address, &count);
    if (compiles && vm->local_count && mn_forth_local(vm, name, count, &distance))
        return mn_forth_emit(vm, insn(OP_TOLOCAL, distance));
    if (!mn_forth_lookup(vm, name, count, &view))
        return E_UNDEFINED;
    uint32_t kind = view.header ? view.header->kind : KIND_COLON;
    if (kind != KIND_VALUE && kind != KIND_DVALUE)
        return E_TO_NAME;
    int32_t index = operand_of(view.insn);
    if (compiles)
        return mn_forth_emit(vm, insn(kind == KIND_VALUE ? OP_STOREA : OP_DSTOREA, index));
    if (depth_of(vm) < (kind == KIND_VALUE ? 1u : 2u))
        return E_UNDERFLOW;
    vm->data[index] = pop(vm);
    if (kind == KIND_DVALUE)
        vm->data[index + 1] = pop(vm);
    return 0;
}

int32_t mn_forth_w_buffer(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    uint32_t index, bytes = pop(vm);
    TRY(name_header(vm, KIND_CREATE, &header));
    header->insn = insn(OP_LIT, (int32_t)header->body);
    if (bytes > vm->data_bytes) {
        mn_forth_forget(vm, vm->header_count - 1);
        return E_DICT_FULL;
    }
    return body(vm, (bytes + 3) / 4, &index);
}

/* array name n: n cells. The number follows the name. */
int32_t mn_forth_w_array(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    uint32_t address, count, index;
    uint64_t cells;
    bool is_double;
    TRY(name_header(vm, KIND_CREATE, &header));
    header->insn = insn(OP_LIT, (int32_t)header->body);
    const uint8_t *text = mn_forth_token(vm, &address, &count);
    if (!mn_forth_number(vm, text, count, &cells, &is_double)) {
        mn_forth_forget(vm, vm->header_count - 1);
        return E_NUMBER;
    }
    return body(vm, cells < UINT32_MAX ? (uint32_t)cells : UINT32_MAX, &index);
}

int32_t mn_forth_w_defer(struct mn_forth *vm)
{
    uint32_t index;
    TRY(name_cells(vm, KIND_DEFER, 1, OP_DEFER, &index));
    vm->data[index] = XT_BASE + B_undeferred;
    return 0;
}

int32_t mn_forth_w_undeferred(struct mn_forth *vm)
{
    (void)vm;
    return E_XT;
}

/* The cell of the deferred word that the input names. */
static int32_t deferred(struct mn_forth *vm, int32_t *index)
{
    struct word_view view;
    TRY(mn_forth_find_next(vm, &view));
    if (!view.header || view.header->kind != KIND_DEFER)
        return E_TO_NAME;
    *index = operand_of(view.insn);
    return 0;
}

int32_t mn_forth_w_is(struct mn_forth *vm)
{
    int32_t index;
    bool compiles = shall_compile(vm);
    TRY(deferred(vm, &index));
    if (compiles)
        return mn_forth_emit(vm, insn(OP_STOREA, index));
    if (depth_of(vm) == 0)
        return E_UNDERFLOW;
    vm->data[index] = pop(vm);
    return 0;
}

int32_t mn_forth_w_action_of(struct mn_forth *vm)
{
    int32_t index;
    bool compiles = shall_compile(vm);
    TRY(deferred(vm, &index));
    if (compiles)
        return mn_forth_emit(vm, insn(OP_FETCHA, index));
    push(vm, vm->data[index]);
    return 0;
}

int32_t mn_forth_w_defer_fetch(struct mn_forth *vm)
{
    struct word_view view;
    if (!mn_forth_view_xt(vm, TOP(0), &view))
        return E_XT;
    if (!view.header || view.header->kind != KIND_DEFER)
        return E_TO_NAME;
    TOP(0) = vm->data[operand_of(view.insn)];
    return 0;
}

int32_t mn_forth_w_defer_store(struct mn_forth *vm)
{
    struct word_view view;
    if (!mn_forth_view_xt(vm, pop(vm), &view))
        return E_XT;
    if (!view.header || view.header->kind != KIND_DEFER)
        return E_TO_NAME;
    vm->data[operand_of(view.insn)] = pop(vm);
    return 0;
}

/* The search order as it is, in the data of the newest word. */
static int32_t keep_order(struct mn_forth *vm)
{
    uint32_t at;
    TRY(body(vm, 2 + vm->order_count, &at));
    vm->data[at] = vm->current;
    vm->data[at + 1] = vm->order_count;
    memcpy(&vm->data[at + 2], vm->order, vm->order_count * sizeof *vm->order);
    return 0;
}

/* Puts it back; a program may have written over it, so only word lists that exist count. */
static void restore_order(struct mn_forth *vm, uint32_t at)
{
    uint32_t count = vm->data[at + 1];
    vm->current = vm->data[at] < vm->list_count ? vm->data[at] : 0;
    vm->order_count = 0;
    for (uint32_t i = 0; i < count && i < MN_FORTH_ORDER && at + 2 + i < vm->data_cells; i++) {
        if (vm->data[at + 2 + i] < vm->list_count)
            vm->order[vm->order_count++] = vm->data[at + 2 + i];
    }
}

int32_t mn_forth_w_marker(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    TRY(name_header(vm, KIND_MARKER, &header));
    TRY(keep_order(vm));
    header->body = vm->header_count - 1; /* its own index is what its code finds on the stack */
    header->does = CODE_MARKER;
    header->insn = insn(OP_DOES, (int32_t)header->body);
    return 0;
}

int32_t mn_forth_w_run_marker(struct mn_forth *vm)
{
    uint32_t index = pop(vm);
    if (index >= vm->header_count || vm->headers[index].kind != KIND_MARKER)
        return E_FORGET;
    uint32_t kept = cell_index((vm->headers[index].here + 3) & ~3u);
    mn_forth_forget(vm, index);
    restore_order(vm, kept);
    return 0;
}

int32_t mn_forth_w_forget(struct mn_forth *vm)
{
    struct word_view view;
    TRY(mn_forth_find_next(vm, &view));
    if (!view.header)
        return E_FORGET;
    mn_forth_forget(vm, view.index - mn_forth_fixed_count(vm));
    return 0;
}

int32_t mn_forth_w_synonym(struct mn_forth *vm)
{
    struct mn_forth_header *header;
    struct word_view view;
    TRY(name_header(vm, KIND_SYNONYM, &header));
    header->flags = FLAG_HIDDEN; /* `synonym x x` means the older one */
    int32_t error = mn_forth_find_next(vm, &view);
    if (error) {
        mn_forth_forget(vm, vm->header_count - 1);
        return error;
    }
    header->flags = (uint8_t)view.flags;
    header->insn = view.insn;
    if (view.header) {
        header->body = view.header->body;
        header->does = view.header->does;
        if (view.header->kind != KIND_COLON)
            header->kind = view.header->kind;
    }
    return 0;
}

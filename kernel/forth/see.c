/* see.c — shows the code of a word, one instruction at a time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

static void put_name(struct mn_forth *vm, const struct mn_forth_header *header)
{
    if (header->count)
        mn_forth_put_bytes(vm, (const uint8_t *)vm->headers + header->name, header->count);
    else
        mn_forth_put(vm, ":noname");
}

static void put_value(struct mn_forth *vm, uint32_t word)
{
    enum op op = op_of(word);
    if (op != OP_LIT && op != OP_FETCHA)
        return;
    uint32_t operand = (uint32_t)operand_of(word);
    mn_forth_put_number(vm, op == OP_LIT ? operand : vm->data[operand], true);
    mn_forth_put(vm, " ");
}

/* Leaves where its code begins and ends; prints what has none. */
int32_t mn_forth_w_see_begin(struct mn_forth *vm)
{
    struct word_view view;
    if (!mn_forth_room(vm, 79))
        return MN_FORTH_WAIT;
    int32_t error = mn_forth_find_next(vm, &view);
    if (error)
        return error;
    mn_forth_put(vm, "\n");
    uint32_t from = 0, to = 0;
    if (!view.header) {
        mn_forth_put_bytes(vm, view.name, view.count < 32 ? view.count : 32);
        mn_forth_put(vm, " is built in ");
    } else if (op_of(view.insn) == OP_CALL) {
        mn_forth_put(vm, ": ");
        put_name(vm, view.header);
        from = (uint32_t)operand_of(view.insn);
        to = vm->code_here;
        for (uint32_t i = 0; i < vm->header_count; i++)
            if (vm->headers[i].code_here > from && vm->headers[i].code_here < to)
                to = vm->headers[i].code_here;
    } else {
        if (view.header->kind == KIND_CONSTANT || view.header->kind == KIND_VALUE)
            put_value(vm, view.insn);
        static const char *const kinds[] = {"colon ", "create ", "constant ", "value ",
                                            "2value ", "defer ", "marker ", "synonym "};
        mn_forth_put(vm, kinds[view.header->kind]);
        put_name(vm, view.header);
        if (op_of(view.insn) == OP_DOES && view.header->kind == KIND_CREATE) {
            from = view.header->does;
            to = vm->code_here;
            mn_forth_put(vm, " does>");
        }
    }
    push(vm, from);
    push(vm, to);
    return 0;
}

static void put_called(struct mn_forth *vm, uint32_t word)
{
    for (uint32_t i = vm->header_count; i > 0; i--)
        if (vm->headers[i - 1].insn == word) {
            put_name(vm, &vm->headers[i - 1]);
            return;
        }
    mn_forth_put(vm, "(system)");
}

static void put_insn(struct mn_forth *vm, uint32_t word)
{
    enum op op = op_of(word);
    int32_t operand = operand_of(word);
    if (op == OP_CALL || op == OP_DOES || op == OP_DEFER) {
        put_called(vm, word);
    } else if (op == OP_WORD) {
        mn_forth_put(vm, mn_forth_builtins[operand].name);
    } else if (op == OP_HOST) {
        const char *name = vm->host[operand].name;
        uint32_t count = mn_str_of(name).count;
        mn_forth_put_bytes(vm, (const uint8_t *)name, count < 32 ? count : 32);
    } else if (op == OP_LIT) {
        mn_forth_put_number(vm, (uint32_t)operand, true);
    } else {
        mn_forth_put(vm, mn_forth_op_name(op));
        if (operand) {
            mn_forth_put(vm, " ");
            mn_forth_put_number(vm, (uint32_t)operand, true);
        }
    }
}

int32_t mn_forth_w_see_step(struct mn_forth *vm)
{
    uint32_t at = TOP(1), to = TOP(0);
    if (!mn_forth_room(vm, 64))
        return MN_FORTH_WAIT;
    if (at >= to || to >= vm->code_words) {
        vm->sp -= 2;
        return 0;
    }
    mn_forth_put(vm, "\n  ");
    mn_forth_put_number(vm, at, false);
    mn_forth_put(vm, "  ");
    uint32_t word = vm->code[at++], next = vm->code[at];
    if (op_of(word) == OP_LIT && op_of(next) == OP_LITHI)
        mn_forth_put_number(vm, word >> 8 | (uint32_t)operand_of(next) << 24, true);
    else
        put_insn(vm, word);
    TOP(1) = at + (op_of(word) == OP_LIT && op_of(next) == OP_LITHI);
    return MN_FORTH_AGAIN;
}

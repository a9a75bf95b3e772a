/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_check.h"

#include "../../kernel/forth/vm.h"

static bool is_jump(enum op op)
{
    return op == OP_CALL || op == OP_BRANCH || op == OP_BRZ || op == OP_OF || op == OP_QDO ||
           op == OP_LOOP || op == OP_PLOOP;
}

/* What must stand behind a merged instruction, or OP_TRAP if it is none. */
static enum op follower(enum op op)
{
    if ((op >= OP_EQ_BRZ && op <= OP_DDUP_UGT_BRZ) || op == OP_DUP_BRZ || op == OP_QDUP_BRZ)
        return OP_BRZ;
    if (op >= OP_ADD_LOOP && op <= OP_DROP_LOOP)
        return OP_LOOP;
    return op == OP_PLOOPI ? OP_PLOOP : OP_TRAP;
}

static const char *check_insn(const struct mn_forth *vm, uint32_t word, uint32_t next)
{
    enum op op = op_of(word);
    uint32_t operand = (uint32_t)operand_of(word);
    if (op >= OPS)
        return "no such operation";
    if (is_jump(op) && operand >= vm->code_words)
        return "jump out of the code";
    if (op == OP_WORD && operand >= mn_forth_builtin_count)
        return "no such built-in";
    if (op == OP_WORD && !mn_forth_builtins[operand].run)
        return "built-in without a function";
    if (op == OP_HOST && operand >= vm->host_count)
        return "no such host word";
    if ((op == OP_FETCHA || op == OP_STOREA || op == OP_ADDSTOREA || op == OP_DEFER) &&
        operand >= vm->data_cells)
        return "cell out of data space";
    if ((op == OP_DFETCHA || op == OP_DSTOREA) && operand + 1 >= vm->data_cells)
        return "double cell out of data space";
    if ((op == OP_SHLI || op == OP_SHRI || op == OP_SARI) && operand > 31)
        return "shift too far";
    if (op == OP_ENTER && (operand & 0xff) > operand >> 8)
        return "more locals given than there are";
    if ((op == OP_LOCAL || op == OP_TOLOCAL || op == OP_LEAVE) && operand > MN_FORTH_LOCALS)
        return "no such local";
    if (follower(op) != OP_TRAP && op_of(next) != follower(op))
        return "merged instruction alone";
    return NULL;
}

static const char *check_headers(const struct mn_forth *vm)
{
    uint32_t all = mn_forth_fixed_count(vm) + vm->header_count;
    if (vm->header_count * sizeof *vm->headers > vm->names_low)
        return "headers and names overlap";
    for (uint32_t i = 0; i < vm->header_count; i++) {
        const struct mn_forth_header *header = &vm->headers[i];
        const char *wrong = check_insn(vm, header->insn, 0);
        if (wrong)
            return wrong;
        if (header->name < vm->names_low || header->name + header->count > vm->header_bytes)
            return "name out of its block";
        if (header->link > all || header->does >= vm->code_words)
            return "link or code out of range";
    }
    for (uint32_t i = 0; i < MN_FORTH_BUCKETS; i++)
        if (vm->buckets[i] > all)
            return "bucket out of range";
    return NULL;
}

const char *forth_check(const struct mn_forth *vm)
{
    if (vm->sp < vm->stack || vm->sp > vm->stack_top)
        return "data stack out of its place";
    if (vm->rp < vm->returns || vm->rp > vm->returns_top)
        return "return stack out of its place";
    if (vm->lp < vm->locals || vm->lp > vm->locals_top)
        return "locals out of their place";
    if (vm->here < at_pad(vm) + PAD_BYTES || vm->here > data_end(vm))
        return "here out of data space";
    if (vm->code_here < CODE_START || vm->code_here > vm->code_words - 2 ||
        vm->fuse_from > vm->code_here || vm->ip >= vm->code_words)
        return "code index out of range";
    if (vm->code[vm->code_words - 1] != OP_TRAP)
        return "code without an end";
    if (vm->nest_count > MN_FORTH_NESTED || vm->local_count > MN_FORTH_LOCALS ||
        vm->order_count > MN_FORTH_ORDER || vm->defining > vm->header_count ||
        vm->latest > vm->header_count)
        return "count out of range";
    for (uint32_t i = 0; i + 1 < vm->code_words; i++) {
        const char *wrong = check_insn(vm, vm->code[i], vm->code[i + 1]);
        if (wrong)
            return wrong;
    }
    return check_headers(vm);
}

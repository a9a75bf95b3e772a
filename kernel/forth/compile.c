/* compile.c — appends instructions to the code, merging each with the one before where that
 * makes a faster one.
 *
 * What programs compile with cannot be trusted, so every operand is checked here or made here.
 * A merge never reaches across `fuse_from`, the last place that something may jump to.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

/* first, then second: together third, which takes the operand of whichever has one */
static const struct {
    uint8_t first, second, both;
} merges[] = {
    {OP_DUP, OP_ADDI, OP_DUPADDI},     {OP_OVER, OP_ADD, OP_OVERADD},
    {OP_SWAP, OP_SUB, OP_RSUB},        {OP_SWAP, OP_DROP, OP_NIP},
    {OP_SWAP, OP_OVER, OP_TUCK},       {OP_OVER, OP_OVER, OP_DDUP},
    {OP_DROP, OP_DROP, OP_DDROP},      {OP_I, OP_ADD, OP_IADD},
    {OP_I, OP_ADDI, OP_IADDI},         {OP_DUP, OP_ADD, OP_DUPADD},
    {OP_DUP, OP_MUL, OP_DUPMUL},       {OP_DROP, OP_LIT, OP_SETLIT},
    {OP_ADD, OP_FETCH, OP_ADDFETCH},   {OP_ADD, OP_CFETCH, OP_ADDCFETCH},
    {OP_ADD, OP_CSTORE, OP_ADDCSTORE}, {OP_ADDI, OP_FETCH, OP_ADDIFETCH},
    {OP_ADDI, OP_CFETCH, OP_ADDICFETCH}, {OP_ADDI, OP_CSTORE, OP_ADDICSTORE},
    {OP_INDEX, OP_FETCH, OP_INDEXFETCH}, {OP_INDEXA, OP_FETCH, OP_INDEXAFETCH},
    {OP_INDEXA, OP_STORE, OP_INDEXASTORE}, {OP_OVER, OP_FETCH, OP_OVERFETCH},
    {OP_DUP, OP_FETCH, OP_DUPFETCH},   {OP_I, OP_FETCH, OP_IFETCH},
    {OP_I, OP_CFETCH, OP_ICFETCH},     {OP_DUP, OP_TOR, OP_DUPTOR},
    {OP_RFROM, OP_DROP, OP_RDROP},     {OP_SWAP, OP_ADD, OP_ADD},
    {OP_SWAP, OP_AND, OP_AND},         {OP_SWAP, OP_OR, OP_OR},
    {OP_ROT, OP_ROT, OP_NROT},         {OP_RFROM, OP_ADD, OP_RADD},
};

/* An operation on a literal and one that has it as operand. */
static const struct {
    uint8_t plain, with_operand;
} with_literal[] = {
    {OP_ADD, OP_ADDI}, {OP_MUL, OP_MULI}, {OP_AND, OP_ANDI}, {OP_OR, OP_ORI},
    {OP_XOR, OP_XORI}, {OP_EQ, OP_EQI},   {OP_NE, OP_NEI},   {OP_LT, OP_LTI},
    {OP_GT, OP_GTI},   {OP_ULT, OP_ULTI}, {OP_UGT, OP_UGTI},
};

/* An operation on a literal address and one that has the cell's index as operand. */
static const struct {
    uint8_t plain, with_index, cells;
} with_address[] = {
    {OP_FETCH, OP_FETCHA, 1},   {OP_STORE, OP_STOREA, 1},   {OP_ADDSTORE, OP_ADDSTOREA, 1},
    {OP_DFETCH, OP_DFETCHA, 2}, {OP_DSTORE, OP_DSTOREA, 2},
};

static uint32_t merge_address(const struct mn_forth *vm, uint32_t value, enum op op)
{
    uint32_t index = cell_index(value);
    for (uint32_t i = 0; i < MN_COUNT_OF(with_address); i++)
        if (with_address[i].plain == op && index < vm->data_cells &&
            index + with_address[i].cells <= vm->data_cells)
            return insn((enum op)with_address[i].with_index, (int32_t)index);
    return 0;
}

/* A literal and an operation on it, or 0. */
static uint32_t merge_literal(const struct mn_forth *vm, uint32_t value, uint32_t second)
{
    enum op op = op_of(second);
    for (uint32_t i = 0; i < MN_COUNT_OF(with_literal); i++)
        if (with_literal[i].plain == op)
            return insn((enum op)with_literal[i].with_operand, (int32_t)value);
    if (op == OP_PICK)
        return insn(OP_PICKI, (int32_t)value);
    if (op == OP_SUB && fits_operand(0 - value))
        return insn(OP_ADDI, (int32_t)(0 - value));
    if ((op == OP_SHL || op == OP_SHR || op == OP_SAR) && value < 32)
        return insn((enum op)(op - OP_SHL + OP_SHLI), (int32_t)value);
    if (op == OP_ADDI && fits_operand(value + (uint32_t)operand_of(second)))
        return insn(OP_LIT, (int32_t)value + operand_of(second));
    if (op == OP_SHLI && value < 0x800000u >> operand_of(second) && operand_of(second) < 23)
        return insn(OP_LIT, (int32_t)(value << operand_of(second)));
    return merge_address(vm, value, op);
}

static uint32_t merge(const struct mn_forth *vm, uint32_t first, uint32_t second)
{
    enum op op = op_of(first), next = op_of(second);
    if (op == OP_LIT)
        return merge_literal(vm, (uint32_t)operand_of(first), second);
    if (op == OP_SHLI && operand_of(first) == 2 && next == OP_ADD)
        return insn(OP_INDEX, 0);
    if (op == OP_SHLI && operand_of(first) == 2 && next == OP_ADDI)
        return insn(OP_INDEXA, operand_of(second));
    if (op == OP_ADDI && next == OP_ADDI &&
        fits_operand((uint32_t)(operand_of(first) + operand_of(second))))
        return insn(OP_ADDI, operand_of(first) + operand_of(second));
    for (uint32_t i = 0; i < MN_COUNT_OF(merges); i++)
        if (merges[i].first == op && merges[i].second == next)
            return insn((enum op)merges[i].both, operand_of(first) | operand_of(second));
    return 0;
}

static bool may_merge(const struct mn_forth *vm, uint32_t back)
{
    return vm->code_here - vm->fuse_from >= back;
}

/* Before a BRZ: makes the comparison in front of it jump by itself. */
static void merge_jump(struct mn_forth *vm)
{
    if (!may_merge(vm, 1))
        return;
    uint32_t *last = &vm->code[vm->code_here - 1], word = *last;
    enum op op = op_of(word), before = may_merge(vm, 2) ? op_of(last[-1]) : OP_TRAP;
    uint32_t which;
    if (op == OP_DUP || op == OP_QDUP) {
        *last = insn(op == OP_DUP ? OP_DUP_BRZ : OP_QDUP_BRZ, 0);
    } else if (op >= OP_EQ && op <= OP_UGT) {
        which = (uint32_t)(op - OP_EQ);
        if (before == OP_DDUP)
            *--last = insn((enum op)(OP_DDUP_EQ_BRZ + which), 0);
        else
            *last = insn((enum op)(OP_EQ_BRZ + which), 0);
    } else if (op >= OP_EQI && op <= OP_UGTI) {
        which = (uint32_t)(op - OP_EQI);
        if (before == OP_DUP)
            *--last = insn((enum op)(OP_DUP_EQI_BRZ + which), operand_of(word));
        else
            *last = insn((enum op)(OP_EQI_BRZ + which), operand_of(word));
    }
    vm->code_here = (uint32_t)(last - vm->code) + 1;
}

/* Before a LOOP, likewise. */
static void merge_loop(struct mn_forth *vm)
{
    static const struct {
        uint8_t plain, looping;
    } loops[] = {
        {OP_ADD, OP_ADD_LOOP}, {OP_ADDI, OP_ADDI_LOOP}, {OP_IADD, OP_IADD_LOOP},
        {OP_DROP, OP_DROP_LOOP},
    };
    if (!may_merge(vm, 1))
        return;
    uint32_t *last = &vm->code[vm->code_here - 1];
    for (uint32_t i = 0; i < MN_COUNT_OF(loops); i++)
        if (loops[i].plain == op_of(*last)) {
            *last = insn((enum op)loops[i].looping, operand_of(*last));
            return;
        }
}

int32_t mn_forth_emit(struct mn_forth *vm, uint32_t word)
{
    enum op op = op_of(word);
    if (op == OP_NOP)
        return 0;
    if (vm->code_here >= vm->code_words - 2) /* first of all: a merge is never left half done */
        return E_DICT_FULL;
    if (op == OP_BRZ) {
        merge_jump(vm);
    } else if (op == OP_LOOP) {
        merge_loop(vm);
    } else if (op == OP_PLOOP && may_merge(vm, 1) &&
               op_of(vm->code[vm->code_here - 1]) == OP_LIT) {
        vm->code[vm->code_here - 1] =
            insn(OP_PLOOPI, operand_of(vm->code[vm->code_here - 1]));
    } else {
        uint32_t both;
        while (may_merge(vm, 1) && (both = merge(vm, vm->code[vm->code_here - 1], word))) {
            vm->code_here--; /* and try again with the one before */
            word = both;
        }
    }
    vm->code[vm->code_here++] = word;
    return 0;
}

void mn_forth_label(struct mn_forth *vm)
{
    vm->fuse_from = vm->code_here;
}

int32_t mn_forth_literal(struct mn_forth *vm, uint32_t value)
{
    if (fits_operand(value))
        return mn_forth_emit(vm, insn(OP_LIT, (int32_t)value));
    int32_t error = mn_forth_emit(vm, insn(OP_LIT, (int32_t)value));
    return error ? error : mn_forth_emit(vm, insn(OP_LITHI, (int32_t)(value >> 24)));
}

int32_t mn_forth_compile(struct mn_forth *vm, const struct word_view *view)
{
    return mn_forth_emit(vm, view->insn);
}

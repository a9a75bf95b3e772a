/* control.c — control structures: jumps, compiled.
 *
 * Open structures stand on a stack of their own, out of reach of programs. Each entry says what
 * it is; what does not match is refused, and a jump is patched only if it is one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

int32_t mn_forth_nest(struct mn_forth *vm, uint32_t kind, uint32_t at)
{
    if (vm->nest_count == MN_FORTH_NESTED)
        return E_CONTROL;
    vm->nest[vm->nest_count++] = (struct mn_forth_nest){.kind = kind, .at = at};
    return 0;
}

static struct mn_forth_nest *unnest(struct mn_forth *vm, uint32_t kind)
{
    if (vm->nest_count == 0 || vm->nest[vm->nest_count - 1].kind != kind)
        return NULL;
    return &vm->nest[--vm->nest_count];
}

static int32_t patch(struct mn_forth *vm, uint32_t at, uint32_t target)
{
    enum op op = at < vm->code_here ? op_of(vm->code[at]) : OP_TRAP;
    if (op != OP_BRANCH && op != OP_BRZ && op != OP_OF && op != OP_QDO)
        return E_CONTROL; /* the definition was forgotten in between */
    vm->code[at] = insn(op, (int32_t)target);
    return 0;
}

/* Compiles a jump to a place not yet known and opens an entry for it. */
static int32_t jump_ahead(struct mn_forth *vm, enum op op, uint32_t kind)
{
    TRY(mn_forth_emit(vm, insn(op, 0)));
    return mn_forth_nest(vm, kind, vm->code_here - 1);
}

static int32_t land(struct mn_forth *vm, uint32_t kind)
{
    struct mn_forth_nest *nest = unnest(vm, kind);
    if (!nest)
        return E_CONTROL;
    mn_forth_label(vm);
    return patch(vm, nest->at, vm->code_here);
}

static int32_t jump_back(struct mn_forth *vm, enum op op)
{
    struct mn_forth_nest *nest = unnest(vm, NEST_DEST);
    if (!nest)
        return E_CONTROL;
    return mn_forth_emit(vm, insn(op, (int32_t)nest->at));
}

static void swap_top(struct mn_forth *vm)
{
    struct mn_forth_nest *top = &vm->nest[vm->nest_count - 1], saved = *top;
    *top = top[-1];
    top[-1] = saved;
}

int32_t mn_forth_w_if(struct mn_forth *vm)
{
    return jump_ahead(vm, OP_BRZ, NEST_ORIG);
}

int32_t mn_forth_w_ahead(struct mn_forth *vm)
{
    return jump_ahead(vm, OP_BRANCH, NEST_ORIG);
}

int32_t mn_forth_w_else(struct mn_forth *vm)
{
    if (vm->nest_count == 0 || vm->nest[vm->nest_count - 1].kind != NEST_ORIG)
        return E_CONTROL;
    TRY(jump_ahead(vm, OP_BRANCH, NEST_ORIG));
    swap_top(vm);
    return land(vm, NEST_ORIG);
}

int32_t mn_forth_w_then(struct mn_forth *vm)
{
    return land(vm, NEST_ORIG);
}

int32_t mn_forth_w_begin(struct mn_forth *vm)
{
    mn_forth_label(vm);
    return mn_forth_nest(vm, NEST_DEST, vm->code_here);
}

int32_t mn_forth_w_while(struct mn_forth *vm)
{
    if (vm->nest_count == 0 || vm->nest[vm->nest_count - 1].kind == NEST_COLON)
        return E_CONTROL;
    TRY(jump_ahead(vm, OP_BRZ, NEST_ORIG));
    swap_top(vm);
    return 0;
}

int32_t mn_forth_w_repeat(struct mn_forth *vm)
{
    TRY(jump_back(vm, OP_BRANCH));
    return land(vm, NEST_ORIG);
}

int32_t mn_forth_w_until(struct mn_forth *vm)
{
    return jump_back(vm, OP_BRZ);
}

int32_t mn_forth_w_again(struct mn_forth *vm)
{
    return jump_back(vm, OP_BRANCH);
}

/* The jumps of LEAVE form a chain through their operands until LOOP knows where to. A ?DO is the
 * first of its chain. */
static int32_t open_loop(struct mn_forth *vm, enum op op)
{
    TRY(mn_forth_emit(vm, insn(op, 0)));
    TRY(mn_forth_nest(vm, NEST_DO, vm->code_here));
    vm->nest[vm->nest_count - 1].leaves = vm->leaves;
    vm->leaves = op == OP_QDO ? vm->code_here - 1 : 0;
    mn_forth_label(vm);
    return 0;
}

static int32_t close_loop(struct mn_forth *vm, enum op op)
{
    struct mn_forth_nest *nest = unnest(vm, NEST_DO);
    if (!nest)
        return E_CONTROL;
    TRY(mn_forth_emit(vm, insn(op, (int32_t)nest->at)));
    mn_forth_label(vm);
    uint32_t at = vm->leaves;
    vm->leaves = nest->leaves;
    while (at) {
        uint32_t next = at < vm->code_here ? (uint32_t)operand_of(vm->code[at]) : 0;
        TRY(patch(vm, at, vm->code_here));
        at = next < at ? next : 0;
    }
    return 0;
}

int32_t mn_forth_w_do(struct mn_forth *vm)
{
    return open_loop(vm, OP_DO);
}

int32_t mn_forth_w_qdo(struct mn_forth *vm)
{
    return open_loop(vm, OP_QDO);
}

int32_t mn_forth_w_loop(struct mn_forth *vm)
{
    return close_loop(vm, OP_LOOP);
}

int32_t mn_forth_w_plus_loop(struct mn_forth *vm)
{
    return close_loop(vm, OP_PLOOP);
}

int32_t mn_forth_w_leave(struct mn_forth *vm)
{
    uint32_t i = vm->nest_count;
    while (i > 0 && vm->nest[i - 1].kind != NEST_DO)
        i--;
    if (i == 0)
        return E_LOOP;
    TRY(mn_forth_emit(vm, insn(OP_UNLOOP, 0)));
    TRY(mn_forth_emit(vm, insn(OP_BRANCH, (int32_t)vm->leaves)));
    vm->leaves = vm->code_here - 1;
    return 0;
}

int32_t mn_forth_w_case(struct mn_forth *vm)
{
    return mn_forth_nest(vm, NEST_CASE, 0);
}

int32_t mn_forth_w_of(struct mn_forth *vm)
{
    return jump_ahead(vm, OP_OF, NEST_OF);
}

/* The jump to the end of the case comes below the OF that it ends, and stays open. */
int32_t mn_forth_w_endof(struct mn_forth *vm)
{
    if (vm->nest_count == 0 || vm->nest[vm->nest_count - 1].kind != NEST_OF)
        return E_CONTROL;
    TRY(jump_ahead(vm, OP_BRANCH, NEST_ORIG));
    swap_top(vm);
    return land(vm, NEST_OF);
}

int32_t mn_forth_w_endcase(struct mn_forth *vm)
{
    TRY(mn_forth_emit(vm, insn(OP_DROP, 0)));
    while (vm->nest_count && vm->nest[vm->nest_count - 1].kind == NEST_ORIG)
        TRY(land(vm, NEST_ORIG));
    return unnest(vm, NEST_CASE) ? 0 : E_CONTROL;
}

static struct mn_forth_nest *nested(struct mn_forth *vm, uint32_t deep)
{
    if (deep >= vm->nest_count)
        return NULL;
    struct mn_forth_nest *nest = &vm->nest[vm->nest_count - 1 - deep];
    return nest->kind == NEST_COLON ? NULL : nest;
}

int32_t mn_forth_w_cs_pick(struct mn_forth *vm)
{
    struct mn_forth_nest *nest = nested(vm, pop(vm));
    if (!nest || nest->kind == NEST_DO || vm->nest_count == MN_FORTH_NESTED)
        return E_CONTROL;
    vm->nest[vm->nest_count++] = *nest;
    return 0;
}

int32_t mn_forth_w_cs_roll(struct mn_forth *vm)
{
    uint32_t deep = pop(vm);
    struct mn_forth_nest *nest = nested(vm, deep);
    if (!nest)
        return E_CONTROL;
    struct mn_forth_nest rolled = *nest;
    memmove(nest, nest + 1, deep * sizeof *nest);
    vm->nest[vm->nest_count - 1] = rolled;
    return 0;
}

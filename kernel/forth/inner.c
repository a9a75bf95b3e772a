/* inner.c — runs instructions: the one loop in which programs spend their time.
 *
 * The top of the stack lives in `tos`, the rest in memory below `sp`; with an empty stack `tos`
 * holds nothing of meaning and sp is one below vm->stack, where a cell is spare. Every operation
 * looks whether the stacks hold what it takes and have room for what it leaves, before it changes
 * anything. Jumps, calls and returns count against the budget.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

/* Labels as values make a faster dispatch, one jump for each operation, where the compiler can:
 * clang cannot for WebAssembly. A test builds the other way with FORTH_SWITCH. */
#if defined(__GNUC__) && !defined(__wasm__) && !defined(FORTH_SWITCH)
#define FORTH_LABELS
#pragma GCC diagnostic ignored "-Wpedantic"
#define OP(name) at_##name:
#define DISPATCH goto *labels[(uint8_t)w]
#else
#define OP(name) case OP_##name:
#define DISPATCH goto dispatch
#endif

#define NEXT        \
    do {            \
        w = *ip++;  \
        DISPATCH;   \
    } while (0)
#define IMM operand_of(w)
#define FAULT(code_)    \
    do {                \
        fault = code_;  \
        goto faulted;   \
    } while (0)
/* As few instructions as each can have: `floor` is vm->stack, `ceiling` one below the top. */
#define NEED(n)                                                                          \
    do {                                                                                 \
        if (MN_UNLIKELY((n) == 1 ? sp < floor : (n) == 2 ? sp <= floor : sp - (n) + 2 <= floor)) \
            goto underflow;                                                              \
    } while (0)
#define ROOM(n)                                                                   \
    do {                                                                          \
        if (MN_UNLIKELY((n) == 1 ? sp >= ceiling : sp + (n) - 1 >= ceiling))      \
            goto overflow;                                                        \
    } while (0)
#define RNEED(n)                                                                  \
    do {                                                                          \
        if (MN_UNLIKELY((n) == 1 ? rp <= rfloor : rp - (n) + 1 <= rfloor))        \
            goto runderflow;                                                      \
    } while (0)
#define RROOM(n)                                                                  \
    do {                                                                          \
        if (MN_UNLIKELY((n) == 1 ? rp >= rceiling : rp + (n) > rceiling))         \
            goto roverflow;                                                       \
    } while (0)
#define PUSH(x)                 \
    do {                        \
        uint32_t pushed_ = (x); \
        *++sp = tos;            \
        tos = pushed_;          \
    } while (0)
#define STEP                        \
    do {                            \
        if (MN_UNLIKELY(--budget < 0)) \
            goto spent;             \
    } while (0)
#define SPILL                                  \
    do {                                       \
        *++sp = tos;                           \
        vm->sp = sp;                           \
        vm->rp = rp;                           \
        vm->ip = (uint32_t)(ip - code);        \
        vm->budget = budget;                   \
    } while (0)
#define FILL                     \
    do {                         \
        sp = vm->sp;             \
        tos = *sp--;             \
        rp = vm->rp;             \
        ip = code + vm->ip;      \
        budget = vm->budget;     \
    } while (0)
/* A cell's place in data space, checked. */
#define CELL_AT(index, address)                               \
    uint32_t crooked_##index = (address);                     \
    uint32_t index = cell_index(crooked_##index);             \
    do {                                                      \
        if (MN_UNLIKELY(index >= vm->data_cells)) {           \
            bad = crooked_##index;                            \
            goto bad_cell;                                    \
        }                                                     \
    } while (0)
#define BYTE_AT(index, address)                               \
    uint32_t index = (address) - ORIGIN;                      \
    do {                                                      \
        if (MN_UNLIKELY(index >= vm->data_bytes))             \
            FAULT(E_ADDRESS);                                 \
    } while (0)

/* May a return go to this place? */
static inline bool is_return_place(const struct mn_forth *vm, const uint32_t *code, uint32_t at)
{
    return at - 1 < vm->code_words - 1 && op_of(code[at - 1]) - 1u < OP_CALLS_MAX;
}

/* mn_forth_insn_of, with the words of programs first. */
static inline uint32_t find_insn(const struct mn_forth *vm, uint32_t first, uint32_t xt)
{
    uint32_t index = xt - first;
    return MN_LIKELY(index < vm->header_count) ? vm->headers[index].insn
                                               : mn_forth_insn_of(vm, xt);
}

enum mn_forth_status mn_forth_inner(struct mn_forth *vm)
{
#ifdef FORTH_LABELS
#define OP_LABEL_(name, text) &&at_##name,
    static const void *const labels[256] = {OP_MAP(OP_LABEL_)[OPS... 255] = &&at_TRAP};
#endif
    uint32_t *const code = vm->code, *const data = vm->data;
    uint8_t *const bytes = (uint8_t *)vm->data;
    const uint32_t first_xt = XT_BASE + mn_forth_fixed_count(vm);
    uint32_t *const floor = vm->stack, *const ceiling = vm->stack_top - 1;
    uint32_t *const rfloor = vm->returns, *const rceiling = vm->returns_top;
    uint32_t *ip, *sp, *rp, tos, w, bad;
    int32_t budget, fault;
    const struct mn_forth_word *word;

    FILL;
    if (!vm->resume)
        NEXT;
    w = vm->resume;
    vm->resume = 0;
    DISPATCH;

#ifndef FORTH_LABELS
dispatch:
    switch (op_of(w)) {
    default:
#endif
#include "ops_control.h"
#include "ops_stack.h"
#include "ops_math.h"
#include "ops_compare.h"
#include "ops_memory.h"
#ifndef FORTH_LABELS
    }
#endif

underflow:
    FAULT(E_UNDERFLOW);
overflow:
    FAULT(E_OVERFLOW);
runderflow:
    FAULT(E_RUNDERFLOW);
roverflow:
    FAULT(E_ROVERFLOW);
bad_cell:
    fault = bad - ORIGIN < vm->data_bytes && (bad & 3) ? E_ALIGN : E_ADDRESS;
faulted:
    SPILL;
    vm->fault = w;
    if (!mn_forth_raise(vm, fault))
        return MN_FORTH_ERROR;
    FILL;
    NEXT;

resume_later: /* the instruction in `w` is still to be done */
    vm->resume = w;
spent:
    SPILL;
    return MN_FORTH_BUDGET;
}

/* memory.c — data space: taking it, moving it, filling it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

/* Takes `bytes` of data space as they are. */
int32_t mn_forth_allot(struct mn_forth *vm, uint32_t bytes, uint32_t *address)
{
    if (bytes > data_end(vm) - vm->here)
        return E_DICT_FULL;
    *address = vm->here;
    vm->here += bytes;
    return 0;
}

void mn_forth_align(struct mn_forth *vm)
{
    while (vm->here & 3) /* the end of data space is aligned */
        *mn_forth_bytes(vm, vm->here++, 1) = 0;
}

int32_t mn_forth_w_here(struct mn_forth *vm)
{
    push(vm, vm->here);
    return 0;
}

int32_t mn_forth_w_allot(struct mn_forth *vm)
{
    int64_t here = (int64_t)vm->here + (int32_t)pop(vm);
    if (here < (int64_t)at_pad(vm) + PAD_BYTES || here > (int64_t)data_end(vm))
        return E_DICT_FULL;
    vm->here = (uint32_t)here;
    return 0;
}

int32_t mn_forth_w_comma(struct mn_forth *vm)
{
    uint32_t address = 0;
    if (vm->here & 3)
        return E_ALIGN;
    int32_t error = mn_forth_allot(vm, 4, &address);
    if (error)
        return error;
    vm->data[cell_index(address)] = pop(vm);
    return 0;
}

int32_t mn_forth_w_c_comma(struct mn_forth *vm)
{
    uint32_t address = 0;
    int32_t error = mn_forth_allot(vm, 1, &address);
    if (error)
        return error;
    *mn_forth_bytes(vm, address, 1) = (uint8_t)pop(vm);
    return 0;
}

int32_t mn_forth_w_align(struct mn_forth *vm)
{
    mn_forth_align(vm);
    return 0;
}

int32_t mn_forth_w_aligned(struct mn_forth *vm)
{
    TOP(0) = (TOP(0) + 3) & ~3u;
    return 0;
}

int32_t mn_forth_w_unused(struct mn_forth *vm)
{
    push(vm, data_end(vm) - vm->here);
    return 0;
}

int32_t mn_forth_w_pad(struct mn_forth *vm)
{
    push(vm, at_pad(vm));
    return 0;
}

static int32_t fill(struct mn_forth *vm, uint32_t address, uint32_t count, uint8_t byte)
{
    uint8_t *to = mn_forth_bytes(vm, address, count);
    if (count == 0)
        return 0;
    if (!to)
        return E_ADDRESS;
    charge(vm, count);
    memset(to, byte, count);
    return 0;
}

int32_t mn_forth_w_fill(struct mn_forth *vm)
{
    vm->sp -= 3;
    if ((int32_t)TOP(-2) <= 0) /* a negative count is none, as 0 */
        return 0;
    return fill(vm, TOP(-1), TOP(-2), (uint8_t)TOP(-3));
}

int32_t mn_forth_w_erase(struct mn_forth *vm)
{
    vm->sp -= 2;
    return fill(vm, TOP(-1), TOP(-2), 0);
}

int32_t mn_forth_w_blank(struct mn_forth *vm)
{
    vm->sp -= 2;
    return fill(vm, TOP(-1), TOP(-2), ' ');
}

/* Takes ( from to count ); false if there is nothing to do or `error` says why not. */
static bool take_move(struct mn_forth *vm, uint8_t **from, uint8_t **to, uint32_t *count,
                      int32_t *error)
{
    vm->sp -= 3;
    *count = TOP(-3);
    *from = mn_forth_bytes(vm, TOP(-1), *count);
    *to = mn_forth_bytes(vm, TOP(-2), *count);
    *error = *count && (!*from || !*to) ? E_ADDRESS : 0;
    charge(vm, *error ? 0 : *count);
    return *count && !*error;
}

int32_t mn_forth_w_move(struct mn_forth *vm)
{
    uint8_t *from, *to;
    uint32_t count;
    int32_t error;
    if (take_move(vm, &from, &to, &count, &error))
        memmove(to, from, count);
    return error;
}

/* Byte by byte upwards: with overlap it repeats the beginning, and programs rely on that. */
int32_t mn_forth_w_cmove(struct mn_forth *vm)
{
    uint8_t *from, *to;
    uint32_t count;
    int32_t error;
    if (take_move(vm, &from, &to, &count, &error))
        for (uint32_t i = 0; i < count; i++)
            to[i] = from[i];
    return error;
}

int32_t mn_forth_w_cmove_up(struct mn_forth *vm)
{
    uint8_t *from, *to;
    uint32_t count;
    int32_t error;
    if (take_move(vm, &from, &to, &count, &error))
        while (count--)
            to[count] = from[count];
    return error;
}

int32_t mn_forth_w_bounds(struct mn_forth *vm)
{
    uint32_t address = TOP(1);
    TOP(1) = address + TOP(0);
    TOP(0) = address;
    return 0;
}

int32_t mn_forth_w_roll(struct mn_forth *vm)
{
    uint32_t n = pop(vm);
    if (n >= depth_of(vm))
        return E_UNDERFLOW;
    uint32_t *deep = vm->sp - n, cell = *deep;
    memmove(deep, deep + 1, n * sizeof *deep);
    *vm->sp = cell;
    return 0;
}

int32_t mn_forth_w_n_to_r(struct mn_forth *vm)
{
    uint32_t n = TOP(0);
    if (n >= depth_of(vm))
        return E_UNDERFLOW;
    if ((uint32_t)(vm->returns_top - vm->rp) < n + 1)
        return E_ROVERFLOW;
    vm->sp -= n + 1;
    memcpy(vm->rp + 1, vm->sp + 1, (n + 1) * sizeof *vm->sp);
    vm->rp += n + 1;
    return 0;
}

int32_t mn_forth_w_n_r_from(struct mn_forth *vm)
{
    if (rdepth_of(vm) == 0 || *vm->rp >= rdepth_of(vm))
        return E_RUNDERFLOW;
    uint32_t n = *vm->rp;
    if ((uint32_t)(vm->stack_top - vm->sp) < n + 1)
        return E_OVERFLOW;
    vm->rp -= n + 1;
    memcpy(vm->sp + 1, vm->rp + 1, (n + 1) * sizeof *vm->sp);
    vm->sp += n + 1;
    return 0;
}

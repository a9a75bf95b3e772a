/* order.c — word lists and the order in which they are searched.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

int32_t mn_forth_w_forth_wordlist(struct mn_forth *vm)
{
    push(vm, LIST_BASE);
    return 0;
}

int32_t mn_forth_w_wordlist(struct mn_forth *vm)
{
    if (vm->list_count == MN_FORTH_LISTS)
        return E_LISTS;
    push(vm, LIST_BASE + vm->list_count++);
    return 0;
}

int32_t mn_forth_w_get_current(struct mn_forth *vm)
{
    push(vm, LIST_BASE + vm->current);
    return 0;
}

int32_t mn_forth_w_set_current(struct mn_forth *vm)
{
    uint32_t list = pop(vm) - LIST_BASE;
    if (list >= vm->list_count)
        return E_LISTS;
    vm->current = list;
    return 0;
}

int32_t mn_forth_w_get_order(struct mn_forth *vm)
{
    if ((uint32_t)(vm->stack_top - vm->sp) < vm->order_count + 1)
        return E_OVERFLOW;
    for (uint32_t i = vm->order_count; i > 0; i--)
        push(vm, LIST_BASE + vm->order[i - 1]);
    push(vm, vm->order_count);
    return 0;
}

int32_t mn_forth_w_only(struct mn_forth *vm)
{
    vm->order[0] = 0;
    vm->order_count = 1;
    return 0;
}

int32_t mn_forth_w_set_order(struct mn_forth *vm)
{
    uint32_t count = pop(vm);
    if (count == TRUE_CELL)
        return mn_forth_w_only(vm);
    if (count > MN_FORTH_ORDER)
        return E_ORDER_FULL;
    if (count > depth_of(vm))
        return E_UNDERFLOW;
    for (uint32_t i = 0; i < count; i++)
        if (vm->sp[-(int32_t)i] - LIST_BASE >= vm->list_count)
            return E_LISTS;
    for (uint32_t i = 0; i < count; i++)
        vm->order[i] = pop(vm) - LIST_BASE;
    vm->order_count = count;
    return 0;
}

int32_t mn_forth_w_definitions(struct mn_forth *vm)
{
    if (vm->order_count == 0)
        return E_ORDER_EMPTY;
    vm->current = vm->order[0];
    return 0;
}

int32_t mn_forth_w_also(struct mn_forth *vm)
{
    if (vm->order_count == 0)
        return E_ORDER_EMPTY;
    if (vm->order_count == MN_FORTH_ORDER)
        return E_ORDER_FULL;
    memmove(vm->order + 1, vm->order, vm->order_count * sizeof *vm->order);
    vm->order_count++;
    return 0;
}

int32_t mn_forth_w_forth(struct mn_forth *vm)
{
    vm->order[0] = 0;
    vm->order_count += vm->order_count == 0;
    return 0;
}

int32_t mn_forth_w_previous(struct mn_forth *vm)
{
    if (vm->order_count == 0)
        return E_ORDER_EMPTY;
    vm->order_count--;
    memmove(vm->order, vm->order + 1, vm->order_count * sizeof *vm->order);
    return 0;
}

/* ORDER prints one list at a time: the order from its front, then where definitions go. */
int32_t mn_forth_w_order_step(struct mn_forth *vm)
{
    uint32_t at = TOP(0);
    if (!mn_forth_room(vm, 40))
        return MN_FORTH_WAIT;
    bool is_last = at >= vm->order_count;
    uint32_t list = is_last ? vm->current : vm->order[at];
    mn_forth_put(vm, is_last ? " definitions: " : "");
    if (list == 0) {
        mn_forth_put(vm, "forth ");
    } else {
        mn_forth_put_number(vm, list, false);
        mn_forth_put(vm, " ");
    }
    TOP(0)
    ++;
    if (!is_last)
        return MN_FORTH_AGAIN;
    vm->sp--;
    return 0;
}

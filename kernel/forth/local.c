/* local.c — locals: names known while one definition is compiled, cells on a stack of their own.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

static uint8_t *slot(const struct mn_forth *vm, uint32_t index)
{
    return vm->local_names + index * (MN_FORTH_NAME + 1);
}

bool mn_forth_local(const struct mn_forth *vm, const uint8_t *name, uint32_t count,
                    int32_t *distance)
{
    if (vm->locals_open)
        return false;
    for (uint32_t i = vm->local_count; i > 0; i--) {
        const uint8_t *local = slot(vm, i - 1);
        if (local[0] == count && mn_forth_same(local + 1, name, count)) {
            *distance = (int32_t)(vm->local_count - i);
            return true;
        }
    }
    return false;
}

static int32_t add(struct mn_forth *vm, const uint8_t *name, uint32_t count)
{
    if (vm->local_count == MN_FORTH_LOCALS)
        return E_LOCALS;
    if (count > MN_FORTH_NAME)
        return E_NAME;
    uint8_t *local = slot(vm, vm->local_count++);
    local[0] = (uint8_t)count;
    memcpy(local + 1, name, count);
    return 0;
}

static void reverse(struct mn_forth *vm)
{
    uint8_t spare[MN_FORTH_NAME + 1];
    for (uint32_t low = 0, high = vm->local_count; low + 1 < high; low++) {
        high--;
        memcpy(spare, slot(vm, low), sizeof spare);
        memcpy(slot(vm, low), slot(vm, high), sizeof spare);
        memcpy(slot(vm, high), spare, sizeof spare);
    }
}

static int32_t enter(struct mn_forth *vm, uint32_t given)
{
    vm->locals_open = false;
    if (vm->local_count == 0)
        return 0;
    return mn_forth_emit(vm, insn(OP_ENTER, (int32_t)(vm->local_count << 8 | given)));
}

int32_t mn_forth_leave_locals(struct mn_forth *vm)
{
    if (vm->local_count == 0)
        return 0;
    return mn_forth_emit(vm, insn(OP_LEAVE, (int32_t)vm->local_count));
}

/* The name given last is the deepest on the stack; a count of 0 ends the list. */
int32_t mn_forth_w_paren_local(struct mn_forth *vm)
{
    uint32_t count = pop(vm), address = pop(vm);
    const uint8_t *name = mn_forth_bytes(vm, address, count);
    if (count == 0) {
        if (!vm->locals_open)
            return 0;
        reverse(vm);
        return enter(vm, vm->local_count);
    }
    if (!name)
        return E_ADDRESS;
    if (vm->local_count && !vm->locals_open)
        return E_UNSUPPORTED;
    vm->locals_open = true;
    return add(vm, name, count);
}

int32_t mn_forth_w_locals_bar(struct mn_forth *vm)
{
    uint32_t address, count;
    if (vm->local_count)
        return E_UNSUPPORTED;
    for (;;) {
        const uint8_t *name = mn_forth_token(vm, &address, &count);
        if (count == 0)
            return E_NO_NAME;
        if (count == 1 && *name == '|')
            break;
        int32_t error = add(vm, name, count);
        if (error)
            return error;
    }
    reverse(vm);
    return enter(vm, vm->local_count);
}

/* {: given ... | more ... -- for people :} */
int32_t mn_forth_w_brace(struct mn_forth *vm)
{
    uint32_t address, count, given = 0;
    bool more = false, ignored = false;
    if (vm->local_count)
        return E_UNSUPPORTED;
    for (;;) {
        const uint8_t *name = mn_forth_token(vm, &address, &count);
        if (count == 0)
            return E_NO_NAME;
        if (count == 2 && name[0] == ':' && name[1] == '}')
            return enter(vm, given);
        ignored |= count == 2 && name[0] == '-' && name[1] == '-';
        if (ignored)
            continue;
        if (count == 1 && *name == '|') {
            more = true;
            continue;
        }
        int32_t error = add(vm, name, count);
        if (error)
            return error;
        given += !more;
    }
}

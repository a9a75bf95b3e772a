/* output.c — words that print. What finds no room waits for the host and is called again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

bool mn_forth_room(struct mn_forth *vm, uint32_t bytes)
{
    if (vm->out_bytes - vm->out_count >= bytes)
        return true;
    vm->waits = MN_FORTH_FOR_OUT;
    return false;
}

void mn_forth_put_bytes(struct mn_forth *vm, const uint8_t *text, uint32_t count)
{
    MN_ASSERT(count <= vm->out_bytes - vm->out_count);
    memcpy(vm->out + vm->out_count, text, count);
    vm->out_count += count;
}

void mn_forth_put(struct mn_forth *vm, const char *text)
{
    mn_forth_put_bytes(vm, (const uint8_t *)text, mn_str_of(text).count);
}

bool mn_forth_say(struct mn_forth *vm, const char *text, uint32_t count)
{
    if (!mn_forth_room(vm, count))
        return false;
    mn_forth_put_bytes(vm, (const uint8_t *)text, count);
    return true;
}

static void put_in_base(struct mn_forth *vm, uint32_t value, uint32_t base, uint32_t digits)
{
    uint8_t text[32];
    uint32_t at = sizeof text;
    do {
        uint32_t digit = value % base;
        text[--at] = (uint8_t)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= base;
    } while (value || sizeof text - at < digits);
    mn_forth_put_bytes(vm, text + at, (uint32_t)sizeof text - at);
}

void mn_forth_put_hex(struct mn_forth *vm, uint32_t value, uint32_t digits)
{
    put_in_base(vm, value, 16, digits);
}

void mn_forth_put_number(struct mn_forth *vm, uint32_t value, bool is_signed)
{
    bool is_negative = is_signed && (int32_t)value < 0;
    if (is_negative)
        mn_forth_put(vm, "-");
    put_in_base(vm, is_negative ? 0 - value : value, 10, 1);
}

static int32_t put_one(struct mn_forth *vm, uint8_t c)
{
    if (!mn_forth_room(vm, 1))
        return MN_FORTH_WAIT;
    vm->out[vm->out_count++] = c;
    return 0;
}

int32_t mn_forth_w_emit(struct mn_forth *vm)
{
    int32_t result = put_one(vm, (uint8_t)TOP(0));
    if (result == 0)
        vm->sp--;
    return result;
}

int32_t mn_forth_w_cr(struct mn_forth *vm)
{
    return put_one(vm, '\n');
}

int32_t mn_forth_w_space(struct mn_forth *vm)
{
    return put_one(vm, ' ');
}

/* Puts what fits, then waits with the rest on the stack. */
int32_t mn_forth_w_type(struct mn_forth *vm)
{
    uint32_t count = TOP(0), room = vm->out_bytes - vm->out_count;
    const uint8_t *text = mn_forth_bytes(vm, TOP(1), count);
    if (!text && count)
        return E_ADDRESS;
    uint32_t now = count < room ? count : room;
    if (now)
        mn_forth_put_bytes(vm, text, now);
    TOP(1) += now;
    TOP(0) -= now;
    if (now < count) {
        vm->waits = MN_FORTH_FOR_OUT;
        return MN_FORTH_WAIT;
    }
    vm->sp -= 2;
    return 0;
}

int32_t mn_forth_w_spaces(struct mn_forth *vm)
{
    while ((int32_t)TOP(0) > 0) {
        if (put_one(vm, ' ') != 0)
            return MN_FORTH_WAIT;
        TOP(0)
        --;
    }
    vm->sp--;
    return 0;
}

/* number.c — numbers from text, and pictured ones to text.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

#define WIDTH_MAX (HOLD_BYTES - 4u) /* of a field printed in one go */

static uint32_t digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - (uint32_t)'0';
    c = mn_lower(c);
    return c >= 'a' && c <= 'z' ? c - (uint32_t)'a' + 10 : 255;
}

static uint64_t times_plus(uint64_t value, uint32_t base, uint32_t digit)
{
    uint64_t low = (uint64_t)(uint32_t)value * base + digit;
    return low + ((uint64_t)((uint32_t)(value >> 32) * base) << 32);
}

/* Takes digits while there are any; returns how many. */
static uint32_t digits(const uint8_t *text, uint32_t count, uint32_t base, uint64_t *value)
{
    uint32_t taken = 0;
    while (taken < count && digit_of(text[taken]) < base)
        *value = times_plus(*value, base, digit_of(text[taken++]));
    return taken;
}

static uint32_t prefix_base(uint8_t c)
{
    return c == '$' ? 16 : c == '#' ? 10 : c == '%' ? 2 : 0;
}

bool mn_forth_number(struct mn_forth *vm, const uint8_t *text, uint32_t count, uint64_t *value,
                     bool *is_double)
{
    uint32_t base = vm->data[VAR_BASE];
    bool is_negative = false;
    *value = 0;
    *is_double = false;
    if (count == 3 && text[0] == '\'' && text[2] == '\'') {
        *value = text[1];
        return true;
    }
    if (count > 1 && prefix_base(text[0])) {
        base = prefix_base(text[0]);
        text++;
        count--;
    } else if (count > 2 && text[0] == '0' && mn_lower(text[1]) == 'x' && base <= 16) {
        base = 16;
        text += 2;
        count -= 2;
    }
    if (count > 1 && text[0] == '-') {
        is_negative = true;
        text++;
        count--;
    }
    uint32_t taken = digits(text, count, base < 36 ? base : 36, value);
    if (taken && taken + 1 == count && text[taken] == '.') {
        *is_double = true;
        taken++;
    }
    if (is_negative)
        *value = 0 - *value;
    return taken && taken == count;
}

int32_t mn_forth_w_to_number(struct mn_forth *vm)
{
    uint32_t count = TOP(0), base = vm->data[VAR_BASE];
    const uint8_t *text = mn_forth_bytes(vm, TOP(1), count);
    uint64_t value = (uint64_t)TOP(2) << 32 | TOP(3);
    if (!text)
        return E_ADDRESS;
    charge(vm, count);
    uint32_t taken = digits(text, count, base < 36 ? base : 36, &value);
    TOP(0) = count - taken;
    TOP(1) += taken;
    TOP(2) = (uint32_t)(value >> 32);
    TOP(3) = (uint32_t)value;
    return 0;
}

int32_t mn_forth_w_decimal(struct mn_forth *vm)
{
    vm->data[VAR_BASE] = 10;
    return 0;
}

int32_t mn_forth_w_hex(struct mn_forth *vm)
{
    vm->data[VAR_BASE] = 16;
    return 0;
}

static uint32_t hold_end(const struct mn_forth *vm)
{
    return at_pad(vm);
}

static int32_t hold(struct mn_forth *vm, uint8_t c)
{
    if (vm->hold <= hold_end(vm) - HOLD_BYTES || vm->hold > hold_end(vm))
        return E_HOLD;
    vm->hold--;
    *mn_forth_bytes(vm, vm->hold, 1) = c;
    return 0;
}

static int32_t hold_digit(struct mn_forth *vm, uint64_t *value)
{
    uint32_t rest, base = vm->data[VAR_BASE];
    if (base < 2 || base > 36)
        return E_NUMBER;
    *value = mn_forth_divide_long(*value, base, &rest);
    return hold(vm, (uint8_t)(rest < 10 ? '0' + rest : 'A' + rest - 10));
}

int32_t mn_forth_w_less_sharp(struct mn_forth *vm)
{
    vm->hold = hold_end(vm);
    return 0;
}

int32_t mn_forth_w_sharp(struct mn_forth *vm)
{
    uint64_t value = (uint64_t)TOP(0) << 32 | TOP(1);
    int32_t error = hold_digit(vm, &value);
    TOP(0) = (uint32_t)(value >> 32);
    TOP(1) = (uint32_t)value;
    return error;
}

int32_t mn_forth_w_sharp_s(struct mn_forth *vm)
{
    int32_t error;
    do
        error = mn_forth_w_sharp(vm);
    while (!error && (TOP(0) | TOP(1)));
    return error;
}

int32_t mn_forth_w_sharp_greater(struct mn_forth *vm)
{
    TOP(1) = vm->hold;
    TOP(0) = hold_end(vm) - vm->hold;
    return 0;
}

int32_t mn_forth_w_hold(struct mn_forth *vm)
{
    return hold(vm, (uint8_t)pop(vm));
}

int32_t mn_forth_w_holds(struct mn_forth *vm)
{
    uint32_t count = pop(vm), address = pop(vm);
    const uint8_t *text = mn_forth_bytes(vm, address, count);
    if (!text)
        return E_ADDRESS;
    while (count) {
        int32_t error = hold(vm, text[--count]);
        if (error)
            return error;
    }
    return 0;
}

int32_t mn_forth_w_sign(struct mn_forth *vm)
{
    return (int32_t)pop(vm) < 0 ? hold(vm, '-') : 0;
}

/* Prints a number in a field of `width` characters at least. */
static int32_t print(struct mn_forth *vm, uint64_t value, bool is_negative, uint32_t width,
                     bool space)
{
    uint32_t saved = vm->hold;
    if (!mn_forth_room(vm, HOLD_BYTES))
        return MN_FORTH_WAIT;
    int32_t error = mn_forth_w_less_sharp(vm);
    do
        error = hold_digit(vm, &value);
    while (!error && value);
    if (!error && is_negative)
        error = hold(vm, '-');
    while (!error && hold_end(vm) - vm->hold < width)
        error = hold(vm, ' ');
    if (!error) {
        uint32_t count = hold_end(vm) - vm->hold;
        mn_forth_put_bytes(vm, mn_forth_bytes(vm, vm->hold, count), count);
        if (space)
            mn_forth_put(vm, " ");
    }
    vm->hold = saved;
    return error;
}

static uint32_t width_of(uint32_t cell)
{
    return (int32_t)cell < 0 ? 0 : cell;
}

/* In a wide field: puts one space of it and says whether to come again. */
static int32_t narrow(struct mn_forth *vm)
{
    if (width_of(TOP(0)) <= WIDTH_MAX)
        return 0;
    if (!mn_forth_say(vm, " ", 1))
        return MN_FORTH_WAIT;
    TOP(0)
    --;
    return MN_FORTH_AGAIN;
}

/* Drops `count` cells if the word has done its work, and not if it must wait. */
static int32_t done(struct mn_forth *vm, int32_t result, uint32_t count)
{
    if (result != MN_FORTH_WAIT)
        vm->sp -= count;
    return result;
}

static int32_t print_signed(struct mn_forth *vm, int64_t value, uint32_t width, bool space)
{
    return print(vm, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, width, space);
}

int32_t mn_forth_w_dot(struct mn_forth *vm)
{
    return done(vm, print_signed(vm, (int32_t)TOP(0), 0, true), 1);
}

int32_t mn_forth_w_u_dot(struct mn_forth *vm)
{
    return done(vm, print(vm, TOP(0), false, 0, true), 1);
}

int32_t mn_forth_w_dot_r(struct mn_forth *vm)
{
    int32_t more = narrow(vm);
    return more ? more
                : done(vm, print_signed(vm, (int32_t)TOP(1), width_of(TOP(0)), false), 2);
}

int32_t mn_forth_w_u_dot_r(struct mn_forth *vm)
{
    int32_t more = narrow(vm);
    return more ? more : done(vm, print(vm, TOP(1), false, width_of(TOP(0)), false), 2);
}

int32_t mn_forth_w_d_dot(struct mn_forth *vm)
{
    int64_t value = (int64_t)((uint64_t)TOP(0) << 32 | TOP(1));
    return done(vm, print_signed(vm, value, 0, true), 2);
}

int32_t mn_forth_w_d_dot_r(struct mn_forth *vm)
{
    int64_t value = (int64_t)((uint64_t)TOP(1) << 32 | TOP(2));
    int32_t more = narrow(vm);
    return more ? more : done(vm, print_signed(vm, value, width_of(TOP(0)), false), 3);
}

int32_t mn_forth_w_question(struct mn_forth *vm)
{
    uint32_t index = cell_index(TOP(0));
    if (index >= vm->data_cells)
        return E_ADDRESS;
    return done(vm, print_signed(vm, (int32_t)vm->data[index], 0, true), 1);
}

/* arith.c — division of double cells, and the words on them.
 *
 * Written out, because 64-bit division on a 32-bit machine is a call into a library that a
 * kernel does not have.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

/* The quotient must fit: dividend's high half below the divisor, which is not 0. */
uint32_t mn_forth_divide(uint64_t dividend, uint32_t divisor, uint32_t *remainder)
{
    uint32_t high = (uint32_t)(dividend >> 32), low = (uint32_t)dividend;
    if (high == 0) {
        *remainder = low % divisor;
        return low / divisor;
    }
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t carry = high >> 31;
        high = high << 1 | low >> 31;
        low <<= 1;
        if (carry || high >= divisor) {
            high -= divisor;
            low |= 1;
        }
    }
    *remainder = high;
    return low;
}

uint64_t mn_forth_divide_long(uint64_t dividend, uint32_t divisor, uint32_t *remainder)
{
    uint32_t high = (uint32_t)(dividend >> 32);
    uint64_t rest = high % divisor;
    uint32_t low = mn_forth_divide(rest << 32 | (uint32_t)dividend, divisor, remainder);
    return (uint64_t)(high / divisor) << 32 | low;
}

static uint64_t get(const struct mn_forth *vm, int32_t n) /* the high cell is the nth */
{
    return (uint64_t)TOP(n) << 32 | TOP(n + 1);
}

static void set(struct mn_forth *vm, uint64_t value) /* on top */
{
    TOP(0) = (uint32_t)(value >> 32);
    TOP(1) = (uint32_t)value;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static uint64_t with_sign(uint64_t value, bool is_negative)
{
    return is_negative ? 0 - value : value;
}

struct ratio {
    uint32_t quotient, rest;
};

static int32_t divide_signed(int64_t dividend, int32_t divisor, bool floored, struct ratio *out)
{
    uint32_t size = (uint32_t)magnitude(divisor);
    uint64_t top = magnitude(dividend);
    if (divisor == 0)
        return E_DIV_ZERO;
    if ((uint32_t)(top >> 32) >= size)
        return E_RANGE;
    out->quotient = mn_forth_divide(top, size, &out->rest);
    if ((dividend < 0) != (divisor < 0))
        out->quotient = 0 - out->quotient;
    if (dividend < 0)
        out->rest = 0 - out->rest;
    if (floored && out->rest && (dividend < 0) != (divisor < 0)) {
        out->quotient--;
        out->rest += (uint32_t)divisor;
    }
    return 0;
}

static int32_t leave_ratio(struct mn_forth *vm, int32_t error, const struct ratio *ratio)
{
    if (error)
        return error;
    TOP(1) = ratio->rest;
    TOP(0) = ratio->quotient;
    return 0;
}

int32_t mn_forth_w_um_mod(struct mn_forth *vm)
{
    uint32_t divisor = pop(vm), rest;
    uint64_t dividend = get(vm, 0);
    if (divisor == 0)
        return E_DIV_ZERO;
    if (TOP(0) >= divisor)
        return E_RANGE;
    TOP(0) = mn_forth_divide(dividend, divisor, &rest);
    TOP(1) = rest;
    return 0;
}

int32_t mn_forth_w_fm_mod(struct mn_forth *vm)
{
    struct ratio ratio;
    int32_t divisor = (int32_t)pop(vm);
    return leave_ratio(vm, divide_signed((int64_t)get(vm, 0), divisor, true, &ratio), &ratio);
}

int32_t mn_forth_w_sm_rem(struct mn_forth *vm)
{
    struct ratio ratio;
    int32_t divisor = (int32_t)pop(vm);
    return leave_ratio(vm, divide_signed((int64_t)get(vm, 0), divisor, false, &ratio), &ratio);
}

int32_t mn_forth_w_div_mod(struct mn_forth *vm)
{
    struct ratio ratio;
    if (TOP(0) == TRUE_CELL) { /* the one quotient that does not fit wraps, as in `/` */
        TOP(0) = 0 - TOP(1);
        TOP(1) = 0;
        return 0;
    }
    return leave_ratio(
        vm, divide_signed((int32_t)TOP(1), (int32_t)TOP(0), true, &ratio), &ratio);
}

int32_t mn_forth_w_mul_div_mod(struct mn_forth *vm)
{
    struct ratio ratio;
    int32_t divisor = (int32_t)pop(vm);
    int64_t product = (int64_t)(int32_t)TOP(0) * (int32_t)TOP(1);
    return leave_ratio(vm, divide_signed(product, divisor, true, &ratio), &ratio);
}

int32_t mn_forth_w_mul_div(struct mn_forth *vm)
{
    int32_t error = mn_forth_w_mul_div_mod(vm);
    TOP(1) = TOP(0);
    vm->sp--;
    return error;
}

int32_t mn_forth_w_m_add(struct mn_forth *vm)
{
    int64_t n = (int32_t)pop(vm);
    set(vm, get(vm, 0) + (uint64_t)n);
    return 0;
}

/* d * n1 / n2 with a triple-cell product. */
int32_t mn_forth_w_m_mul_div(struct mn_forth *vm)
{
    int32_t divisor = (int32_t)pop(vm), factor = (int32_t)pop(vm);
    int64_t value = (int64_t)get(vm, 0);
    uint32_t rest, by = (uint32_t)magnitude(divisor), with = (uint32_t)magnitude(factor);
    bool is_negative = (value < 0) != ((factor < 0) != (divisor < 0));
    if (divisor == 0)
        return E_DIV_ZERO;
    uint64_t low = (magnitude(value) & 0xffffffffu) * with;
    uint64_t high = (magnitude(value) >> 32) * with + (low >> 32); /* the product above 32 bits */
    uint64_t above = mn_forth_divide_long(high, by, &rest);
    if (above >> 32)
        return E_RANGE;
    uint32_t below = mn_forth_divide((uint64_t)rest << 32 | (uint32_t)low, by, &rest);
    uint64_t quotient = above << 32 | below;
    if (is_negative && rest)
        quotient++; /* floored */
    set(vm, with_sign(quotient, is_negative));
    return 0;
}

int32_t mn_forth_w_d_negate(struct mn_forth *vm)
{
    set(vm, 0 - get(vm, 0));
    return 0;
}

int32_t mn_forth_w_d_abs(struct mn_forth *vm)
{
    set(vm, magnitude((int64_t)get(vm, 0)));
    return 0;
}

static bool take_lesser(struct mn_forth *vm, uint64_t *left, uint64_t *right)
{
    *left = get(vm, 2);
    *right = get(vm, 0);
    vm->sp -= 2;
    return (int64_t)*left < (int64_t)*right;
}

int32_t mn_forth_w_d_min(struct mn_forth *vm)
{
    uint64_t left, right;
    bool less = take_lesser(vm, &left, &right);
    set(vm, less ? left : right);
    return 0;
}

int32_t mn_forth_w_d_max(struct mn_forth *vm)
{
    uint64_t left, right;
    bool less = take_lesser(vm, &left, &right);
    set(vm, less ? right : left);
    return 0;
}

static int32_t answer(struct mn_forth *vm, uint32_t cells, bool is)
{
    vm->sp -= cells - 1;
    TOP(0) = truth(is);
    return 0;
}

int32_t mn_forth_w_d_eq(struct mn_forth *vm)
{
    return answer(vm, 4, get(vm, 2) == get(vm, 0));
}

int32_t mn_forth_w_d_lt(struct mn_forth *vm)
{
    return answer(vm, 4, (int64_t)get(vm, 2) < (int64_t)get(vm, 0));
}

int32_t mn_forth_w_du_lt(struct mn_forth *vm)
{
    return answer(vm, 4, get(vm, 2) < get(vm, 0));
}

int32_t mn_forth_w_d_zeq(struct mn_forth *vm)
{
    return answer(vm, 2, get(vm, 0) == 0);
}

int32_t mn_forth_w_d_zlt(struct mn_forth *vm)
{
    return answer(vm, 2, (int32_t)TOP(0) < 0);
}

int32_t mn_forth_w_d_twice(struct mn_forth *vm)
{
    set(vm, get(vm, 0) << 1);
    return 0;
}

int32_t mn_forth_w_d_half(struct mn_forth *vm)
{
    set(vm, get(vm, 0) >> 1 | (get(vm, 0) & UINT64_C(1) << 63));
    return 0;
}

int32_t mn_forth_w_drot(struct mn_forth *vm)
{
    uint64_t third = get(vm, 4);
    memmove(vm->sp - 5, vm->sp - 3, 4 * sizeof *vm->sp);
    set(vm, third);
    return 0;
}

/* ops_math.h — part of mn_forth_inner: arithmetic and logic.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#define BINARY(name, expression)              \
    OP(name)                                  \
    {                                         \
        NEED(2);                              \
        uint32_t a = *sp--, b = tos;          \
        tos = (expression);                   \
        NEXT;                                 \
    }
#define UNARY(name, expression)               \
    OP(name)                                  \
    {                                         \
        NEED(1);                              \
        uint32_t a = tos;                     \
        tos = (expression);                   \
        NEXT;                                 \
    }

    BINARY(ADD, a + b)
    BINARY(SUB, a - b)
    BINARY(MUL, a * b)
    BINARY(AND, a & b)
    BINARY(OR, a | b)
    BINARY(XOR, a ^ b)
    BINARY(RSUB, b - a)
    BINARY(INDEX, a + b * 4)
    BINARY(SHL, b > 31 ? 0 : a << b)
    BINARY(SHR, b > 31 ? 0 : a >> b)
    BINARY(SAR, (uint32_t)((int32_t)a >> (b > 31 ? 31 : b)))
    BINARY(MIN, (int32_t)a < (int32_t)b ? a : b)
    BINARY(MAX, (int32_t)a > (int32_t)b ? a : b)
    UNARY(NEGATE, 0 - a)
    UNARY(INVERT, ~a)
    UNARY(ABS, (int32_t)a < 0 ? 0 - a : a)
    UNARY(ADDI, a + (uint32_t)IMM)
    UNARY(MULI, a * (uint32_t)IMM)
    UNARY(ANDI, a & (uint32_t)IMM)
    UNARY(ORI, a | (uint32_t)IMM)
    UNARY(XORI, a ^ (uint32_t)IMM)
    UNARY(SHLI, a << IMM)
    UNARY(SHRI, a >> IMM)
    UNARY(SARI, (uint32_t)((int32_t)a >> IMM))
    UNARY(DUPADD, a + a)
    UNARY(DUPMUL, a * a)
    UNARY(INDEXA, a * 4 + (uint32_t)IMM)

    OP(IADD)
        RNEED(1);
        NEED(1);
        tos += *rp;
        NEXT;

    OP(IADDI)
        RNEED(1);
        ROOM(1);
        PUSH(*rp + (uint32_t)IMM);
        NEXT;

    OP(DUPADDI)
        NEED(1);
        ROOM(1);
        *++sp = tos;
        tos += (uint32_t)IMM;
        NEXT;

    OP(OVERADD)
        NEED(2);
        tos += *sp;
        NEXT;

    OP(DIV) /* floored */
    {
        NEED(2);
        if (MN_UNLIKELY(tos == 0))
            FAULT(E_DIV_ZERO);
        int32_t divisor = (int32_t)tos, dividend = (int32_t)*sp--;
        if (MN_UNLIKELY(divisor == -1)) {
            tos = 0 - (uint32_t)dividend;
            NEXT;
        }
        int32_t quotient = dividend / divisor, rest = dividend - quotient * divisor;
        tos = (uint32_t)(quotient - (rest && (rest ^ divisor) < 0));
        NEXT;
    }

    OP(MOD)
    {
        NEED(2);
        if (MN_UNLIKELY(tos == 0))
            FAULT(E_DIV_ZERO);
        int32_t divisor = (int32_t)tos, dividend = (int32_t)*sp--;
        int32_t rest = divisor == -1 ? 0 : dividend % divisor;
        tos = (uint32_t)(rest && (rest ^ divisor) < 0 ? rest + divisor : rest);
        NEXT;
    }

    OP(STOD)
        NEED(1);
        ROOM(1);
        *++sp = tos;
        tos = (int32_t)tos < 0 ? TRUE_CELL : 0;
        NEXT;

    OP(DADD)
    {
        NEED(4);
        uint32_t low = sp[-2] + *sp;
        tos = sp[-1] + tos + (low < *sp);
        sp[-2] = low;
        sp -= 2;
        NEXT;
    }

    OP(DSUB)
    {
        NEED(4);
        uint32_t low = sp[-2] - *sp;
        tos = sp[-1] - tos - (sp[-2] < *sp);
        sp[-2] = low;
        sp -= 2;
        NEXT;
    }

    OP(UMSTAR)
    {
        NEED(2);
        uint64_t product = (uint64_t)*sp * tos;
        *sp = (uint32_t)product;
        tos = (uint32_t)(product >> 32);
        NEXT;
    }

    OP(MSTAR)
    {
        NEED(2);
        uint64_t product = (uint64_t)((int64_t)(int32_t)*sp * (int32_t)tos);
        *sp = (uint32_t)product;
        tos = (uint32_t)(product >> 32);
        NEXT;
    }

    OP(WITHIN)
        NEED(3);
        tos = truth(sp[-1] - sp[0] < tos - sp[0]);
        sp -= 2;
        NEXT;

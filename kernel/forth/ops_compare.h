/* ops_compare.h — part of mn_forth_inner: comparisons, alone and with the jump that follows.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#define JUMP_UNLESS(condition)                \
    do {                                      \
        if (condition) {                      \
            ip++;                             \
        } else {                              \
            ip = code + operand_of(*ip);      \
            STEP;                             \
        }                                     \
        NEXT;                                 \
    } while (0)
#define COMPARE(name, type, operator)                       \
    BINARY(name, truth((type)a operator (type)b))           \
    UNARY(name##I, truth((type)a operator (type)IMM))       \
    OP(name##_BRZ)                                          \
    {                                                       \
        NEED(2);                                            \
        uint32_t a = *sp, b = tos;                          \
        tos = sp[-1];                                       \
        sp -= 2;                                            \
        JUMP_UNLESS((type)a operator (type)b);              \
    }                                                       \
    OP(name##I_BRZ)                                         \
    {                                                       \
        NEED(1);                                            \
        uint32_t a = tos;                                   \
        tos = *sp--;                                        \
        JUMP_UNLESS((type)a operator (type)IMM);            \
    }                                                       \
    OP(DUP_##name##I_BRZ)                                   \
        NEED(1);                                            \
        ROOM(1);                                            \
        JUMP_UNLESS((type)tos operator (type)IMM);          \
    OP(DDUP_##name##_BRZ)                                   \
        NEED(2);                                            \
        ROOM(2);                                            \
        JUMP_UNLESS((type)*sp operator (type)tos);

    COMPARE(EQ, uint32_t, ==)
    COMPARE(NE, uint32_t, !=)
    COMPARE(LT, int32_t, <)
    COMPARE(GT, int32_t, >)
    COMPARE(ULT, uint32_t, <)
    COMPARE(UGT, uint32_t, >)

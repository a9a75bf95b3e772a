/* ops_stack.h — part of mn_forth_inner: literals, both stacks, locals.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
    OP(LIT)
        ROOM(1);
        PUSH((uint32_t)IMM);
        NEXT;

    OP(LITHI)
        NEED(1);
        tos = (tos & 0xffffffu) | (uint32_t)IMM << 24;
        NEXT;

    OP(SETLIT)
        NEED(1);
        tos = (uint32_t)IMM;
        NEXT;

    OP(DUP)
        NEED(1);
        ROOM(1);
        *++sp = tos;
        NEXT;

    OP(DROP)
        NEED(1);
        tos = *sp--;
        NEXT;

    OP(SWAP)
    {
        NEED(2);
        uint32_t under = *sp;
        *sp = tos;
        tos = under;
        NEXT;
    }

    OP(OVER)
        NEED(2);
        ROOM(1);
        PUSH(sp[0]);
        NEXT;

    OP(ROT)
    {
        NEED(3);
        uint32_t third = sp[-1];
        sp[-1] = *sp;
        *sp = tos;
        tos = third;
        NEXT;
    }

    OP(NROT)
    {
        NEED(3);
        uint32_t first = tos;
        tos = *sp;
        *sp = sp[-1];
        sp[-1] = first;
        NEXT;
    }

    OP(NIP)
        NEED(2);
        sp--;
        NEXT;

    OP(TUCK)
        NEED(2);
        ROOM(1);
        sp[1] = *sp;
        *sp = tos;
        sp++;
        NEXT;

    OP(QDUP)
        NEED(1);
        ROOM(1);
        if (tos)
            *++sp = tos;
        NEXT;

    OP(PICK)
    {
        NEED(1);
        uint32_t depth = (uint32_t)(sp - vm->stack); /* without the number itself */
        if (MN_UNLIKELY(tos >= depth))
            goto underflow;
        tos = sp[-(int32_t)tos];
        NEXT;
    }

    OP(PICKI)
    {
        ROOM(1);
        uint32_t depth = (uint32_t)(sp - vm->stack + 1), n = (uint32_t)IMM;
        if (MN_UNLIKELY(n >= depth))
            goto underflow;
        uint32_t picked = n ? sp[1 - (int32_t)n] : tos;
        PUSH(picked);
        NEXT;
    }

    OP(RADD)
        RNEED(1);
        NEED(1);
        tos += *rp--;
        NEXT;

    OP(DDUP)
        NEED(2);
        ROOM(2);
        sp[1] = tos;
        sp[2] = *sp;
        sp += 2;
        NEXT;

    OP(DDROP)
        NEED(2);
        tos = sp[-1];
        sp -= 2;
        NEXT;

    OP(DSWAP)
    {
        NEED(4);
        uint32_t third = sp[-1], fourth = sp[-2];
        sp[-1] = tos;
        sp[-2] = *sp;
        tos = third;
        *sp = fourth;
        NEXT;
    }

    OP(DOVER)
        NEED(4);
        ROOM(2);
        sp[1] = tos;
        sp[2] = sp[-2];
        tos = sp[-1];
        sp += 2;
        NEXT;

    OP(DEPTH)
        ROOM(1);
        PUSH((uint32_t)(sp - vm->stack) + 1);
        NEXT;

    OP(TOR)
        NEED(1);
        RROOM(1);
        *++rp = tos;
        tos = *sp--;
        NEXT;

    OP(DUPTOR)
        NEED(1);
        ROOM(1);
        RROOM(1);
        *++rp = tos;
        NEXT;

    OP(RFROM)
        RNEED(1);
        ROOM(1);
        PUSH(*rp--);
        NEXT;

    OP(RFETCH)
        RNEED(1);
        ROOM(1);
        PUSH(*rp);
        NEXT;

    OP(RDROP)
        RNEED(1);
        rp--;
        NEXT;

    OP(DTOR)
        NEED(2);
        RROOM(2);
        rp[1] = *sp;
        rp[2] = tos;
        rp += 2;
        tos = sp[-1];
        sp -= 2;
        NEXT;

    OP(DRFROM)
        RNEED(2);
        ROOM(2);
        sp[1] = tos;
        sp[2] = rp[-1];
        tos = *rp;
        sp += 2;
        rp -= 2;
        NEXT;

    OP(DRFETCH)
        RNEED(2);
        ROOM(2);
        sp[1] = tos;
        sp[2] = rp[-1];
        tos = *rp;
        sp += 2;
        NEXT;

    OP(ENTER) /* the operand counts: low 4 bits the initialized ones, above all */
    {
        int32_t all = IMM >> 8, given = IMM & 0xff;
        NEED(given);
        if (MN_UNLIKELY(vm->locals_top - vm->lp < all))
            FAULT(E_LOCALS);
        for (int32_t i = given; i > 0; i--) {
            vm->lp[i] = tos;
            tos = *sp--;
        }
        for (int32_t i = given; i < all; i++)
            vm->lp[i + 1] = 0;
        vm->lp += all;
        NEXT;
    }

    OP(LEAVE)
        if (MN_UNLIKELY(vm->lp - vm->locals < IMM))
            FAULT(E_LOCALS);
        vm->lp -= IMM;
        NEXT;

    OP(LOCAL) /* the operand is the distance from the last one */
        ROOM(1);
        if (MN_UNLIKELY(vm->lp - vm->locals <= IMM))
            FAULT(E_LOCALS);
        PUSH(vm->lp[-IMM]);
        NEXT;

    OP(TOLOCAL)
        NEED(1);
        if (MN_UNLIKELY(vm->lp - vm->locals <= IMM))
            FAULT(E_LOCALS);
        vm->lp[-IMM] = tos;
        tos = *sp--;
        NEXT;

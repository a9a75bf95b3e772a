/* ops_control.h — part of mn_forth_inner: calls, jumps, loops, words in C.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
    OP(TRAP)
        FAULT(E_TRAP);

    OP(RETURNING)
    OP(NOP)
        NEXT;

    OP(HALT)
        SPILL;
        return MN_FORTH_DONE;

    OP(CALL)
        RROOM(1);
        *++rp = (uint32_t)(ip - code);
        ip = code + IMM;
        STEP;
        NEXT;

    OP(EXIT)
        RNEED(1);
        if (MN_UNLIKELY(!is_return_place(vm, code, *rp)))
            FAULT(E_RETURN);
        ip = code + *rp--;
        STEP;
        NEXT;

    OP(EXECUTE)
    {
        NEED(1);
        uint32_t found = find_insn(vm, first_xt, tos);
        if (MN_UNLIKELY(!found))
            FAULT(E_XT);
        tos = *sp--;
        w = found;
        if (MN_UNLIKELY(--budget < 0))
            goto resume_later;
        DISPATCH;
    }

    OP(DEFER)
    {
        uint32_t found = find_insn(vm, first_xt, data[IMM]);
        if (MN_UNLIKELY(!found))
            FAULT(E_XT);
        w = found;
        if (MN_UNLIKELY(--budget < 0))
            goto resume_later;
        DISPATCH;
    }

    OP(DOES)
    {
        ROOM(1);
        RROOM(1);
        uint32_t index = (uint32_t)IMM;
        if (MN_UNLIKELY(index >= vm->header_count || !vm->headers[index].does))
            FAULT(E_XT); /* forgotten since */
        PUSH(vm->headers[index].body);
        *++rp = (uint32_t)(ip - code);
        ip = code + vm->headers[index].does;
        STEP;
        NEXT;
    }

    OP(INTERPRET)
    {
        if (MN_UNLIKELY(--budget < 0))
            goto resume_later;
        SPILL;
        fault = 0;
        uint32_t next = mn_forth_interpret(vm, &fault);
        FILL;
        if (MN_UNLIKELY(fault))
            goto faulted;
        w = next;
        DISPATCH;
    }

    OP(WORD)
        word = &mn_forth_builtins[IMM];
        goto run_word;
    OP(HOST)
        word = &vm->host[IMM];
    run_word:
    {
        int32_t in = word->in, out = word->out;
        int32_t depth = (int32_t)(sp - vm->stack) + 1;
        if (MN_UNLIKELY(depth < in))
            goto underflow;
        if (MN_UNLIKELY(depth - in + out > (int32_t)(vm->stack_top - vm->stack)))
            goto overflow;
        SPILL;
        int32_t result = word->run(vm);
        FILL;
        if (MN_LIKELY(result == 0))
            NEXT;
        if (result < 0)
            FAULT(result);
        if (result == MN_FORTH_QUIT) {
            SPILL;
            return MN_FORTH_DONE;
        }
        if (result == MN_FORTH_AGAIN) {
            if (--budget < 0)
                goto resume_later;
            DISPATCH;
        }
        vm->resume = w;
        if (vm->waits == MN_FORTH_FOR_NOTHING)
            vm->waits = MN_FORTH_FOR_HOST;
        SPILL;
        return MN_FORTH_WAITING;
    }

    OP(CATCH) /* the frame: what THROW puts back */
    {
        NEED(1);
        RROOM(8);
        uint32_t found = find_insn(vm, first_xt, tos);
        if (MN_UNLIKELY(!found))
            FAULT(E_XT);
        tos = *sp--;
        rp[1] = (uint32_t)(ip - code);
        rp[2] = vm->handler;
        rp[3] = (uint32_t)(sp - vm->stack + 1);
        rp[4] = (uint32_t)(vm->lp - vm->locals);
        rp[5] = (uint32_t)vm->source.id;
        rp[6] = vm->source.address;
        rp[7] = vm->source.count;
        rp[8] = data[VAR_IN];
        rp += 8;
        vm->handler = (uint32_t)(rp - vm->returns);
        ip = code + CODE_CAUGHT;
        w = found;
        DISPATCH;
    }

    OP(CATCH_END)
        RNEED(8);
        ROOM(1);
        if (MN_UNLIKELY(vm->handler != (uint32_t)(rp - vm->returns)))
            FAULT(E_RETURN);
        rp -= 7;
        vm->handler = rp[1] < vm->handler ? rp[1] : 0;
        PUSH(0);
        if (MN_UNLIKELY(!is_return_place(vm, code, *rp)))
            FAULT(E_RETURN);
        ip = code + *rp--;
        STEP;
        NEXT;

    OP(THROW)
        NEED(1);
        fault = (int32_t)tos;
        tos = *sp--;
        if (fault)
            goto faulted;
        NEXT;

    OP(BRANCH)
        ip = code + IMM;
        STEP;
        NEXT;

    OP(BRZ)
    {
        NEED(1);
        uint32_t flag = tos;
        tos = *sp--;
        if (!flag) {
            ip = code + IMM;
            STEP;
        }
        NEXT;
    }

    OP(DUP_BRZ)
        NEED(1);
        ROOM(1);
        if (tos) {
            ip++;
        } else {
            ip = code + operand_of(*ip);
            STEP;
        }
        NEXT;

    OP(QDUP_BRZ)
        NEED(1);
        ROOM(1);
        if (tos) {
            ip++;
        } else {
            tos = *sp--;
            ip = code + operand_of(*ip);
            STEP;
        }
        NEXT;

    OP(OF)
        NEED(2);
        if (*sp == tos) {
            tos = sp[-1];
            sp -= 2;
        } else {
            tos = *sp--;
            ip = code + IMM;
            STEP;
        }
        NEXT;

    OP(DO)
        NEED(2);
        RROOM(2);
        rp[1] = *sp;
        rp[2] = tos;
        rp += 2;
        tos = sp[-1];
        sp -= 2;
        NEXT;

    OP(QDO)
    {
        NEED(2);
        RROOM(2);
        uint32_t limit = *sp, index = tos;
        tos = sp[-1];
        sp -= 2;
        if (limit == index) {
            ip = code + IMM;
            STEP;
            NEXT;
        }
        rp[1] = limit;
        rp[2] = index;
        rp += 2;
        NEXT;
    }

    OP(LOOP)
    {
        RNEED(2);
        uint32_t index = *rp + 1;
        if (index != rp[-1]) {
            *rp = index;
            ip = code + IMM;
            STEP;
            NEXT;
        }
        rp -= 2;
        NEXT;
    }

#define LOOP_NEXT                              \
    do {                                       \
        uint32_t index = *rp + 1;              \
        if (index != rp[-1]) {                 \
            *rp = index;                       \
            ip = code + operand_of(*ip);       \
            STEP;                              \
            NEXT;                              \
        }                                      \
        rp -= 2;                               \
        ip++;                                  \
        NEXT;                                  \
    } while (0)

    OP(ADD_LOOP)
        RNEED(2);
        NEED(2);
        tos += *sp--;
        LOOP_NEXT;

    OP(ADDI_LOOP)
        RNEED(2);
        NEED(1);
        tos += (uint32_t)IMM;
        LOOP_NEXT;

    OP(IADD_LOOP)
        RNEED(2);
        NEED(1);
        tos += *rp;
        LOOP_NEXT;

    OP(DROP_LOOP)
        RNEED(2);
        NEED(1);
        tos = *sp--;
        LOOP_NEXT;

    OP(PLOOP)
    {
        RNEED(2);
        NEED(1);
        uint32_t step = tos, from = *rp - rp[-1] + 0x80000000u, to = from + step;
        tos = *sp--;
        if (!((from ^ to) & (step ^ to) & 0x80000000u)) { /* limit not crossed */
            *rp += step;
            ip = code + IMM;
            STEP;
            NEXT;
        }
        rp -= 2;
        NEXT;
    }

    OP(PLOOPI)
    {
        RNEED(2);
        uint32_t step = (uint32_t)IMM, from = *rp - rp[-1] + 0x80000000u, to = from + step;
        if (!((from ^ to) & (step ^ to) & 0x80000000u)) {
            *rp += step;
            ip = code + operand_of(*ip);
            STEP;
            NEXT;
        }
        rp -= 2;
        ip++;
        NEXT;
    }

    OP(UNLOOP)
        RNEED(2);
        rp -= 2;
        NEXT;

    OP(I)
        RNEED(1);
        ROOM(1);
        PUSH(*rp);
        NEXT;

    OP(ILIMIT)
        RNEED(2);
        ROOM(1);
        PUSH(rp[-1]);
        NEXT;

    OP(J)
        RNEED(3);
        ROOM(1);
        PUSH(rp[-2]);
        NEXT;

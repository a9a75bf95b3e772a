/* ops_memory.h — part of mn_forth_inner: data space. An operand of the (..A) forms without index
 * is a cell's index that the compiler has checked.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
    OP(FETCH)
    {
        NEED(1);
        CELL_AT(at, tos);
        tos = data[at];
        NEXT;
    }

    OP(STORE)
    {
        NEED(2);
        CELL_AT(at, tos);
        data[at] = *sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;
    }

    OP(ADDSTORE)
    {
        NEED(2);
        CELL_AT(at, tos);
        data[at] += *sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;
    }

    OP(CFETCH)
    {
        NEED(1);
        BYTE_AT(at, tos);
        tos = bytes[at];
        NEXT;
    }

    OP(CSTORE)
    {
        NEED(2);
        BYTE_AT(at, tos);
        bytes[at] = (uint8_t)*sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;
    }

    OP(COUNT)
    {
        NEED(1);
        ROOM(1);
        BYTE_AT(at, tos);
        *++sp = tos + 1;
        tos = bytes[at];
        NEXT;
    }

    OP(DFETCH)
    {
        NEED(1);
        ROOM(1);
        CELL_AT(at, tos);
        CELL_AT(next, tos + 4);
        *++sp = data[next];
        tos = data[at];
        NEXT;
    }

    OP(DSTORE)
    {
        NEED(3);
        CELL_AT(at, tos);
        CELL_AT(next, tos + 4);
        data[at] = *sp;
        data[next] = sp[-1];
        tos = sp[-2];
        sp -= 3;
        NEXT;
    }

    OP(FETCHA)
        ROOM(1);
        PUSH(data[IMM]);
        NEXT;

    OP(STOREA)
        NEED(1);
        data[IMM] = tos;
        tos = *sp--;
        NEXT;

    OP(ADDSTOREA)
        NEED(1);
        data[IMM] += tos;
        tos = *sp--;
        NEXT;

    OP(DFETCHA)
        ROOM(2);
        sp[1] = tos;
        sp[2] = data[IMM + 1];
        tos = data[IMM];
        sp += 2;
        NEXT;

    OP(DSTOREA)
        NEED(2);
        data[IMM] = tos;
        data[IMM + 1] = *sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;

    OP(ADDFETCH)
    {
        NEED(2);
        CELL_AT(at, *sp + tos);
        sp--;
        tos = data[at];
        NEXT;
    }

    OP(ADDCFETCH)
    {
        NEED(2);
        BYTE_AT(at, *sp + tos);
        sp--;
        tos = bytes[at];
        NEXT;
    }

    OP(ADDIFETCH)
    {
        NEED(1);
        CELL_AT(at, tos + (uint32_t)IMM);
        tos = data[at];
        NEXT;
    }

    OP(ADDICFETCH)
    {
        NEED(1);
        BYTE_AT(at, tos + (uint32_t)IMM);
        tos = bytes[at];
        NEXT;
    }

    OP(ADDICSTORE)
    {
        NEED(2);
        BYTE_AT(at, tos + (uint32_t)IMM);
        bytes[at] = (uint8_t)*sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;
    }

    OP(ADDCSTORE)
    {
        NEED(3);
        BYTE_AT(at, *sp + tos);
        bytes[at] = (uint8_t)sp[-1];
        tos = sp[-2];
        sp -= 3;
        NEXT;
    }

    OP(INDEXFETCH)
    {
        NEED(2);
        CELL_AT(at, *sp + tos * 4);
        sp--;
        tos = data[at];
        NEXT;
    }

    OP(INDEXAFETCH)
    {
        NEED(1);
        CELL_AT(at, tos * 4 + (uint32_t)IMM);
        tos = data[at];
        NEXT;
    }

    OP(INDEXASTORE)
    {
        NEED(2);
        CELL_AT(at, tos * 4 + (uint32_t)IMM);
        data[at] = *sp;
        tos = sp[-1];
        sp -= 2;
        NEXT;
    }

    OP(OVERFETCH)
    {
        NEED(2);
        ROOM(1);
        CELL_AT(at, *sp);
        *++sp = tos;
        tos = data[at];
        NEXT;
    }

    OP(DUPFETCH)
    {
        NEED(1);
        ROOM(1);
        CELL_AT(at, tos);
        *++sp = tos;
        tos = data[at];
        NEXT;
    }

    OP(IFETCH)
    {
        RNEED(1);
        ROOM(1);
        CELL_AT(at, *rp);
        PUSH(data[at]);
        NEXT;
    }

    OP(ICFETCH)
    {
        RNEED(1);
        ROOM(1);
        BYTE_AT(at, *rp);
        PUSH(bytes[at]);
        NEXT;
    }

/* mux_words.c — a Forth program's ports of the serial mux.
 *
 *     5 256 sermux::open_port constant p
 *     ." hello" p sermux::write_outbuf       what was printed goes to port 5, not to the console
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "shell/word_table.h"

const char mn_mux_port_kind[] = "mux port";

static void let_go(void *thing)
{
    struct mn_program_port *port = thing;
    struct mn_heap *heap = port->heap;
    mn_mux_close(&port->client);
    mn_heap_free(heap, port);
}

/* ---- opening ---------------------------------------------------------------------------- */

static int32_t outcome_of(const struct mn_mux_open *open)
{
    if (open->co.err != MN_ERR_FAILED)
        return open->co.err == MN_OK ? 0 : MN_PROGRAM_NO_MUX;
    if (open->error == MN_MUX_TAKEN)
        return MN_PROGRAM_PORT_TAKEN;
    if (open->error == MN_MUX_FULL)
        return MN_PROGRAM_PORTS_FULL;
    return open->error == MN_MUX_NO_MEMORY ? MN_PROGRAM_NO_MEMORY : MN_PROGRAM_PORT_RANGE;
}

static int32_t begin_open(struct mn_program *program, uint32_t number, uint32_t bytes)
{
    struct mn_heap *heap = &program->kernel->heap;
    if (number > UINT16_MAX)
        return MN_PROGRAM_PORT_RANGE;
    if (program->bag.count == program->bag.capacity)
        return MN_PROGRAM_BAG_FULL;
    struct mn_program_port *port = mn_heap_try(heap, sizeof *port);
    if (!port)
        return MN_PROGRAM_NO_MEMORY;
    port->heap = heap;
    port->number = (uint16_t)number;
    program->port = port;
    mn_mux_try_open(&program->on.open, &program->kernel->registry, (uint16_t)number, bytes, bytes,
                    &port->client);
    program->wish = MN_PROGRAM_OPEN;
    return MN_FORTH_WAIT;
}

/* The bag had room as the opening began, and nobody puts anything in meanwhile. */
static int32_t end_open(struct mn_program *program, struct mn_forth *vm)
{
    struct mn_program_port *port = program->port;
    int32_t outcome = outcome_of(&program->on.open);
    program->port = NULL;
    if (outcome != 0) {
        let_go(port);
        return outcome;
    }
    program->ports_open++;
    mn_forth_push(vm, mn_bag_put(&program->bag, mn_mux_port_kind, port, let_go));
    return 0;
}

int32_t mn_word_open_port(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t bytes = mn_forth_pop(vm);
    uint32_t number = mn_forth_pop(vm);
    if (mn_program_has_come_true(program))
        return end_open(program, vm);
    int32_t status = begin_open(program, number, bytes);
    if (status == MN_FORTH_WAIT) {
        mn_forth_push(vm, number);
        mn_forth_push(vm, bytes);
    }
    return status;
}

void mn_program_drop_open(struct mn_program *program)
{
    mn_co_drop(&program->on.open.co);
    if (program->port)
        let_go(program->port);
    program->port = NULL;
}

/* ---- writing and closing ---------------------------------------------------------------- */

static struct mn_program_port *port_of(struct mn_program *program, uint32_t token)
{
    struct mn_bag_item *item = mn_bag_find(&program->bag, token);
    return item && item->kind == mn_mux_port_kind ? item->thing : NULL;
}

int32_t mn_word_write_outbuf(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t token = mn_forth_pop(vm), count;
    struct mn_program_port *port = port_of(program, token);
    const uint8_t *out = mn_forth_out(vm, &count);
    if (mn_program_has_come_true(program)) {
        mn_forth_out_taken(vm, count);
        return program->on.mux_write.co.err == MN_OK ? 0 : MN_PROGRAM_NO_MUX;
    }
    if (!port)
        return MN_PROGRAM_TOKEN;
    mn_forth_push(vm, token);
    mn_bbq_write(&program->on.mux_write, port->client.port.out, out, count);
    program->wish = MN_PROGRAM_MUX_WRITE;
    return MN_FORTH_WAIT;
}

int32_t mn_word_close_port(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t token = mn_forth_pop(vm);
    struct mn_program_port *port = port_of(program, token);
    if (!port)
        return MN_PROGRAM_TOKEN;
    mn_bag_forget(&program->bag, token);
    program->ports_open--;
    let_go(port);
    return 0;
}

void mn_mux_port_row(const void *thing, struct mn_text *text)
{
    const struct mn_program_port *port = thing;
    mn_text_str(text, mn_mux_port_kind);
    mn_text_byte(text, ' ');
    mn_text_u64(text, port->number);
}

/* sim_uart_chance.c — a UART whose moments, pieces and accidents follow from the seed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "hal-sim/sim_uart.h"

#define STALL_US 100000u

static bool strikes(struct sim_uart *uart, enum disturb_kind kind, uint64_t *value)
{
    return disturb_strikes(&uart->machine->disturb, kind, value);
}

static void note(struct sim_uart *uart, enum disturb_kind kind, const char *what, unsigned number)
{
    struct sim_machine *machine = uart->machine;
    disturb_note(&machine->disturb, kind, machine->samples, sim_machine_now_us(machine),
                 "%s: %s %u", uart->hal.name, what, number);
}

static void stall(struct sim_uart *uart, struct sim_alarm *alarm, uint64_t value,
                  const char *what)
{
    uint32_t length_us = 1 + (uint32_t)(value % STALL_US);
    sim_machine_delay(uart->machine, alarm, length_us);
    note(uart, DISTURB_STALL, what, length_us);
}

/* ---- received --------------------------------------------------------------------------- */

/* Takes `count` received bytes, of which there is room for `room`; returns what becomes of them. */
static uint32_t spoil(struct sim_uart *uart, uint8_t *bytes, uint32_t count, uint32_t room)
{
    uint64_t value;
    if (!disturb_is_faulty(&uart->machine->disturb.plan))
        return count; /* a stream need not be asked for each of its bytes */
    for (uint32_t i = 0; i < count; i++) {
        if (strikes(uart, DISTURB_LOSE, &value)) {
            note(uart, DISTURB_LOSE, "lost byte", bytes[i]);
            memmove(bytes + i, bytes + i + 1, --count - i);
            i--;
            continue;
        }
        if (strikes(uart, DISTURB_FLIP, &value)) {
            note(uart, DISTURB_FLIP, "flipped a bit of byte", bytes[i]);
            bytes[i] ^= (uint8_t)(1u << value % 8);
        }
        if (count < room && strikes(uart, DISTURB_DOUBLE, &value)) {
            note(uart, DISTURB_DOUBLE, "doubled byte", bytes[i]);
            memmove(bytes + i + 1, bytes + i, count++ - i);
            i++;
        }
    }
    return count;
}

/* How many bytes are handed over at once: all, or, where the seed decides, often fewer. */
static uint32_t piece(struct sim_uart *uart, uint32_t room)
{
    struct sim_machine *machine = uart->machine;
    uint32_t there = uart->device->ring.count < room ? uart->device->ring.count : room;
    if (!machine->disturb.plan.is_timed || there < 2 ||
        chance_one_in(&machine->chance, CHANCE_CHUNKS, 2))
        return room;
    return 1 + chance_below(&machine->chance, CHANCE_CHUNKS, there);
}

static bool is_hidden(struct sim_uart *uart)
{
    uint64_t value;
    if (mn_list_is_linked(&uart->hides.link))
        return true;
    if (uart->device->ring.count == 0 || !strikes(uart, DISTURB_STALL, &value))
        return false;
    stall(uart, &uart->hides, value, "nothing comes, us:");
    return true;
}

uint32_t sim_uart_receive(struct sim_uart *uart, uint8_t *bytes, uint32_t room)
{
    struct sim_machine *machine = uart->machine;
    const struct byte_ring *ring = &uart->device->ring;
    uint32_t count = 0;
    uint64_t value;
    if (is_hidden(uart))
        return 0;
    if (ring->count > 0 && uart->device->has_peer && strikes(uart, DISTURB_CUT, &value)) {
        note(uart, DISTURB_CUT, "cut the peer, bytes left:", ring->count);
        uart_hang_up(uart->device);
    }
    while (count == 0 && ring->count > 0)
        count = spoil(uart, bytes, uart_receive(uart->device, bytes, piece(uart, room)), room);
    if (machine->disturb.plan.is_timed && ring->count > 0 &&
        chance_one_in(&machine->chance, CHANCE_CHUNKS, 4))
        sim_machine_delay(machine, &uart->hides, sim_machine_lateness_us(machine, CHANCE_CHUNKS));
    return count;
}

/* ---- sent ------------------------------------------------------------------------------- */

void sim_uart_send(struct sim_uart *uart, const uint8_t *bytes, uint32_t count)
{
    struct sim_machine *machine = uart->machine;
    uint64_t value;
    MN_ASSERT(!mn_list_is_linked(&uart->sends.link)); /* one span at a time */
    uart_send(uart->device, bytes, count);
    if (strikes(uart, DISTURB_STALL, &value))
        stall(uart, &uart->sends, value, "nothing goes, us:");
    else if (machine->disturb.plan.is_timed && chance_one_in(&machine->chance, CHANCE_SENT, 4))
        sim_machine_delay(machine, &uart->sends, sim_machine_lateness_us(machine, CHANCE_SENT));
}

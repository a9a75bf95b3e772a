/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_uart.h"

static struct sim_uart *sim_of(struct mn_hal_uart *uart)
{
    return MN_CONTAINER(uart, struct sim_uart, hal);
}

static uint32_t receive(struct mn_hal_uart *uart, uint8_t *bytes, uint32_t room)
{
    return sim_uart_receive(sim_of(uart), bytes, room);
}

static void start_sending(struct mn_hal_uart *uart, const uint8_t *bytes, uint32_t count)
{
    sim_uart_send(sim_of(uart), bytes, count);
}

static bool sending(struct mn_hal_uart *uart)
{
    struct sim_uart *sim = sim_of(uart);
    return uart_is_sending(sim->device) || mn_list_is_linked(&sim->sends.link);
}

static void abort_sending(struct mn_hal_uart *uart)
{
    struct sim_uart *sim = sim_of(uart);
    uart_abort(sim->device);
    sim_alarm_clear(&sim->sends);
}

static uint32_t carrier(struct mn_hal_uart *uart)
{
    return uart_carrier(sim_of(uart)->device);
}

static const struct mn_hal_uart_ops ops = {
    .receive = receive,
    .send = start_sending,
    .sending = sending,
    .abort = abort_sending,
    .carrier = carrier,
};

static void linger(struct sim_uart *uart)
{
    uart->lingering_bytes = uart->device->counters.sent_bytes;
    sim_alarm_set(uart->machine, &uart->linger,
                  sim_machine_now_us(uart->machine) + SIM_UART_LINGER_US);
}

/* While a span is being sent it is the peer who takes his time, not the machine: the end of the
 * span raises, and the alarm is set again. */
static void lingered(struct sim_alarm *alarm)
{
    struct sim_uart *uart = alarm->context;
    if (!uart_peer_is_finished(uart->device) || uart_is_sending(uart->device))
        return;
    if (uart->device->counters.sent_bytes != uart->lingering_bytes)
        linger(uart);
    else
        uart_hang_up(uart->device);
}

static void raise_again(struct sim_alarm *alarm)
{
    struct sim_uart *uart = alarm->context;
    sim_machine_raise(uart->machine, uart->hal.line);
}

void sim_uart_raised(void *context)
{
    struct sim_uart *uart = context;
    if (!uart->machine)
        return; /* still being opened */
    sim_machine_raise(uart->machine, uart->hal.line);
    if (uart_peer_is_finished(uart->device) && !mn_list_is_linked(&uart->linger.link))
        linger(uart);
}

void sim_uart_init(struct sim_uart *uart, struct sim_machine *machine, struct uart *device,
                   const char *name)
{
    *uart = (struct sim_uart){
        .hal = {.ops = &ops, .name = name, .line = sim_machine_line(machine)},
        .device = device,
        .machine = machine,
    };
    sim_alarm_init(&uart->linger, lingered, uart);
    sim_alarm_init(&uart->hides, raise_again, uart);
    sim_alarm_init(&uart->sends, raise_again, uart);
    uart->hides.is_late = uart->sends.is_late = true;
}

void sim_uart_finish(struct sim_uart *uart)
{
    if (!uart->machine)
        return;
    MN_ASSERT(!sending(&uart->hal)); /* the driver takes back what it has lent */
    sim_alarm_clear(&uart->linger);
    sim_alarm_clear(&uart->hides);
    sim_alarm_clear(&uart->sends);
    uart->machine = NULL;
}

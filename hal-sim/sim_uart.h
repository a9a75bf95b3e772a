/* sim_uart.h — the kernel's UART table on top of a host UART, whatever its wire.
 *
 * A peer that has said its last byte (`printf hi | nc -N`) stays for the answer, and is parted with
 * once the machine has sent it nothing for SIM_UART_LINGER_US. One that is slow to take what is
 * being sent is waited for, however long it takes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_SIM_UART_H
#define HAL_SIM_SIM_UART_H

#include "devices/uart.h"
#include "hal-sim/machine.h"
#include "mn/hal/uart.h"

#define SIM_UART_LINGER_US (500 * MN_MS) /* of machine time */

struct sim_uart {
    struct mn_hal_uart hal;
    struct uart *device;
    struct sim_machine *machine;
    struct sim_alarm linger;
    uint64_t lingering_bytes; /* the device's sent_bytes when the alarm was set */
    struct sim_alarm hides; /* while set, what was received is not shown */
    struct sim_alarm sends; /* while set, what was sent is not told */
};

/* What comes between the two where the seed decides, or something goes wrong on purpose
 * (sim_uart_chance.c): the same calls as the table's. */
uint32_t sim_uart_receive(struct sim_uart *uart, uint8_t *bytes, uint32_t room);
void sim_uart_send(struct sim_uart *uart, const uint8_t *bytes, uint32_t count);

/* Joins the two and takes an interrupt line. Pass sim_uart_raised with the sim_uart as context to
 * the device's settings. Borrows both until sim_uart_finish. */
void sim_uart_init(struct sim_uart *uart, struct sim_machine *machine, struct uart *device,
                   const char *name);
void sim_uart_finish(struct sim_uart *uart);

/* For uart_settings::raised; `context` is the sim_uart, initialised or zeroed. */
void sim_uart_raised(void *context);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/loopback.h"
#include "mn/kernel.h"
#include "mn/svc/serial_port.h"

/* What the page leaves to the machine. */
void interrupts_off(void);
void interrupts_on(void);
void wait_for_interrupt(void);
void set_alarm_us(uint64_t due_us);
uint64_t counter_us(void);

struct my_uart {
    struct mn_hal_uart hal;
};

extern const struct mn_hal_uart_ops my_uart_ops;

#include "porting_machine.inc"

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    (void)hal;
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)counter_us();
}

static const struct mn_hal_ops my_ops = {
    .sample = sample,
    .sleep_until = sleep_until,
    .entropy = entropy,
};

#include "porting_board.inc"

/* serial_mux_parts.h — what the files of the serial mux share.
 *
 *     serial_mux.c       the service: its tables, who opens what, how it begins and ends
 *     serial_mux_in.c    from the wire to the ports
 *     serial_mux_out.c   from the ports to the wire
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SERVICES_SERIAL_MUX_PARTS_H
#define SERVICES_SERIAL_MUX_PARTS_H

#include "mn/kernel.h"
#include "mn/svc/serial_mux.h"

/* The entry that a client has under this number, also one that is leaving; or NULL. */
struct mn_mux_port *mn_mux_port_at(const struct mn_serial_mux *mux, uint16_t number);

/* Frees the entry of a client that has left and whose last bytes are out, for who waits for it. */
void mn_mux_close_port(struct mn_serial_mux *mux, struct mn_mux_port *port);

/* Delivers all that has come and can be delivered now. False when the serial port is gone. */
bool mn_mux_hear(struct mn_serial_mux *mux, struct mn_task *task);

/* Sends all that there is room for. False when the serial port is gone. */
bool mn_mux_send(struct mn_serial_mux *mux, struct mn_task *task);

#endif

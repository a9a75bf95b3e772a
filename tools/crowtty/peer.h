/* peer.h — one TCP connection to a mux port; ports.h says what is promised to it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_PEER_H
#define CROWTTY_PEER_H

#include "ports.h"

struct peer {
    uv_tcp_t socket;
    uv_timer_t linger;   /* runs while the peer has finished */
    struct port *port;
    struct peer *next;   /* at the same port */
    uint64_t lost_bytes; /* dropped since the peer stopped reading */
    bool has_finished;   /* sends nothing more */
    bool is_closing;
    int handles;         /* still open */
};

/* Takes who waits at the port's listener; false: there was no place, and it was turned away. */
bool peer_accept(struct port *port);

/* Data from the target for it. */
void peer_give(struct peer *peer, const uint8_t *data, uint32_t count);

/* Reads from it (again), as long as it has not finished. */
void peer_read(struct peer *peer);

/* Out of its port's list at once, and freed when the loop has let go of it. */
void peer_close(struct peer *peer);

#endif

/* ports.h — mux ports as TCP ports on this computer.
 *
 *     nc 127.0.0.1 10000 ◄──► mux port 0 ◄──► target
 *
 * Peers    Several at a time: each gets all that comes, what they send is put together as it comes.
 *          They stay connected while the target is away.
 * Policy   To the target: a peer is not read while too much waits to be sent, so nothing is lost;
 *          what it sends while the target is away is discarded, counted, and said once.
 *          From the target: up to PORTS_QUEUE_MAX bytes wait for each peer; what does not fit is
 *          dropped for that peer alone, counted, and said once. No peer ever stops another one.
 * An end   A peer that has finished sending (nc -N) is let go when nothing has come for it for a
 *          second.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_PORTS_H
#define CROWTTY_PORTS_H

#include "mux.h"

#define PORTS_PEERS_MAX 16u        /* at one port; more are refused */
#define PORTS_QUEUE_MAX (1u << 20) /* bytes */
#define PORTS_LINGER_MS 1000u

struct peer;
struct ports;

struct port {
    struct ports *ports;
    uv_tcp_t listener;
    uint16_t number;
    bool is_open;
    struct peer *peers; /* a list */
    uint32_t peer_count;
    uint64_t lost_away_bytes; /* sent by peers to a target that was away */
    bool is_away_said;
};

struct ports {
    uv_loop_t *loop;
    struct mux *mux;
    struct link_events news; /* its `news` and `context` alone */
    bool is_verbose;
    struct port items[MUX_PORTS_MAX];
};

/* Listens on 127.0.0.1 for each mux port whose bit is set, at `base` plus its number, or where the
 * system chooses for a base of 0, and then says where. What is taken is said and left out. */
void ports_init(struct ports *ports, uv_loop_t *loop, struct mux *mux, uint64_t numbers,
                uint16_t base, const struct link_events *news, bool is_verbose);

/* Data from the target. Returns whether there is such a port with a peer. */
bool ports_frame(struct ports *ports, uint16_t number, const uint8_t *data, uint32_t count);

/* The link is up, or what waits for it has become less: peers are read again. */
void ports_drained(struct ports *ports);

/* The link is up: what is lost from now on is said again. */
void ports_up(struct ports *ports);

void ports_close(struct ports *ports);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "peers.h"

#include <stdlib.h>

#define CHUNK_BYTES 4096u /* taken at once */
#define FRAME_DATA_MAX 128u /* sent in one mux frame, or half of max_frame if that is less */

void peers_open(struct peers *peers, const struct scenario *scenario,
                void (*news)(void *context), void *context)
{
    *peers = (struct peers){.scenario = scenario, .news = news, .context = context};
}

static void close_frames(struct line *line)
{
    free(line->frame);
    line->frame = NULL;
    line->is_framed = false;
}

void peers_close(struct peers *peers)
{
    for (uint32_t i = 0; i < SCENARIO_PEERS_MAX; i++)
        bytes_finish(&peers->items[i].heard);
    for (uint32_t i = 0; i < MELPO_UARTS_MAX; i++) {
        bytes_finish(&peers->lines[i].to_send);
        close_frames(&peers->lines[i]);
    }
}

void peers_join(struct peers *peers, uint32_t index, struct null_uart *uart)
{
    peers->lines[index].uart = uart;
    null_uart_watch(uart, peers->news, peers->context);
}

static struct line *line_of(const struct peers *peers, uint32_t index)
{
    return (struct line *)&peers->lines[peers->scenario->peers[index].uart];
}

static bool open_frames(struct peers *peers, struct line *line)
{
    uint32_t frame_max = peers->scenario->config.services.serial_mux.max_frame;
    line->frame = malloc(frame_max);
    line->is_framed = line->frame != NULL;
    if (line->is_framed)
        mn_mux_decoder_init(&line->decoder, line->frame, frame_max);
    return line->is_framed;
}

/* Whoever has said the last byte is parted with as the next one comes. */
static void make_way(struct peers *peers, struct line *line)
{
    if (!line->is_finished)
        return;
    for (uint32_t i = SCENARIO_LOG + 1; i < peers->scenario->peer_count; i++)
        if (line_of(peers, i) == line)
            peers->items[i].is_connected = false;
    line->peers = 0;
    bytes_finish(&line->to_send);
}

bool peer_connect(struct peers *peers, uint32_t index)
{
    struct line *line = line_of(peers, index);
    struct peer *peer = &peers->items[index];
    bool is_port = peers->scenario->peers[index].port >= 0;
    make_way(peers, line);
    if (peer->is_connected) /* a step before could not part with it */
        peer_cut(peers, index);
    if (line->peers == 0 && is_port && !open_frames(peers, line))
        return false;
    if (line->peers == 0 && !null_uart_connect(line->uart)) {
        close_frames(line);
        return false;
    }
    line->peers++;
    line->is_finished = false;
    bytes_finish(&peer->heard);
    peer->is_connected = true;
    return true;
}

void peer_cut(struct peers *peers, uint32_t index)
{
    struct line *line = line_of(peers, index);
    if (!peers->items[index].is_connected)
        return;
    peers->items[index].is_connected = false;
    if (--line->peers > 0)
        return;
    null_uart_disconnect(line->uart);
    bytes_finish(&line->to_send);
    close_frames(line);
}

void peer_finish(struct peers *peers, uint32_t index)
{
    line_of(peers, index)->is_finished = true;
    null_uart_finish_sending(line_of(peers, index)->uart);
}

bool peer_is_alone(struct peers *peers, uint32_t index)
{
    return !null_uart_connect(line_of(peers, index)->uart);
}

bool peer_is_gone(const struct peers *peers, uint32_t index)
{
    return !null_uart_has_peer(line_of(peers, index)->uart);
}

static bool send_frames(struct line *line, uint32_t frame_max, uint16_t port, const char *text,
                        size_t count)
{
    uint8_t frame[MN_MUX_FRAME_MAX(FRAME_DATA_MAX)];
    uint32_t part_max = frame_max / 2 < FRAME_DATA_MAX ? frame_max / 2 : FRAME_DATA_MAX;
    while (count > 0) {
        uint32_t part = count < part_max ? (uint32_t)count : part_max, bytes = 0;
        enum mn_err err = mn_mux_frame_encode(frame, sizeof frame, port, (const uint8_t *)text,
                                              part, &bytes);
        if (err != MN_OK || !bytes_put(&line->to_send, frame, bytes, false))
            return false;
        text += part;
        count -= part;
    }
    return true;
}

bool peer_send(struct peers *peers, uint32_t index, const char *text, size_t count)
{
    struct line *line = line_of(peers, index);
    int32_t port = peers->scenario->peers[index].port;
    uint32_t frame_max = peers->scenario->config.services.serial_mux.max_frame;
    return port < 0 ? bytes_put(&line->to_send, text, count, false)
                    : send_frames(line, frame_max, (uint16_t)port, text, count);
}

size_t peer_unsent_bytes(const struct peers *peers, uint32_t index)
{
    const struct line *line = line_of(peers, index);
    return line->to_send.count - line->to_send.read;
}

/* ---- moving ----------------------------------------------------------------------------- */

static void hear(struct peers *peers, struct line *line, int32_t port, const uint8_t *data,
                 uint32_t count)
{
    for (uint32_t i = 0; i < peers->scenario->peer_count; i++) {
        if (peers->items[i].is_connected && line_of(peers, i) == line &&
            peers->scenario->peers[i].port == port) {
            bytes_put(&peers->items[i].heard, data, count, true);
            return;
        }
    }
    line->strange_bytes += count;
}

static void hear_frames(struct peers *peers, struct line *line, const uint8_t *data,
                        uint32_t count)
{
    struct mn_mux_frame frame;
    for (uint32_t at = 0; at < count;) {
        at += mn_mux_frame_decode(&line->decoder, data + at, count - at, &frame);
        if (frame.data)
            hear(peers, line, frame.port, frame.data, frame.count);
    }
}

/* What was under way is lost, in both directions. */
static void come_back(struct peers *peers, struct line *line)
{
    bytes_finish(&line->to_send);
    if (line->is_framed)
        mn_mux_decoder_init(&line->decoder, line->frame,
                            peers->scenario->config.services.serial_mux.max_frame);
    null_uart_connect(line->uart);
}

static void move_line(struct peers *peers, struct line *line)
{
    uint8_t chunk[CHUNK_BYTES];
    struct bytes *to_send = &line->to_send;
    size_t unsent = to_send->count - to_send->read;
    uint32_t count;
    while ((count = null_uart_take(line->uart, chunk, sizeof chunk)) > 0) {
        if (line->is_framed)
            hear_frames(peers, line, chunk, count);
        else
            hear(peers, line, -1, chunk, count);
    }
    if (line->peers > 0 && !line->is_finished && !null_uart_has_peer(line->uart)) {
        come_back(peers, line);
        return;
    }
    if (unsent > 0)
        bytes_read_to(to_send, to_send->read +
                                   null_uart_put(line->uart,
                                                 (const uint8_t *)to_send->data + to_send->read,
                                                 (uint32_t)unsent));
}

void peers_move(struct peers *peers)
{
    for (uint32_t i = 0; i < MELPO_UARTS_MAX; i++)
        if (peers->lines[i].uart)
            move_line(peers, &peers->lines[i]);
}

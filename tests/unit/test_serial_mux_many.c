/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"
#include "random.h"

#define PORTS 16u
#define STALLED 5u       /* never reads */
#define QUEUE_BYTES 128u
#define CHUNK_BYTES 64u  /* what the host sends each port at a time */
#define ROUNDS 500u

struct many {
    struct mux_scene scene;
    struct mux_user users[PORTS];
    uint64_t read_bytes[PORTS];
    uint8_t next_sent[PORTS], next_read[PORTS]; /* a count that goes round, port by port */
    uint64_t garbage_frames;
    uint64_t random;
};

static struct many *many_create(struct bench *bench)
{
    static const struct mn_serial_settings serial = {.incoming_bytes = 512, .outgoing_bytes = 512};
    static const struct mn_mux_settings settings = {.ports_max = PORTS, .frame_max = 128};
    struct many *many = calloc(1, sizeof *many);
    assert_non_null(many);
    mux_start_with(&many->scene, bench, &serial, &settings);
    for (uint16_t i = 0; i < PORTS; i++)
        mux_open(&many->scene, &many->users[i], i, QUEUE_BYTES, QUEUE_BYTES, MN_OK);
    return many;
}

static void many_destroy(struct many *many)
{
    for (uint32_t i = 0; i < PORTS; i++)
        mn_mux_close(&many->users[i].client);
    mux_stop(&many->scene);
    free(many);
}

/* Bytes that are no frame, ended by a zero. They begin with a block longer than they are. */
static void send_garbage(struct many *many)
{
    uint8_t bytes[40];
    uint32_t count = 2 + test_random_below(&many->random, 37);
    bytes[0] = 0xff;
    for (uint32_t i = 1; i < count; i++)
        bytes[i] = (uint8_t)(1 + test_random_below(&many->random, 255));
    bytes[count] = 0;
    fake_uart_hear_bytes(&many->scene.uart, bytes, count + 1);
    many->garbage_frames++;
}

static void send_chunk(struct many *many, uint16_t port)
{
    uint8_t chunk[CHUNK_BYTES];
    for (uint32_t i = 0; i < CHUNK_BYTES; i++)
        chunk[i] = many->next_sent[port]++;
    host_sends(&many->scene, port, chunk, CHUNK_BYTES);
}

/* As a client does: reads all there is, which is what was sent, in order. */
static void read_all(struct many *many, uint32_t port)
{
    uint8_t bytes[QUEUE_BYTES];
    uint32_t count =
        mn_bbq_read_bytes_now(many->users[port].client.port.in, bytes, sizeof bytes);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(bytes[i], many->next_read[port]++);
    many->read_bytes[port] += count;
}

/* One chunk to each port, garbage between them if asked for. Returns how many ticks it took until
 * all was heard; in each of them every client that reads has its turn. */
static uint32_t play_round(struct many *many, bool is_stalled, bool is_dirty)
{
    struct fake_uart *uart = &many->scene.uart;
    uint32_t ticks = 0;
    for (uint16_t port = 0; port < PORTS; port++) {
        if (is_dirty)
            send_garbage(many);
        send_chunk(many, port);
    }
    while (uart->heard_taken < uart->heard_count || many->scene.bench->raised_lines ||
           !mn_list_is_empty(&many->scene.bench->kernel.ready)) {
        mn_tick(&many->scene.bench->kernel);
        ticks++;
        for (uint32_t port = 0; port < PORTS; port++)
            if (port != STALLED || !is_stalled)
                read_all(many, port);
    }
    return ticks;
}

static uint32_t play(struct many *many, bool is_stalled, bool is_dirty)
{
    uint32_t ticks = 0;
    for (uint32_t i = 0; i < ROUNDS; i++)
        ticks += play_round(many, is_stalled, is_dirty);
    return ticks;
}

static void one_stalled_reader_and_garbage_cost_the_others_nothing(void **state)
{
    struct many *many = many_create(*state);

    play(many, true, true);

    for (uint16_t port = 0; port < PORTS; port++) {
        struct mn_mux_port_stats stats = mn_mux_stats_of(&many->scene.mux, port);
        bool is_stalled = port == STALLED;
        assert_int_equal(stats.in_bytes, is_stalled ? QUEUE_BYTES : ROUNDS * CHUNK_BYTES);
        assert_int_equal(many->read_bytes[port], is_stalled ? 0 : ROUNDS * CHUNK_BYTES);
        assert_int_equal(stats.dropped_bytes,
                         is_stalled ? ROUNDS * CHUNK_BYTES - QUEUE_BYTES : 0);
    }
    assert_int_equal(many->scene.mux.wire.malformed, many->garbage_frames);
    assert_int_equal(many->scene.mux.wire.frames_in, ROUNDS * PORTS);
    assert_int_equal(many->scene.warnings, 2); /* of what is no frame, and of the stalled client */
    many_destroy(many);
}

/* What kernel::stats tells of a queue, which crowtty top shows. */
static const struct mn_tap *tap_named(struct mn_kernel *kernel, const char *in_name)
{
    MN_LIST_EACH (node, &kernel->taps) {
        const struct mn_tap *tap = MN_CONTAINER(node, struct mn_tap, link);
        if (strcmp(tap->in_name, in_name) == 0)
            return tap;
    }
    return NULL;
}

static void what_a_stalled_port_lost_can_be_watched(void **state)
{
    struct bench *bench = *state;
    struct many *many = many_create(bench);

    play_round(many, true, false);
    play_round(many, true, false);
    play_round(many, true, false);

    const struct mn_tap *tap = tap_named(&bench->kernel, "mux port 5 in");
    assert_non_null(tap);
    assert_string_equal(tap->out_name, "mux port 5 out");
    assert_int_equal(mn_bbq_count(tap->in), QUEUE_BYTES);
    assert_int_equal(*tap->lost_bytes, 3 * CHUNK_BYTES - QUEUE_BYTES);
    assert_string_equal(many->users[STALLED].client.port.in->name, "mux port 5 in");
    assert_non_null(tap_named(&bench->kernel, "fake in"));

    mn_mux_close(&many->users[STALLED].client);
    bench_settle(bench);
    assert_null(tap_named(&bench->kernel, "mux port 5 in"));
    many_destroy(many);
}

static void the_others_keep_their_rate(void **state)
{
    struct bench *bench = *state;
    struct many *many = many_create(bench);
    uint32_t clean = play(many, false, true);
    many_destroy(many);

    many = many_create(bench);
    uint32_t stalled = play(many, true, true);
    many_destroy(many);

    assert_in_range(stalled, 1, clean + MN_MUX_PATIENCE_TICKS); /* once, not each time */
}

static void all_ports_send_at_once_and_each_gets_its_share(void **state)
{
    struct many *many = many_create(*state);
    struct host *host = &many->scene.host;
    uint64_t heard[PORTS] = {0};

    for (uint32_t round = 0; round < 200; round++) {
        for (uint32_t port = 0; port < PORTS; port++) {
            struct mn_bbq *out = many->users[port].client.port.out;
            while (mn_bbq_write_now(out, "0123456789abcdef", 16))
                ;
        }
        mn_tick(&many->scene.bench->kernel);
        host_hears(&many->scene);
        for (uint32_t i = 0; i < host->frame_count; i++)
            heard[host->frames[i].port] += host->frames[i].count;
        host_forgets(&many->scene);
    }

    uint64_t least = heard[0], most = heard[0];
    for (uint32_t port = 1; port < PORTS; port++) {
        least = heard[port] < least ? heard[port] : least;
        most = heard[port] > most ? heard[port] : most;
    }
    assert_true(least > 1000);
    assert_true(most - least <= 2 * 64); /* two frames */
    many_destroy(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(one_stalled_reader_and_garbage_cost_the_others_nothing),
        TEST_ON_BENCH(what_a_stalled_port_lost_can_be_watched),
        TEST_ON_BENCH(the_others_keep_their_rate),
        TEST_ON_BENCH(all_ports_send_at_once_and_each_gets_its_share),
    };
    return cmocka_run_group_tests_name("serial_mux_many", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/sermux_trace.h"

#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "mn/trace.h"
#include "probe.h"
#include "trace_host.h"

#define MN_LOG_TARGET "test"
#define LINE 5u
#define BUFFER_BYTES 2048u

struct scene {
    struct fake_uart uart;
    struct mn_serial_driver driver;
    struct mn_task driver_task, trace_task;
    struct mn_sermux_trace trace;
    struct trace_host host;
};

static void start(struct bench *bench, struct scene *scene, int initial_level)
{
    struct mn_serial_settings serial = {.incoming_bytes = 64, .outgoing_bytes = 256};
    struct mn_sermux_trace_settings settings = {
        .buffer_bytes = BUFFER_BYTES, .initial_level = initial_level,
    };
    fake_uart_init(&scene->uart, bench, LINE);
    trace_host_init(&scene->host, &scene->uart);
    mn_spawn(&bench->kernel, &scene->driver_task, "driver",
             mn_serial_serve(&scene->driver, &bench->kernel, &scene->uart.hal, &serial));
    scene->driver_task.carries_trace = true;
    mn_spawn(&bench->kernel, &scene->trace_task, "trace",
             mn_sermux_trace(&scene->trace, &bench->kernel, &settings));
}

static struct scene *scene_with_peer(struct bench *bench)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    start(bench, scene, MN_LEVEL_WARN);
    fake_uart_toggle_carrier(&scene->uart);
    trace_host_read(&scene->host);
    return scene;
}

static void end(struct bench *bench, struct scene *scene)
{
    bench_cancel_all(bench);
    assert_int_equal(bench->kernel.log.level, MN_LEVEL_OFF);
    assert_int_equal(scene->host.unknown, 0);
    free(scene);
}

/* A host that comes and is answered. */
static struct scene *scene_with_host(struct bench *bench, int level)
{
    struct scene *scene = scene_with_peer(bench);
    trace_host_ask(&scene->host, level);
    trace_host_read(&scene->host);
    trace_host_forget(&scene->host);
    return scene;
}

/* ---- coming and going ------------------------------------------------------------------- */

static void a_heartbeat_each_second_until_a_host_answers(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_peer(bench);
    trace_host_wait(&scene->host, 2 * MN_S);
    trace_host_assert(&scene->host, "heartbeat WARN\nheartbeat WARN\nheartbeat WARN\n");

    trace_host_ask(&scene->host, MN_LEVEL_DEBUG);
    trace_host_wait(&scene->host, 5 * MN_S);

    trace_host_assert(&scene->host, "heartbeat DEBUG\n"
                                    "meta 1 a host listens of kernel::daemons::sermux_trace\n"
                                    "event a host listens tasks=2 services=1 at_us=2000000\n");
    assert_int_equal(scene->host.rounds, 6);
    end(bench, scene);
}

static void a_heartbeat_has_these_bytes(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = calloc(1, sizeof *scene);
    start(bench, scene, MN_LEVEL_INFO);
    fake_uart_toggle_carrier(&scene->uart);

    fake_uart_settle(&scene->uart);

    assert_int_equal(scene->uart.said_count, 5);
    assert_memory_equal(scene->uart.said, "\x01\x03\x01\x02\x00", 5);
    end(bench, scene);
}

static void with_nobody_there_nothing_is_said_and_nothing_wakes(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = calloc(1, sizeof *scene);
    start(bench, scene, MN_LEVEL_INFO);
    fake_uart_settle(&scene->uart);

    uint64_t ticks = bench->kernel.ticks;
    bench_advance(bench, 100 * MN_S);

    assert_int_equal(bench->kernel.ticks, ticks);
    assert_int_equal(scene->uart.said_count, 0);
    end(bench, scene);
}

static void the_first_host_gets_what_happened_before_it_came(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_peer(bench);
    bench->now_us = 7;
    mn_tick(&bench->kernel);
    MN_WARN(&bench->kernel.log, "early", MN_FIELD_U64("n", 1));
    MN_INFO(&bench->kernel.log, "not wanted");
    trace_host_forget(&scene->host);

    trace_host_ask(&scene->host, MN_LEVEL_INFO);
    trace_host_read(&scene->host);
    MN_WARN(&bench->kernel.log, "late");
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host, "heartbeat INFO\n"
                                    "meta 1 early of test\n"
                                    "event early n=1 at_us=7\n"
                                    "meta 2 a host listens of kernel::daemons::sermux_trace\n"
                                    "event a host listens tasks=2 services=1 at_us=7\n"
                                    "meta 8 late of test\n"
                                    "event late at_us=7\n");
    end(bench, scene);
}

static void say_again(struct bench *bench)
{
    MN_WARN(&bench->kernel.log, "again");
}

static void a_host_that_comes_again_learns_every_site_again(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_INFO);
    say_again(bench);
    say_again(bench);
    trace_host_read(&scene->host);
    trace_host_assert(&scene->host, "meta 7 again of test\n"
                                    "event again at_us=0\n"
                                    "event again at_us=0\n");

    fake_uart_toggle_carrier(&scene->uart);
    trace_host_read(&scene->host);
    assert_false(scene->trace.is_attached);
    assert_int_equal(bench->kernel.log.level, MN_LEVEL_OFF);
    say_again(bench); /* to nobody */
    trace_host_init(&scene->host, &scene->uart);
    fake_uart_toggle_carrier(&scene->uart);
    trace_host_read(&scene->host);
    trace_host_assert(&scene->host, "heartbeat off\n");
    trace_host_ask(&scene->host, MN_LEVEL_ERROR);
    trace_host_read(&scene->host);
    trace_host_ask(&scene->host, MN_LEVEL_WARN);
    trace_host_read(&scene->host);
    say_again(bench);
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host, "heartbeat ERROR\nheartbeat WARN\n"
                                    "meta 7 again of test\nevent again at_us=0\n");
    end(bench, scene);
}

static void a_host_that_takes_anothers_place_unseen_learns_all_when_it_speaks(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_WARN);
    say_again(bench);
    trace_host_read(&scene->host);

    trace_host_init(&scene->host, &scene->uart);
    trace_host_ask(&scene->host, MN_LEVEL_WARN);
    trace_host_read(&scene->host);
    say_again(bench);
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host, "heartbeat WARN\nmeta 1 again of test\nevent again at_us=0\n");
    end(bench, scene);
}

static void a_host_that_repeats_itself_and_falls_silent_is_gone(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_TRACE);
    for (int i = 0; i < 5; i++) {
        trace_host_wait(&scene->host, 2 * MN_S);
        trace_host_ask(&scene->host, MN_LEVEL_TRACE);
        trace_host_read(&scene->host);
    }

    trace_host_wait(&scene->host, MN_SERMUX_TRACE_SILENCE_US - 1);
    assert_true(scene->trace.is_attached);
    trace_host_forget(&scene->host);
    trace_host_wait(&scene->host, 1);
    assert_false(scene->trace.is_attached);
    assert_int_equal(bench->kernel.log.level, MN_LEVEL_OFF);
    trace_host_wait(&scene->host, 1 * MN_S);

    trace_host_assert(&scene->host, "heartbeat off\nheartbeat off\n");
    end(bench, scene);
}

static void a_host_that_speaks_once_is_not_expected_to_go_on(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_WARN);

    trace_host_wait(&scene->host, 20 * MN_SERMUX_TRACE_SILENCE_US);

    assert_true(scene->trace.is_attached);
    end(bench, scene);
}

static void a_host_that_stops_reading_is_gone_with_its_frame(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_WARN);
    trace_host_ask(&scene->host, MN_LEVEL_WARN);
    trace_host_read(&scene->host);
    scene->uart.is_stalled = true;
    for (int i = 0; i < 40; i++)
        say_again(bench);
    bench_settle(bench);

    bench_advance(bench, MN_SERMUX_TRACE_SILENCE_US);
    assert_false(scene->trace.is_attached);
    scene->uart.is_stalled = false;
    trace_host_read(&scene->host);
    assert_true(trace_host_has(&scene->host, "event again"));
    trace_host_forget(&scene->host);
    scene->host.decoder.malformed = 0;
    trace_host_wait(&scene->host, MN_S);

    assert_true(trace_host_has(&scene->host, "heartbeat off\n"));
    end(bench, scene);
}

/* ---- levels ----------------------------------------------------------------------------- */

static void the_host_sets_the_level(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_ERROR);
    assert_int_equal(bench->kernel.log.level, MN_LEVEL_ERROR);

    trace_host_ask(&scene->host, MN_LEVEL_OFF);
    trace_host_read(&scene->host);
    assert_int_equal(bench->kernel.log.level, MN_LEVEL_OFF);
    MN_ERROR(&bench->kernel.log, "unheard");
    trace_host_ask(&scene->host, MN_LEVEL_ERROR);
    trace_host_wait(&scene->host, 5 * MN_S);
    MN_WARN(&bench->kernel.log, "unheard too");
    MN_ERROR(&bench->kernel.log, "heard");
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host, "heartbeat off\nheartbeat ERROR\nmeta 1 heard of test\n"
                                    "event heard at_us=5000000\n");
    assert_int_equal(scene->host.rounds, 0); /* they are of level info */
    end(bench, scene);
}

static void noise_from_the_host_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_peer(bench);
    trace_host_forget(&scene->host);

    for (uint32_t i = 0; i < 900; i++)
        scene->uart.heard[scene->uart.heard_count++] = (uint8_t)(i * 37 % 11 == 0 ? 0 : i * 7);
    bench_raise(bench, LINE);
    trace_host_read(&scene->host);
    assert_false(scene->trace.is_attached);
    scene->uart.heard[scene->uart.heard_count++] = 0;
    trace_host_ask(&scene->host, MN_LEVEL_ERROR);
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host, "heartbeat ERROR\n");
    end(bench, scene);
}

/* ---- stats ------------------------------------------------------------------------------ */

static void a_round_has_every_task_and_service_and_the_clock_last(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_peer(bench);
    scene->host.shows_stats = true;
    scene->host.shows_metas = false;
    trace_host_forget(&scene->host);
    bench->now_us = 40;

    trace_host_ask(&scene->host, MN_LEVEL_INFO);
    trace_host_read(&scene->host);

    assert_true(trace_host_has(&scene->host, "heartbeat INFO\n"
                                             "event a host listens tasks=2 services=1 at_us=40\n"
                                             "event task task=1 name=driver polls="));
    assert_true(trace_host_has(&scene->host, "event task task=2 name=trace polls="));
    assert_true(trace_host_has(&scene->host, " waits_in=sermux_trace:"));
    assert_true(trace_host_has(&scene->host, "event service service=simple serial port"
                                             " instance=0 server=1 taken="));
    assert_true(trace_host_has(&scene->host, "event queue queue=fake in count_bytes="));
    assert_true(trace_host_has(&scene->host, " capacity_bytes=64 lost_bytes=0 at_us=40\n"
                                             "event queue queue=fake out count_bytes="));
    assert_true(trace_host_has(&scene->host, "event queue queue=trace count_bytes="));
    assert_true(trace_host_has(&scene->host, "event heap capacity_bytes="));
    const char *clock = strstr(scene->host.text, "event clock ticks=");
    assert_non_null(clock);
    assert_non_null(strstr(clock, " tasks=2 at_us=40\n"));
    assert_string_equal(strchr(clock, '\n'), "\n");
    end(bench, scene);
}

/* ---- rest ------------------------------------------------------------------------------- */

static void at_rest_tracing_everything_does_not_feed_itself(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_TRACE);
    trace_host_wait(&scene->host, 3 * MN_S);
    trace_host_forget(&scene->host);

    uint64_t ticks = bench->kernel.ticks;
    trace_host_wait(&scene->host, MN_S);
    uint64_t ticks_of_round = bench->kernel.ticks - ticks;
    trace_host_wait(&scene->host, 9 * MN_S);

    assert_in_range(ticks_of_round, 1, 60);
    assert_in_range(bench->kernel.ticks - ticks, 10, 10 * ticks_of_round + 20);
    assert_false(trace_host_has(&scene->host, "event poll")); /* of the two that carry it */
    assert_false(trace_host_has(&scene->host, "event wake"));
    end(bench, scene);
}

static void other_tasks_are_told_of_at_once(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_TRACE);
    struct probe leaf;
    struct mn_task task;
    scene->host.shows_metas = false;
    trace_host_wait(&scene->host, MN_S); /* what the two had to say goes with the next round */
    trace_host_forget(&scene->host);

    mn_spawn(&bench->kernel, &task, "leaf", probe(&leaf, "leaf", NULL, 0, MN_OK));
    trace_host_read(&scene->host);

    trace_host_assert(&scene->host,
                      "event spawn task=3 name=leaf by=0 at_us=1000000\n"
                      "event wake task=3 by=0 why=spawn at_us=1000000\n"
                      "event poll task=3 name=leaf at_us=1000000\n"
                      "event polled task=3 spent_ns=0 state=ready at_us=1000000\n"
                      "event end task=3 name=leaf err=MN_OK spent_ns=0 polls=1 at_us=1000000\n");
    end(bench, scene);
}

/* ---- loss ------------------------------------------------------------------------------- */

static void what_a_slow_host_loses_is_counted_exactly(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = scene_with_host(bench, MN_LEVEL_WARN);
    scene->host.shows_metas = false;
    scene->uart.is_stalled = true;

    for (int i = 0; i < 500; i++) {
        say_again(bench);
        bench_settle(bench);
    }
    scene->uart.is_stalled = false;
    trace_host_read(&scene->host);

    uint32_t came = 0;
    for (const char *at = scene->host.text; (at = strstr(at, "event again")); at++)
        came++;
    assert_true(came > 50);
    assert_int_equal(came + scene->host.lost_events, 500);
    end(bench, scene);
}

/* ---- cut, and short of memory ----------------------------------------------------------- */

static void setup_life(struct bench *bench, void *context)
{
    start(bench, context, MN_LEVEL_TRACE);
    ((struct scene *)context)->uart.is_hasty = true;
}

static void act(struct bench *bench, void *context, uint32_t tick)
{
    struct scene *scene = context;
    (void)bench;
    scene->uart.said_count = 0;
    if (tick % 40 == 3)
        fake_uart_toggle_carrier(&scene->uart);
    if (tick % 10 == 8 && tick < 80)
        trace_host_ask(&scene->host, tick % 20 == 8 ? MN_LEVEL_TRACE : MN_LEVEL_INFO);
    if (tick % 3 == 0)
        say_again(bench);
}

static bool is_tired(struct bench *bench, void *context)
{
    (void)context;
    return bench->kernel.ticks >= 160;
}

static void cut_off_anywhere_nothing_is_left(void **state)
{
    (void)state;
    const struct cut life = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 200,
        .setup = setup_life, .act = act, .is_over = is_tired,
    };
    assert_int_equal(cut_everywhere(&life), 160);
}

static void refused_memory_only_delays_it(void **state)
{
    struct bench *bench = *state;
    for (uint32_t nth = 1; nth <= 3; nth++) {
        struct scene *scene = calloc(1, sizeof *scene);
        mn_heap_fail_after(&bench->kernel.heap, nth);
        start(bench, scene, MN_LEVEL_INFO);
        fake_uart_toggle_carrier(&scene->uart);
        trace_host_wait(&scene->host, MN_S);
        assert_true(trace_host_has(&scene->host, "heartbeat INFO"));
        mn_heap_fail_after(&bench->kernel.heap, 0);
        end(bench, scene);
    }
}

static void more_than_the_heap_could_ever_give_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = calloc(1, sizeof *scene);
    struct mn_sermux_trace_settings settings = {.buffer_bytes = BENCH_ARENA_BYTES};
    mn_spawn(&bench->kernel, &scene->trace_task, "trace",
             mn_sermux_trace(&scene->trace, &bench->kernel, &settings));

    bench_settle(bench);

    assert_true(mn_task_is_done(&scene->trace_task));
    assert_int_equal(scene->trace.co.err, MN_ERR_TOO_BIG);
    end(bench, scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_heartbeat_each_second_until_a_host_answers),
        TEST_ON_BENCH(a_heartbeat_has_these_bytes),
        TEST_ON_BENCH(with_nobody_there_nothing_is_said_and_nothing_wakes),
        TEST_ON_BENCH(the_first_host_gets_what_happened_before_it_came),
        TEST_ON_BENCH(a_host_that_comes_again_learns_every_site_again),
        TEST_ON_BENCH(a_host_that_takes_anothers_place_unseen_learns_all_when_it_speaks),
        TEST_ON_BENCH(a_host_that_repeats_itself_and_falls_silent_is_gone),
        TEST_ON_BENCH(a_host_that_speaks_once_is_not_expected_to_go_on),
        TEST_ON_BENCH(a_host_that_stops_reading_is_gone_with_its_frame),
        TEST_ON_BENCH(the_host_sets_the_level),
        TEST_ON_BENCH(noise_from_the_host_changes_nothing),
        TEST_ON_BENCH(a_round_has_every_task_and_service_and_the_clock_last),
        TEST_ON_BENCH(at_rest_tracing_everything_does_not_feed_itself),
        TEST_ON_BENCH(other_tasks_are_told_of_at_once),
        TEST_ON_BENCH(what_a_slow_host_loses_is_counted_exactly),
        cmocka_unit_test(cut_off_anywhere_nothing_is_left),
        TEST_ON_BENCH(refused_memory_only_delays_it),
        TEST_ON_BENCH(more_than_the_heap_could_ever_give_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

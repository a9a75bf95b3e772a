/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hal-sim/replay.h"

#define CALLS 40u

struct taken { /* of one life of a machine, as a kernel sees it */
    struct mn_hal_sample samples[CALLS];
    uint32_t choices[CALLS];
    uint8_t entropy[CALLS];
    struct record_strike strikes[8];
    char names[8][16];
    uint32_t strike_count;
};

struct desk { /* a machine, with a recorder or a player before it */
    uv_loop_t loop;
    struct sim_machine machine;
    struct recorder recorder;
    struct record_reading reading;
    struct player player;
    struct mn_hal *hal;
    struct taken taken;
    bool has_no_task; /* nothing can be killed */
};

static char tape[] = "/tmp/mn_record.XXXXXX";

static int make_tape(void **state)
{
    (void)state;
    int file = mkstemp(tape);
    return file < 0 ? -1 : close(file);
}

static int remove_tape(void **state)
{
    (void)state;
    return unlink(tape);
}

static void open_machine(struct desk *desk, bool is_timed)
{
    const struct sim_machine_settings settings = {.is_virtual = true, .seed = 5,
                                                  .plan = {.is_timed = is_timed}};
    memset(desk, 0, sizeof *desk);
    assert_int_equal(uv_loop_init(&desk->loop), 0);
    sim_machine_open(&desk->machine, &desk->loop, &settings);
}

static void close_machine(struct desk *desk)
{
    sim_machine_close(&desk->machine);
    uv_run(&desk->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&desk->loop), 0);
}

static void open_recorder(struct desk *desk, bool is_timed)
{
    struct device_error error;
    const struct record_head head = {.seed = 5, .is_virtual = true, .has_choices = is_timed,
                                     .texts = {"melpo", "machine", "info", "{}"}};
    open_machine(desk, is_timed);
    assert_true(recorder_open(&desk->recorder, tape, &head, &error));
    desk->hal = recorder_machine(&desk->recorder, &desk->machine.hal);
}

static bool strike_came(void *context, const struct record_strike *strike)
{
    struct desk *desk = context;
    struct taken *taken = &desk->taken;
    if (desk->has_no_task && strike->kind == RECORD_KILL)
        return false;
    snprintf(taken->names[taken->strike_count], sizeof taken->names[0], "%.*s",
             (int)strike->name_bytes, strike->name);
    taken->strikes[taken->strike_count++] = *strike;
    return true;
}

static void open_player(struct desk *desk)
{
    struct device_error error;
    const struct player_watch watch = {.context = desk, .strike = strike_came};
    open_machine(desk, false);
    assert_true(record_read_file(&desk->reading, tape, &error));
    player_open(&desk->player, &desk->reading, &desk->machine, &watch);
    desk->hal = player_machine(&desk->player);
}

static void close_player(struct desk *desk)
{
    record_read_close(&desk->reading);
    close_machine(desk);
}

/* Does as a kernel that has several ready tasks now and then, and raises lines. */
static void live(struct desk *desk, bool is_timed)
{
    struct mn_hal *hal = desk->hal;
    for (uint32_t i = 0; i < CALLS; i++) {
        desk->taken.samples[i] = hal->ops->sample(hal);
        if (is_timed)
            desk->taken.choices[i] = hal->ops->choose(hal, 2 + i % 3);
        if (i % 7 == 0)
            hal->ops->entropy(hal, &desk->taken.entropy[i], 1);
        if (i % 5 == 0)
            sim_machine_raise(&desk->machine, 3);
        hal->ops->sleep_until(hal, desk->taken.samples[i].now_us + 1000);
        if (desk->recorder.inner && i % 10 == 4)
            recorder_strike(&desk->recorder,
                            &(struct record_strike){i % 20 == 4 ? RECORD_KILL : RECORD_REFUSE, i,
                                                    desk->machine.now_us, "hello", 5});
    }
}

static void record(bool is_timed, struct taken *taken)
{
    struct desk desk;
    open_recorder(&desk, is_timed);
    live(&desk, is_timed);
    recorder_close(&desk.recorder, CALLS, 7);
    *taken = desk.taken;
    close_machine(&desk);
}

static void assert_the_same(const struct taken *one, const struct taken *other)
{
    for (uint32_t i = 0; i < CALLS; i++) {
        assert_int_equal(one->samples[i].now_us, other->samples[i].now_us);
        assert_int_equal(one->samples[i].lines, other->samples[i].lines);
        assert_int_equal(one->choices[i], other->choices[i]);
        assert_int_equal(one->entropy[i], other->entropy[i]);
    }
}

static void what_a_machine_answered_it_answers_again(void **state)
{
    (void)state;
    for (uint32_t is_timed = 0; is_timed < 2; is_timed++) {
        struct taken then;
        struct desk desk;
        record(is_timed, &then);
        open_player(&desk);

        live(&desk, is_timed);
        player_finish(&desk.player, CALLS, 7);

        assert_the_same(&then, &desk.taken);
        assert_int_equal(desk.player.state, PLAYER_DONE);
        close_player(&desk);
    }
}

static void a_machine_that_was_not_asked_who_goes_first_is_not_asked_again(void **state)
{
    (void)state;
    struct taken then;
    struct desk desk;

    open_recorder(&desk, false);
    assert_null(desk.hal->ops->choose);
    assert_null(desk.hal->ops->stopwatch_ns);
    recorder_close(&desk.recorder, 0, 0);
    close_machine(&desk);
    record(true, &then);
    open_player(&desk);
    assert_non_null(desk.hal->ops->choose);
    close_player(&desk);
}

static void what_was_done_to_the_kernel_is_done_again_at_its_time(void **state)
{
    (void)state;
    struct taken then;
    struct desk desk;
    record(true, &then);
    open_player(&desk);

    live(&desk, true);

    assert_int_equal(desk.taken.strike_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        const struct record_strike *strike = &desk.taken.strikes[i];
        assert_int_equal(strike->number, 10 * i + 4);
        assert_int_equal(strike->kind, i % 2 == 0 ? RECORD_KILL : RECORD_REFUSE);
        assert_int_equal(strike->time_us, then.samples[10 * i + 5].now_us);
        assert_string_equal(desk.taken.names[i], "hello");
    }
    close_player(&desk);
}

static void a_task_that_is_not_there_ends_the_replay(void **state)
{
    (void)state;
    struct taken then;
    struct desk desk;
    record(true, &then);
    open_player(&desk);
    desk.has_no_task = true;

    live(&desk, true);

    assert_int_equal(desk.player.state, PLAYER_DEPARTED);
    assert_string_equal(desk.player.departure.device, "machine");
    assert_string_equal(desk.player.departure.expected, "task 4, hello, is killed");
    assert_string_equal(desk.player.departure.came, "there is no such task");
    assert_int_equal(desk.taken.strike_count, 0);
    close_player(&desk);
}

static void what_was_to_be_done_before_another_call_shows(void **state)
{
    (void)state;
    struct taken then;
    struct desk desk;
    record(false, &then);
    open_player(&desk);
    struct mn_hal *hal = desk.hal;
    uint8_t byte;

    for (uint32_t i = 0; i < 5; i++) {
        hal->ops->sample(hal);
        if (i % 7 == 0)
            hal->ops->entropy(hal, &byte, 1);
    }
    hal->ops->sample(hal); /* it has not slept */

    assert_int_equal(desk.player.state, PLAYER_DEPARTED);
    assert_string_equal(desk.player.departure.came, "a tick begins");
    close_player(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_machine_answered_it_answers_again),
        cmocka_unit_test(a_machine_that_was_not_asked_who_goes_first_is_not_asked_again),
        cmocka_unit_test(what_was_done_to_the_kernel_is_done_again_at_its_time),
        cmocka_unit_test(a_task_that_is_not_there_ends_the_replay),
        cmocka_unit_test(what_was_to_be_done_before_another_call_shows),
    };
    return cmocka_run_group_tests(tests, make_tape, remove_tape);
}

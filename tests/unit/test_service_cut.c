/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

#define VISITORS 3u
#define BRIEF_TICKS 9u /* when the one who leaves in the middle does */
#define TICKS_MAX 2000u

/* One busy life: a server with two workers, three clients of different patience that call for
 * answers, errors, closings and work, one with the wrong key, and one who leaves in the middle. */
struct life {
    struct bench *bench;
    struct echo_server server, next;
    struct echo_visitor visitors[VISITORS];
    struct echo_visitor stranger;
    struct echo_visitor brief;
    uint32_t ticks;
};

static struct life *life_begin(void)
{
    const uint64_t patience_us[VISITORS] = {0, ECHO_WORK_US / 2, 3 * ECHO_WORK_US};
    struct life *life = calloc(1, sizeof *life);
    assert_non_null(life);
    life->bench = bench_create();
    echo_visitor_start(life->bench, &life->visitors[0], 8, patience_us[0]); /* has to wait */
    assert_int_equal(echo_server_start(life->bench, &life->server), MN_OK);
    for (uint32_t i = 1; i < VISITORS; i++)
        echo_visitor_start(life->bench, &life->visitors[i], 8, patience_us[i]);
    echo_visitor_start(life->bench, &life->stranger, 1, 0);
    life->stranger.hello.key = ECHO_KEY + 1;
    echo_visitor_start(life->bench, &life->brief, 100, 0);
    return life;
}

static bool is_over(const struct life *life)
{
    for (uint32_t i = 0; i < VISITORS; i++) {
        if (!mn_task_is_done(&life->visitors[i].task))
            return false;
    }
    return mn_task_is_done(&life->stranger.task) && mn_task_is_done(&life->brief.task);
}

/* One tick; a machine with nothing to do sleeps until the next deadline. */
static void life_tick(struct life *life)
{
    struct mn_tick tick = mn_tick(&life->bench->kernel);
    if (!tick.is_ready && tick.deadline_us != MN_TIME_NEVER)
        life->bench->now_us = tick.deadline_us;
    if (++life->ticks == BRIEF_TICKS)
        mn_task_cancel(&life->brief.task);
}

/* Lives for `ticks`, or to the end. Returns whether there was a life left to cut. */
static bool life_go_on(struct life *life, uint32_t ticks)
{
    while (ticks-- > 0 && !is_over(life)) {
        assert_true(life->ticks < TICKS_MAX);
        life_tick(life);
    }
    return !is_over(life);
}

static void assert_every_call_ended(const struct echo_visitor *visitor, uint32_t cut_off)
{
    uint32_t ended = 0;
    for (uint32_t i = 0; i < MN_COUNT_OF(visitor->ended); i++)
        ended += visitor->ended[i];
    assert_in_range(visitor->begun, ended, ended + cut_off);
}

static void assert_nothing_under_way(const struct echo_server *server)
{
    assert_int_equal(server->service.queued, 0);
    assert_int_equal(server->service.in_hand, 0);
    echo_guests_assert_here(&server->guests, 0);
    for (uint32_t i = 0; i < server->guests.accepted; i++)
        assert_int_equal(server->guests.left[i], 1);
}

static void life_end(struct life *life)
{
    bench_destroy(life->bench);
    assert_nothing_under_way(&life->server);
    assert_nothing_under_way(&life->next);
    for (uint32_t i = 0; i < VISITORS; i++)
        assert_every_call_ended(&life->visitors[i], 1);
    free(life);
}

static void an_undisturbed_life_has_seen_everything(void **state)
{
    (void)state;
    struct life *life = life_begin();

    assert_false(life_go_on(life, TICKS_MAX));

    const struct echo_visitor *calm = &life->visitors[0], *hasty = &life->visitors[1];
    assert_int_equal(calm->ended[0], 4);  /* two answers, two pieces of work */
    assert_int_equal(calm->ended[1], 2);
    assert_int_equal(calm->ended[3], 2);
    assert_in_range(hasty->ended[2], 2, 7); /* its two pieces of work, and who came behind some */
    assert_true(life->server.workers[0].in_vain + life->server.workers[1].in_vain >= 2);
    assert_int_equal(life->stranger.co.err, MN_ERR_REFUSED);
    assert_true(life->ticks > 2 * BRIEF_TICKS);
    assert_nothing_under_way(&life->server);
    life_end(life);
}

static void whoever_is_cut_off_from_the_server_hears_of_it(void **state)
{
    (void)state;
    bool is_alive = true;
    for (uint32_t ticks = 0; is_alive; ticks++) {
        struct life *life = life_begin();
        is_alive = life_go_on(life, ticks);

        mn_task_cancel(&life->server.workers[0].task); /* unbinds; the other one ends by itself */
        bench_advance(life->bench, MN_S);

        assert_true(mn_task_is_done(&life->server.workers[1].task));
        assert_nothing_under_way(&life->server);
        for (uint32_t i = 0; i < VISITORS; i++) {
            struct echo_visitor *visitor = &life->visitors[i];
            assert_every_call_ended(visitor, 0);
            assert_int_equal(mn_task_is_done(&visitor->task), visitor->begun > 0);
        }
        life_end(life);
    }
}

static void a_new_server_takes_over_from_one_that_was_cut_off(void **state)
{
    (void)state;
    bool is_alive = true;
    for (uint32_t ticks = 0; is_alive; ticks++) {
        struct life *life = life_begin();
        is_alive = life_go_on(life, ticks);

        echo_server_stop(&life->server);
        assert_int_equal(echo_server_start(life->bench, &life->next), MN_OK);
        life_go_on(life, TICKS_MAX);

        assert_true(is_over(life));
        bench_advance(life->bench, MN_S); /* what was in vain is found out */
        assert_nothing_under_way(&life->server);
        assert_nothing_under_way(&life->next);
        for (uint32_t i = 0; i < VISITORS; i++) {
            assert_int_equal(life->visitors[i].begun, 8);
            assert_every_call_ended(&life->visitors[i], 0);
        }
        life_end(life);
    }
}

static void a_worker_cut_off_closes_its_job_and_the_other_goes_on(void **state)
{
    (void)state;
    bool is_alive = true;
    for (uint32_t ticks = 0; is_alive; ticks++) {
        struct life *life = life_begin();
        is_alive = life_go_on(life, ticks);

        mn_task_cancel(&life->server.workers[1].task);
        life_go_on(life, TICKS_MAX);

        assert_true(is_over(life));
        bench_advance(life->bench, MN_S);
        assert_nothing_under_way(&life->server);
        for (uint32_t i = 0; i < VISITORS; i++) {
            assert_int_equal(life->visitors[i].begun, 8);
            assert_every_call_ended(&life->visitors[i], 0);
        }
        life_end(life);
    }
}

static void a_client_cut_off_leaves_the_others_as_they_were(void **state)
{
    (void)state;
    bool is_alive = true;
    for (uint32_t cut = 0; cut < 3 * TICKS_MAX && is_alive; cut++) {
        struct life *life = life_begin();
        struct echo_visitor *unlucky = &life->visitors[cut % VISITORS];
        is_alive = life_go_on(life, cut / VISITORS);

        mn_task_cancel(&unlucky->task);
        assert_every_call_ended(unlucky, 1);
        life_go_on(life, TICKS_MAX);

        assert_true(is_over(life));
        bench_advance(life->bench, MN_S);
        assert_nothing_under_way(&life->server);
        for (uint32_t i = 0; i < VISITORS; i++) {
            if (&life->visitors[i] == unlucky)
                continue;
            assert_int_equal(life->visitors[i].begun, 8);
            assert_every_call_ended(&life->visitors[i], 0);
        }
        life_end(life);
    }
}

static void everything_can_be_cut_off_at_once(void **state)
{
    (void)state;
    bool is_alive = true;
    for (uint32_t ticks = 0; is_alive; ticks++) {
        struct life *life = life_begin();

        is_alive = life_go_on(life, ticks);

        life_end(life); /* a kernel that finishes cancels all its tasks, youngest first */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_undisturbed_life_has_seen_everything),
        cmocka_unit_test(whoever_is_cut_off_from_the_server_hears_of_it),
        cmocka_unit_test(a_new_server_takes_over_from_one_that_was_cut_off),
        cmocka_unit_test(a_worker_cut_off_closes_its_job_and_the_other_goes_on),
        cmocka_unit_test(a_client_cut_off_leaves_the_others_as_they_were),
        cmocka_unit_test(everything_can_be_cut_off_at_once),
    };
    return cmocka_run_group_tests_name("service_cut", tests, NULL, NULL);
}

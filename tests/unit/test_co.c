/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/co.h"

#include "panic.h"
#include "probe.h"

#define DEPTH 4u

/* A chain of coroutines "1", "2", ... that await each other, and at its end the probe "p". */
struct chain {
    struct trail trail;
    struct wrap wraps[DEPTH];
    struct probe probe;
};

static struct mn_co *make_chain(struct chain *chain, uint32_t depth, uint32_t waits,
                                enum mn_err result)
{
    static const char *const names[DEPTH] = {"1", "2", "3", "4"};
    *chain = (struct chain){.trail.length = 0};
    struct mn_co *co = probe(&chain->probe, "p", &chain->trail, waits, result);
    for (uint32_t level = depth; level-- > 0;)
        co = wrap(&chain->wraps[level], names[level], &chain->trail, co);
    return co;
}

static void a_chain_of_awaits_runs_through_in_one_poll(void **state)
{
    (void)state;
    struct chain chain;
    struct mn_co *co = make_chain(&chain, DEPTH, 0, MN_ERR_FULL);

    assert_int_equal(mn_co_poll(co, NULL), MN_READY);

    assert_int_equal(co->err, MN_ERR_FULL);
    assert_string_equal(chain.trail.text, "p -p -4 -3 -2 -1");
    assert_true(mn_co_is_ended(co));
    assert_null(co->child);
}

static void a_waiting_chain_goes_on_where_it_was(void **state)
{
    (void)state;
    struct chain chain;
    struct mn_co *co = make_chain(&chain, DEPTH, 3, MN_OK);

    for (int polls = 0; polls < 3; polls++)
        assert_int_equal(mn_co_poll(co, NULL), MN_PENDING);
    assert_ptr_equal(mn_co_leaf(co), &chain.probe.co);
    assert_int_equal(mn_co_poll(co, NULL), MN_READY);

    assert_int_equal(co->err, MN_OK);
    assert_string_equal(chain.trail.text, "p p p p -p -4 -3 -2 -1");
}

static void a_chain_dropped_while_waiting_goes_innermost_first_and_once(void **state)
{
    (void)state;
    static const char *const trails[] = {"p -p", "p -p -1", "p -p -2 -1", "p -p -3 -2 -1"};
    for (uint32_t depth = 0; depth < DEPTH; depth++) {
        struct chain chain;
        struct mn_co *co = make_chain(&chain, depth, PROBE_FOREVER, MN_OK);
        assert_int_equal(mn_co_poll(co, NULL), MN_PENDING);

        mn_co_drop(co);
        mn_co_drop(co);

        assert_string_equal(chain.trail.text, trails[depth]);
        assert_true(mn_co_is_ended(co));
    }
}

static void a_frame_inside_can_be_dropped_before_its_parents(void **state)
{
    (void)state;
    struct chain chain;
    struct mn_co *co = make_chain(&chain, 3, PROBE_FOREVER, MN_OK);
    assert_int_equal(mn_co_poll(co, NULL), MN_PENDING);

    mn_co_drop(&chain.wraps[1].co);
    assert_string_equal(chain.trail.text, "p -p -3 -2");
    mn_co_drop(co);

    assert_string_equal(chain.trail.text, "p -p -3 -2 -1");
}

static void a_future_dropped_before_its_first_poll_still_releases(void **state)
{
    (void)state;
    struct trail trail = {.length = 0};
    struct probe never;

    mn_co_drop(probe(&never, "p", &trail, 0, MN_OK));
    mn_co_drop(&never.co);

    assert_string_equal(trail.text, "-p");
    assert_int_equal(never.polls, 0);
}

static void an_unpolled_coroutine_does_not_touch_what_it_would_await(void **state)
{
    (void)state;
    struct chain chain;
    struct mn_co *co = make_chain(&chain, 1, 0, MN_OK);

    mn_co_drop(co);

    assert_string_equal(chain.trail.text, "-1");
}

static void polling_an_ended_frame_panics(void **state)
{
    (void)state;
    struct probe ended, dropped;
    mn_co_poll(probe(&ended, "p", NULL, 0, MN_OK), NULL);
    mn_co_drop(probe(&dropped, "p", NULL, 0, MN_OK));

    assert_panics("!mn_co_is_ended(co)", mn_co_poll(&ended.co, NULL));
    assert_panics("!mn_co_is_ended(co)", mn_co_poll(&dropped.co, NULL));
}

static void awaiting_a_future_a_second_time_panics(void **state)
{
    (void)state;
    struct chain chain;
    struct wrap again;
    mn_co_poll(make_chain(&chain, 1, 0, MN_OK), NULL);

    assert_panics("!mn_co_is_ended(co)",
                  mn_co_poll(wrap(&again, "again", NULL, &chain.probe.co), NULL));
}

static void resuming_where_nothing_awaits_panics(void **state)
{
    (void)state;
    struct chain chain;
    struct mn_co *co = make_chain(&chain, 1, PROBE_FOREVER, MN_OK);
    mn_co_poll(co, NULL);
    co->at = 1; /* no await stands there */

    assert_panics("resumed where nothing awaits", mn_co_poll(co, NULL));
}

static void a_type_without_drop_holds_nothing(void **state)
{
    (void)state;
    struct mn_yield yield;

    mn_co_drop(mn_yield(&yield));

    assert_true(mn_co_is_ended(&yield.co));
}

/* Three futures in turn; the first may fail unseen, the second may not. */
struct steps {
    struct mn_co co;
    struct probe probe; /* one await at a time: the frame is used three times */
    enum mn_err results[3];
    enum mn_err seen;
    uint32_t reached;
};

static enum mn_poll steps_poll(struct mn_co *co, struct mn_task *task)
{
    struct steps *steps = MN_FRAME(co, struct steps);

    MN_CO_BEGIN;
    steps->reached = 1;
    MN_AWAIT(probe(&steps->probe, "p", NULL, 1, steps->results[0]));
    steps->seen = co->err;
    steps->reached = 2;
    MN_TRY(probe(&steps->probe, "p", NULL, 1, steps->results[1]));
    steps->reached = 3;
    if (steps->results[2] == MN_ERR_BUSY)
        MN_RETURN(MN_ERR_TAKEN);
    MN_AWAIT(probe(&steps->probe, "p", NULL, 1, steps->results[2]));
    steps->reached = 4;
    MN_CO_END;
}

static const struct mn_co_type steps_type = {.name = "steps", .poll = steps_poll};

static enum mn_err run_steps(struct steps *steps)
{
    mn_co_init(&steps->co, &steps_type);
    while (mn_co_poll(&steps->co, NULL) == MN_PENDING)
        assert_ptr_equal(mn_co_leaf(&steps->co), &steps->probe.co);
    return steps->co.err;
}

static void await_shows_the_error_and_goes_on(void **state)
{
    (void)state;
    struct steps steps = {.results = {MN_ERR_FULL, MN_OK, MN_OK}};

    assert_int_equal(run_steps(&steps), MN_OK);

    assert_int_equal(steps.seen, MN_ERR_FULL);
    assert_int_equal(steps.reached, 4);
}

static void try_hands_the_error_to_our_caller(void **state)
{
    (void)state;
    struct steps steps = {.results = {MN_OK, MN_ERR_CLOSED, MN_OK}};

    assert_int_equal(run_steps(&steps), MN_ERR_CLOSED);

    assert_int_equal(steps.reached, 2);
    assert_null(steps.co.child);
}

static void return_ends_with_its_own_error(void **state)
{
    (void)state;
    struct steps steps = {.results = {MN_OK, MN_OK, MN_ERR_BUSY}};

    assert_int_equal(run_steps(&steps), MN_ERR_TAKEN);

    assert_int_equal(steps.reached, 3);
}

static void falling_off_the_end_is_ok_even_after_a_failed_await(void **state)
{
    (void)state;
    struct steps steps = {.results = {MN_OK, MN_OK, MN_ERR_FULL}};

    assert_int_equal(run_steps(&steps), MN_OK);

    assert_int_equal(steps.reached, 4);
}

static void every_error_has_a_name_and_a_text(void **state)
{
    (void)state;
    for (int value = MN_ERR_INVALID; value <= MN_OK; value++) {
        assert_memory_equal(mn_err_name((enum mn_err)value), "MN_", 3);
        assert_string_not_equal(mn_err_text((enum mn_err)value), "?");
    }
    assert_string_equal(mn_err_name(MN_ERR_TIMEOUT), "MN_ERR_TIMEOUT");
    assert_string_equal(mn_err_text(MN_ERR_TIMEOUT), "deadline passed");
    assert_string_equal(mn_err_name((enum mn_err)(MN_ERR_INVALID - 1)), "?");
    assert_string_equal(mn_err_text((enum mn_err)(MN_ERR_INVALID - 1)), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_of_awaits_runs_through_in_one_poll),
        cmocka_unit_test(a_waiting_chain_goes_on_where_it_was),
        cmocka_unit_test(a_chain_dropped_while_waiting_goes_innermost_first_and_once),
        cmocka_unit_test(a_frame_inside_can_be_dropped_before_its_parents),
        cmocka_unit_test(a_future_dropped_before_its_first_poll_still_releases),
        cmocka_unit_test(an_unpolled_coroutine_does_not_touch_what_it_would_await),
        cmocka_unit_test(polling_an_ended_frame_panics),
        cmocka_unit_test(awaiting_a_future_a_second_time_panics),
        cmocka_unit_test(resuming_where_nothing_awaits_panics),
        cmocka_unit_test(a_type_without_drop_holds_nothing),
        cmocka_unit_test(await_shows_the_error_and_goes_on),
        cmocka_unit_test(try_hands_the_error_to_our_caller),
        cmocka_unit_test(return_ends_with_its_own_error),
        cmocka_unit_test(falling_off_the_end_is_ok_even_after_a_failed_await),
        cmocka_unit_test(every_error_has_a_name_and_a_text),
    };
    return cmocka_run_group_tests_name("co", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/time.h"

#include <stdlib.h>

#include "panic.h"
#include "random.h"

/* Up to `bits_max` bits long, every length equally often: 1 as likely as an age. */
static uint64_t random_length(uint64_t *seed, uint32_t bits_max)
{
    return 1 + test_random_bits(seed, bits_max);
}

/* The same timers twice: in the wheel, and as a plain array that is searched from end to end. */
#define MODEL_TIMERS 48u

struct model {
    struct bench *bench; /* its ready list shows the order in which timers fire */
    struct mn_wheel wheel;
    struct mn_timer timers[MODEL_TIMERS];
    struct mn_task tasks[MODEL_TIMERS];
    struct mn_co roots[MODEL_TIMERS];
    uint64_t due_us[MODEL_TIMERS]; /* 0: not armed */
    uint64_t order[MODEL_TIMERS];  /* of arming */
    uint64_t armings, now_us, seed;
};

static const struct mn_co_type idle_type = {.name = "idle"};

static struct model *make_model(struct bench *bench, uint64_t now_us, uint64_t seed)
{
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->bench = bench;
    model->now_us = now_us;
    model->seed = seed;
    mn_wheel_init(&model->wheel, now_us);
    for (uint32_t i = 0; i < MODEL_TIMERS; i++) {
        mn_timer_init(&model->timers[i]);
        model->tasks[i].kernel = &bench->kernel;
        model->tasks[i].root = mn_co_init(&model->roots[i], &idle_type);
    }
    return model;
}

/* The armed timer that is due first, of equals the one armed first; or MODEL_TIMERS. */
static uint32_t model_first(const struct model *model)
{
    uint32_t first = MODEL_TIMERS;
    for (uint32_t i = 0; i < MODEL_TIMERS; i++) {
        if (model->due_us[i] == 0)
            continue;
        if (first == MODEL_TIMERS || model->due_us[i] < model->due_us[first] ||
            (model->due_us[i] == model->due_us[first] && model->order[i] < model->order[first]))
            first = i;
    }
    return first;
}

static uint64_t model_next_us(const struct model *model)
{
    uint32_t first = model_first(model);
    return first == MODEL_TIMERS ? MN_TIME_NEVER : model->due_us[first];
}

static void model_arm(struct model *model, uint32_t i, uint64_t due_us)
{
    if (model->due_us[i] != 0 || due_us <= model->now_us)
        return;
    mn_timer_arm(&model->wheel, &model->timers[i], due_us, &model->tasks[i]);
    model->due_us[i] = due_us;
    model->order[i] = ++model->armings;
}

static void model_cancel(struct model *model, uint32_t i)
{
    mn_timer_cancel(&model->wheel, &model->timers[i]);
    model->due_us[i] = 0;
}

static void model_advance(struct model *model, uint64_t now_us)
{
    model->now_us = now_us;
    mn_wheel_advance(&model->wheel, now_us);
    while (model_next_us(model) <= now_us) {
        uint32_t first = model_first(model);
        struct mn_list *node = mn_list_pop(&model->bench->kernel.ready);
        assert_ptr_equal(node, &model->tasks[first].ready);
        assert_false(mn_timer_is_armed(&model->timers[first]));
        model->tasks[first].queued = false;
        model->due_us[first] = 0;
    }
    assert_true(mn_list_is_empty(&model->bench->kernel.ready)); /* nothing fired early */
}

static void model_check(struct model *model)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < MODEL_TIMERS; i++) {
        assert_int_equal(mn_timer_is_armed(&model->timers[i]), model->due_us[i] != 0);
        count += model->due_us[i] != 0;
    }
    assert_int_equal(model->wheel.count, count);
}

/* A moment to arm for: often one that another timer has already, else near or far. */
static uint64_t model_pick_us(struct model *model, uint32_t bits_max)
{
    uint64_t other_us = model->due_us[test_random(&model->seed) % MODEL_TIMERS];
    if (other_us != 0 && test_random(&model->seed) % 3 == 0)
        return other_us;
    uint64_t due_us = model->now_us + random_length(&model->seed, bits_max);
    return due_us < model->now_us || due_us == MN_TIME_NEVER ? MN_TIME_NEVER - 1 : due_us;
}

static void model_move(struct model *model, uint32_t bits_max)
{
    uint64_t next_us = model_next_us(model);
    uint64_t there_us = model->now_us + random_length(&model->seed, bits_max);
    switch (test_random(&model->seed) % 4) {
    case 0: /* exactly there */
        there_us = next_us;
        break;
    case 1: /* just short of it */
        there_us = next_us - 1;
        break;
    default:
        break;
    }
    if (there_us != MN_TIME_NEVER && there_us >= model->now_us)
        model_advance(model, there_us);
}

static void model_step(struct model *model, uint32_t bits_max)
{
    uint32_t i = (uint32_t)(test_random(&model->seed) % MODEL_TIMERS);
    uint64_t choice = test_random(&model->seed) % 16;
    if (choice < 8)
        model_arm(model, i, model_pick_us(model, bits_max));
    else if (choice < 10)
        model_cancel(model, i);
    else if (choice < 11 && model_first(model) < MODEL_TIMERS)
        model_cancel(model, model_first(model)); /* the next deadline must be looked for anew */
    else if (choice < 14)
        assert_true(mn_wheel_next_us(&model->wheel, model->now_us) == model_next_us(model));
    else
        model_move(model, bits_max);
    model_check(model);
}

static void the_wheel_does_what_a_sorted_list_would(void **state)
{
    struct bench *bench = *state;
    static const uint32_t bits[] = {4, 8, 13, 20, 31, 33, 45, 62, 63};
    for (uint64_t seed = 0; seed < 54; seed++) {
        uint32_t bits_max = bits[seed % MN_COUNT_OF(bits)];
        uint64_t begin_us = seed % 2 ? test_random(&(uint64_t){seed}) >> 2 : 0;
        struct model *model = make_model(bench, begin_us, seed);

        for (int step = 0; step < 3000; step++)
            model_step(model, bits_max);
        model_advance(model, MN_TIME_NEVER - 1);

        assert_int_equal(model->wheel.count, 0);
        assert_int_equal(model->wheel.levels_in_use, 0);
        free(model);
    }
}

static void equal_deadlines_fire_in_the_order_of_arming_across_levels(void **state)
{
    struct bench *bench = *state;
    for (uint32_t bit = 0; bit < 62; bit++) {
        uint64_t due_us = (UINT64_C(1) << bit) + 8;
        struct model *model = make_model(bench, 0, bit);
        uint32_t armed = 0;

        /* Closer and closer, some with the wheel moved there, some with it lagging. */
        for (uint64_t left_us = due_us; left_us > 0 && armed + 1 < MODEL_TIMERS; left_us /= 3) {
            model_advance(model, due_us - left_us);
            model_arm(model, armed++, due_us);
            if (armed % 2) {
                model_arm(model, MODEL_TIMERS - 1, model->now_us + 1);
                model_cancel(model, MODEL_TIMERS - 1);
                mn_wheel_next_us(&model->wheel, model->now_us); /* moves the wheel */
            }
        }
        assert_true(armed >= 2);
        model_advance(model, due_us);

        assert_int_equal(model->wheel.count, 0);
        free(model);
    }
}

static void the_next_deadline_is_exact_after_every_cancel(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 12345, 1);
    for (uint32_t i = 0; i < MODEL_TIMERS; i++)
        model_arm(model, i, 12345 + random_length(&model->seed, 40));

    for (uint32_t left = MODEL_TIMERS; left > 0; left--) {
        assert_true(mn_wheel_next_us(&model->wheel, 12345) == model_next_us(model));
        model_cancel(model, model_first(model));
    }

    assert_true(mn_wheel_next_us(&model->wheel, 12345) == MN_TIME_NEVER);
    free(model);
}

static void a_lagging_wheel_takes_timers_and_fires_them_in_time(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 0, 1);
    model_arm(model, 0, 1000000);

    model_advance(model, 999000); /* nothing is due: the wheel need not move */
    model_arm(model, 1, 999001);
    model_arm(model, 2, 1000000);
    model_advance(model, 999000);
    assert_int_equal(mn_wheel_next_us(&model->wheel, 999000), 999001);
    model_advance(model, 999001);
    assert_int_equal(model->wheel.count, 2);
    model_advance(model, 1000000);

    assert_int_equal(model->wheel.count, 0);
    free(model);
}

static void arming_for_the_past_or_twice_panics(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 100, 1);
    struct mn_timer *timer = &model->timers[0];

    assert_panics("due_us > wheel->now_us",
                  mn_timer_arm(&model->wheel, timer, 100, &model->tasks[0]));
    assert_panics("due_us > wheel->now_us",
                  mn_timer_arm(&model->wheel, timer, 0, &model->tasks[0]));
    mn_timer_arm(&model->wheel, timer, 101, &model->tasks[0]);
    assert_panics("!mn_timer_is_armed(timer)",
                  mn_timer_arm(&model->wheel, timer, 102, &model->tasks[0]));

    assert_int_equal(model->wheel.count, 1);
    free(model);
}

static void time_that_goes_back_panics(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 100, 1);

    assert_panics("now_us >= wheel->now_us", mn_wheel_advance(&model->wheel, 99));

    free(model);
}

static void cancelling_twice_or_without_arming_is_harmless(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 0, 1);
    model_arm(model, 0, 50);
    model_arm(model, 1, 50);

    model_cancel(model, 0);
    model_cancel(model, 0);
    model_cancel(model, 2);

    assert_int_equal(model->wheel.count, 1);
    model_advance(model, 50);
    model_cancel(model, 1); /* it has fired */
    assert_int_equal(model->wheel.count, 0);
    free(model);
}

static void the_last_microsecond_of_all_can_be_slept_for(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 1, 1);
    model_arm(model, 0, MN_TIME_NEVER - 1);
    model_arm(model, 1, UINT64_C(1) << 63);

    assert_true(mn_wheel_next_us(&model->wheel, 1) == UINT64_C(1) << 63);
    model_advance(model, UINT64_C(1) << 63);
    assert_true(mn_wheel_next_us(&model->wheel, model->now_us) == MN_TIME_NEVER - 1);
    model_advance(model, MN_TIME_NEVER - 1);

    assert_int_equal(model->wheel.count, 0);
    free(model);
}

#define MANY 100000u

static int compare_times(const void *left, const void *right)
{
    uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;
    return (l > r) - (l < r);
}

static void a_hundred_thousand_timers_fire_each_at_its_time(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 0, 77); /* lends its wheel, its task, its seed */
    struct mn_timer *timers = calloc(MANY, sizeof *timers);
    uint64_t *due_us = calloc(MANY, sizeof *due_us);
    uint32_t count = 0, at = 0;
    assert_non_null(timers);
    assert_non_null(due_us);
    for (uint32_t i = 0; i < MANY; i++) {
        mn_timer_init(&timers[i]);
        due_us[count] = 1 + test_random(&model->seed) % (i % 2 ? MN_S : 3600 * MN_S);
        mn_timer_arm(&model->wheel, &timers[i], due_us[count], &model->tasks[0]);
        if (i % 3 == 0)
            mn_timer_cancel(&model->wheel, &timers[i]);
        else
            count++;
    }
    qsort(due_us, count, sizeof *due_us, compare_times);

    while (at < count) {
        uint64_t next_us = mn_wheel_next_us(&model->wheel, model->now_us);
        assert_int_equal(next_us, due_us[at]);
        while (at < count && due_us[at] == next_us)
            at++;
        model->now_us = next_us;
        mn_wheel_advance(&model->wheel, next_us);
        assert_int_equal(model->wheel.count, count - at);
    }

    mn_list_remove(&model->tasks[0].ready);
    free(timers);
    free(due_us);
    free(model);
}

/* Sleeps a pseudo-random time up to a day, again and again, for ten years. */
#define DAY_US (24 * 3600 * MN_S)
#define TEN_YEARS_US (3652 * DAY_US)
#define NAPPERS 5u

struct decade { /* what all the nappers write in */
    uint64_t hash;
    uint32_t naps;
};

struct napper {
    struct mn_co co;
    struct mn_task task;
    struct mn_sleep sleep;
    struct decade *decade;
    uint64_t seed, woke_us;
};

static void note(struct decade *decade, uint64_t value)
{
    for (int byte = 0; byte < 8; byte++)
        decade->hash = (decade->hash ^ (uint8_t)(value >> (8 * byte))) * UINT64_C(0x100000001b3);
}

static enum mn_poll napper_poll(struct mn_co *co, struct mn_task *task)
{
    struct napper *napper = MN_FRAME(co, struct napper);

    MN_CO_BEGIN;
    while (task->kernel->now_us < TEN_YEARS_US) {
        napper->woke_us = task->kernel->now_us + test_random(&napper->seed) % DAY_US + 1;
        MN_AWAIT(mn_sleep_until(&napper->sleep, napper->woke_us));
        assert_int_equal(task->kernel->now_us, napper->woke_us);
        note(napper->decade, task->id);
        note(napper->decade, napper->woke_us);
        napper->decade->naps++;
    }
    if (task->kernel->task_count == 1)
        mn_halt(task->kernel, 0);
    MN_CO_END;
}

static const struct mn_co_type napper_type = {.name = "napper", .poll = napper_poll};

static struct decade live_ten_years(uint64_t seed)
{
    struct decade decade = {.hash = UINT64_C(0xcbf29ce484222325)};
    struct napper nappers[NAPPERS];
    struct bench *bench = bench_create();
    for (uint32_t i = 0; i < NAPPERS; i++) {
        nappers[i] = (struct napper){.decade = &decade, .seed = seed + i};
        mn_spawn(&bench->kernel, &nappers[i].task, "napper",
                 mn_co_init(&nappers[i].co, &napper_type));
    }
    mn_run(&bench->kernel);
    assert_in_range(bench->now_us, TEN_YEARS_US, TEN_YEARS_US + DAY_US);
    bench_destroy(bench);
    return decade;
}

static void ten_years_of_naps_leave_the_same_trace_twice(void **state)
{
    (void)state;

    struct decade first = live_ten_years(1), again = live_ten_years(1), other = live_ten_years(2);

    assert_in_range(first.naps, NAPPERS * 7000, NAPPERS * 7700);
    assert_int_equal(first.naps, again.naps);
    assert_true(first.hash == again.hash);
    assert_true(first.hash != other.hash);
}

static void a_look_from_the_past_panics(void **state)
{
    struct bench *bench = *state;
    struct model *model = make_model(bench, 100, 1);
    model_arm(model, 0, 200);
    model_cancel(model, 0);

    assert_panics("now_us >= wheel->now_us", mn_wheel_next_us(&model->wheel, 99));

    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(the_wheel_does_what_a_sorted_list_would),
        TEST_ON_BENCH(equal_deadlines_fire_in_the_order_of_arming_across_levels),
        TEST_ON_BENCH(the_next_deadline_is_exact_after_every_cancel),
        TEST_ON_BENCH(a_lagging_wheel_takes_timers_and_fires_them_in_time),
        TEST_ON_BENCH(arming_for_the_past_or_twice_panics),
        TEST_ON_BENCH(time_that_goes_back_panics),
        TEST_ON_BENCH(cancelling_twice_or_without_arming_is_harmless),
        TEST_ON_BENCH(the_last_microsecond_of_all_can_be_slept_for),
        TEST_ON_BENCH(a_hundred_thousand_timers_fire_each_at_its_time),
        cmocka_unit_test(ten_years_of_naps_leave_the_same_trace_twice),
        TEST_ON_BENCH(a_look_from_the_past_panics),
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "display_bench.h"

#include <string.h>

#include "cut.h"

static uint32_t live_blocks(const struct display_bench *scene)
{
    return mn_heap_stats(&scene->bench->kernel.heap).live_blocks;
}

static void stop_server(struct display_bench *scene)
{
    mn_task_cancel(&scene->server);
    bench_settle(scene->bench);
}

/* ---- a client that goes ----------------------------------------------------------------- */

static void the_chunks_of_a_client_that_leaves_are_freed_and_those_of_others_not(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *gone = &scene->users[0], *here = &scene->users[1];

    user_open_now(gone);
    user_open_now(here);
    user_get_chunk(here, 0, 4, 4);
    uint32_t before = live_blocks(scene);
    for (uint32_t i = 0; i < DISPLAY_CHUNKS; i++)
        user_get_chunk(gone, i, 8, 8);
    assert_int_equal(live_blocks(scene), before + DISPLAY_CHUNKS);
    mn_screen_close(&gone->screen);

    assert_int_equal(live_blocks(scene), before);
    user_draw_at(here, 0, 0, 0);
    mn_screen_close(&gone->screen); /* harmless */
}

static void a_client_that_only_disconnects_leaves_nothing_either(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    uint32_t before = live_blocks(scene);
    user_get_chunk(user, 0, 8, 8);
    mn_client_close(&user->screen.service.client);

    assert_int_equal(live_blocks(scene), before);
}

static void a_client_that_dies_with_its_chunk_given_gets_it_back_first(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    uint32_t before = live_blocks(scene);
    user_get_chunk(user, 0, 8, 8);
    user_draw(user, 0);
    for (uint32_t ticks = 0; !user->chunks[0].is_given; ticks++) {
        assert_true(ticks < 100);
        mn_tick(&scene->bench->kernel);
    }
    mn_task_cancel(&user->task);
    assert_false(user->chunks[0].is_given);
    mn_screen_close(&user->screen);
    bench_settle(scene->bench);

    assert_int_equal(live_blocks(scene), before);
    assert_int_equal(mn_display_counts(&scene->display).chunks_drawn, 0);
}

static void a_client_that_dies_while_it_waits_for_memory_leaves_no_waiter(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_heap *heap = &scene->bench->kernel.heap;

    user_open_now(user);
    void *memory = mn_heap_try(heap, mn_heap_stats(heap).largest_bytes - 1024);
    user_ask_chunk(user, 0, 64, 64, MN_TIME_NEVER);
    bench_settle(scene->bench);
    assert_int_equal(mn_heap_stats(heap).waiters, 1);
    mn_task_cancel(&user->task);
    mn_screen_close(&user->screen);
    bench_settle(scene->bench);

    assert_int_equal(mn_heap_stats(heap).waiters, 0);
    assert_int_equal(mn_display_counts(&scene->display).waiting, 0);
    mn_heap_free(heap, memory);
}

static void a_chunk_that_was_answered_but_never_seen_is_freed(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    uint32_t before = live_blocks(scene);
    user_ask_chunk(user, 0, 8, 8, MN_TIME_NEVER);
    while (live_blocks(scene) == before)
        mn_tick(&scene->bench->kernel);
    assert_false(mn_task_is_done(&user->task));
    mn_task_cancel(&user->task);

    assert_int_equal(live_blocks(scene), before);
    user_get_chunk(user, 0, 8, 8); /* and the connection is as good as before */
}

/* ---- a display that goes ---------------------------------------------------------------- */

static void after_the_display_has_ended_its_clients_may_still_draw_into_their_chunks(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 8, 8);
    user_get_chunk(user, 1, 8, 8);
    stop_server(scene);
    assert_null(mn_display_frame(&scene->display));
    assert_int_equal(mn_display_counts(&scene->display).chunks_live, 0);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw(user, 0);
    bench_settle(scene->bench);
    assert_int_equal(user_err(user), MN_ERR_CLOSED);
    assert_false(user->chunks[0].is_given);

    mn_screen_drop_chunk(&user->screen, &user->chunks[0]);
    mn_screen_close(&user->screen);
    assert_int_equal(live_blocks(scene), 0);
}

static void a_display_that_comes_again_serves_those_who_open_again(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 8, 8);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, 0, 0);
    stop_server(scene);
    assert_int_equal(scene->bench->kernel.wheel.count, 0); /* what was not shown is not */
    mn_screen_close(&user->screen);
    user_open(user);
    bench_settle(scene->bench);
    display_bench_start_server(scene);
    bench_settle(scene->bench);

    assert_int_equal(user_err(user), MN_OK);
    assert_int_equal(frame_on_count(scene), 0);
    user_get_chunk(user, 0, 8, 8);
    user_draw_at(user, 0, 0, 0);
}

static void who_waits_for_memory_hears_that_the_display_has_ended(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_heap *heap = &scene->bench->kernel.heap;

    user_open_now(user);
    void *memory = mn_heap_try(heap, mn_heap_stats(heap).largest_bytes - 1024);
    user_ask_chunk(user, 0, 64, 64, MN_TIME_NEVER);
    bench_settle(scene->bench);
    stop_server(scene);

    assert_int_equal(user_err(user), MN_ERR_CLOSED);
    assert_int_equal(mn_heap_stats(heap).waiters, 0);
    mn_heap_free(heap, memory);
}

/* ---- getting in, and getting up --------------------------------------------------------- */

static void assert_refused(struct display_bench *scene, struct mn_display_hello *hello)
{
    struct mn_display_client client;
    struct mn_connect connect;
    struct mn_task task = {0};
    enum mn_display_refusal refusal;
    mn_spawn(&scene->bench->kernel, &task, "joiner",
             mn_display_connect(&connect, &scene->bench->kernel.registry, &client, 0, hello,
                                &refusal));
    bench_settle(scene->bench);
    assert_true(mn_task_is_done(&task));
    assert_int_equal(connect.co.err, MN_ERR_REFUSED);
    assert_int_equal(refusal, MN_DISPLAY_BAD_SESSION);
}

static void who_brings_no_session_or_one_in_use_is_refused(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_display_hello none = {NULL}, used = {&user->screen.session};

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    assert_refused(scene, &none);
    assert_refused(scene, NULL);
    assert_refused(scene, &used);
    user_draw_at(user, 0, 0, 0);
}

static void without_memory_for_its_frame_a_display_waits(void **state)
{
    struct display_bench *scene = *state;
    struct mn_heap *heap = &scene->bench->kernel.heap;

    stop_server(scene);
    void *memory = mn_heap_try(heap, mn_heap_stats(heap).capacity_bytes - 512);
    assert_non_null(memory);
    display_bench_start_server(scene);
    user_open(&scene->users[0]);
    bench_settle(scene->bench);
    assert_null(mn_display_frame(&scene->display));
    mn_heap_free(heap, memory);
    bench_settle(scene->bench);

    assert_non_null(mn_display_frame(&scene->display));
    assert_int_equal(user_err(&scene->users[0]), MN_OK);
}

static void a_frame_that_could_never_fit_is_an_error(void **state)
{
    struct display_bench *scene = *state;
    struct mn_display_settings settings = {.waiting_max = 1};

    stop_server(scene);
    scene->fake.hal.width_px = scene->fake.hal.height_px = MN_SIDE_MAX;
    assert_true(mn_display_bytes(&scene->fake.hal, &settings) > MN_SIDE_MAX * MN_SIDE_MAX);
    display_bench_start_server(scene);
    bench_settle(scene->bench);

    assert_true(mn_task_is_done(&scene->server));
    assert_int_equal(scene->display.co.err, MN_ERR_TOO_BIG);
}

/* ---- one busy life ---------------------------------------------------------------------- */

#define PAINTERS 3u
#define ROUNDS 3u
#define LIFE_TICKS_MAX 400u

struct painter { /* frame: a whole client */
    struct mn_co co;
    struct mn_task task;
    struct mn_screen screen;
    struct mn_display_chunk big, small;
    uint32_t round;
    union {
        struct mn_screen_open open;
        struct mn_screen_chunk chunk;
        struct mn_screen_draw draw;
    } on;
};

struct life {
    struct display_bench scene;
    struct painter painters[PAINTERS];
};

static struct mn_display_chunk *paint(struct mn_display_chunk *chunk, uint32_t round)
{
    memset(chunk->mask.pixels, MN_PIXEL_ON, chunk->mask.stride_bytes);
    memset(chunk->pixels.pixels, round % 2 ? MN_PIXEL_OFF : MN_PIXEL_ON,
           chunk->pixels.stride_bytes);
    chunk->x = chunk->y = (int32_t)round;
    return chunk;
}

static enum mn_poll painter_poll(struct mn_co *co, struct mn_task *task)
{
    struct painter *painter = MN_FRAME(co, struct painter);

    MN_CO_BEGIN;
    MN_TRY(mn_screen_open(&painter->on.open, &task->kernel->registry, 0, &painter->screen));
    MN_TRY(mn_screen_chunk(&painter->on.chunk, &painter->screen, &painter->small, 8, 2,
                           MN_TIME_NEVER));
    for (; painter->round < ROUNDS; painter->round++) {
        /* Two of them fit at once: one painter waits until another drops its own. */
        MN_TRY(mn_screen_chunk(&painter->on.chunk, &painter->screen, &painter->big, 104, 96,
                               MN_TIME_NEVER));
        MN_TRY(mn_screen_draw(&painter->on.draw, &painter->screen,
                              paint(&painter->big, painter->round)));
        MN_TRY(mn_screen_draw(&painter->on.draw, &painter->screen,
                              paint(&painter->small, painter->round)));
        mn_screen_drop_chunk(&painter->screen, &painter->big);
    }
    MN_CO_END;
}

static void painter_drop(struct mn_co *co)
{
    mn_screen_close(&MN_FRAME(co, struct painter)->screen);
}

static const struct mn_co_type painter_type = {
    .name = "painter",
    .poll = painter_poll,
    .drop = painter_drop,
};

static void begin_life(struct bench *bench, void *context)
{
    struct life *life = context;
    display_bench_start(&life->scene, bench);
    for (uint32_t i = 0; i < PAINTERS; i++) {
        struct painter *painter = &life->painters[i];
        mn_screen_init(&painter->screen);
        mn_spawn(&bench->kernel, &painter->task, "painter",
                 mn_co_init(&painter->co, &painter_type));
    }
}

static bool painters_are_done(struct bench *bench, void *context)
{
    struct life *life = context;
    (void)bench;
    for (uint32_t i = 0; i < PAINTERS; i++) {
        if (!mn_task_is_done(&life->painters[i].task))
            return false;
    }
    return true;
}

static void cut_server(struct bench *bench, void *context)
{
    (void)bench;
    mn_task_cancel(&((struct life *)context)->scene.server);
}

static void nobody_hangs_without_a_display(struct bench *bench, void *context, uint32_t ticks)
{
    struct life *life = context;
    (void)ticks;
    for (uint32_t i = 0; i < PAINTERS; i++) {
        const struct painter *painter = &life->painters[i];
        /* Who had not been let in yet waits for the next display. */
        assert_true(mn_task_is_done(&painter->task) ||
                    !mn_client_is_open(&painter->screen.service.client));
    }
    bench_cancel_all(bench);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, 0);
}

static void cut_painter(struct bench *bench, void *context)
{
    (void)bench;
    mn_task_cancel(&((struct life *)context)->painters[0].task);
}

static void the_others_finish(struct bench *bench, void *context, uint32_t ticks)
{
    struct life *life = context;
    (void)ticks;
    for (uint32_t i = 1; i < PAINTERS; i++)
        assert_int_equal(life->painters[i].co.err, MN_OK);
    assert_true(painters_are_done(bench, life));
    assert_int_equal(mn_display_counts(&life->scene.display).chunks_live, 0);
    assert_int_equal(mn_display_counts(&life->scene.display).waiting, 0);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, 1); /* the frame */
}

static void cut_off_after_any_tick_a_display_leaves_nothing(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct life),
        .ticks_max = LIFE_TICKS_MAX,
        .setup = begin_life,
        .is_over = painters_are_done,
        .cut = cut_server,
        .check = nobody_hangs_without_a_display,
    };
    (void)state;

    assert_in_range(cut_everywhere(&life), 15, LIFE_TICKS_MAX);
}

static void cut_off_after_any_tick_a_client_leaves_nothing(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct life),
        .ticks_max = LIFE_TICKS_MAX,
        .setup = begin_life,
        .is_over = painters_are_done,
        .cut = cut_painter,
        .check = the_others_finish,
    };
    (void)state;

    assert_in_range(cut_everywhere(&life), 15, LIFE_TICKS_MAX);
}

static void cut_off_after_any_tick_a_machine_leaves_nothing(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct life),
        .ticks_max = LIFE_TICKS_MAX,
        .setup = begin_life,
        .is_over = painters_are_done,
    };
    (void)state;

    assert_in_range(cut_everywhere(&life), 15, LIFE_TICKS_MAX);
}

static void whichever_allocation_is_refused_everybody_finishes(void **state)
{
    struct bench *bench = NULL;
    uint32_t refused = 0;
    (void)state;

    for (bool has_struck = true; has_struck;) {
        struct life *life = test_calloc(1, sizeof *life);
        bench = bench_create();
        begin_life(bench, life);
        mn_heap_fail_after(&bench->kernel.heap, ++refused);
        bench_advance(bench, MN_S);
        the_others_finish(bench, life, 0);
        assert_int_equal(life->painters[0].co.err, MN_OK);
        has_struck = mn_heap_stats(&bench->kernel.heap).refusals > 0;
        bench_destroy(bench);
        test_free(life);
    }
    assert_in_range(refused, 1 + PAINTERS * (1 + ROUNDS), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_DISPLAY(the_chunks_of_a_client_that_leaves_are_freed_and_those_of_others_not),
        TEST_ON_DISPLAY(a_client_that_only_disconnects_leaves_nothing_either),
        TEST_ON_DISPLAY(a_client_that_dies_with_its_chunk_given_gets_it_back_first),
        TEST_ON_DISPLAY(a_client_that_dies_while_it_waits_for_memory_leaves_no_waiter),
        TEST_ON_DISPLAY(a_chunk_that_was_answered_but_never_seen_is_freed),
        TEST_ON_DISPLAY(after_the_display_has_ended_its_clients_may_still_draw_into_their_chunks),
        TEST_ON_DISPLAY(a_display_that_comes_again_serves_those_who_open_again),
        TEST_ON_DISPLAY(who_waits_for_memory_hears_that_the_display_has_ended),
        TEST_ON_DISPLAY(who_brings_no_session_or_one_in_use_is_refused),
        TEST_ON_DISPLAY(without_memory_for_its_frame_a_display_waits),
        TEST_ON_DISPLAY(a_frame_that_could_never_fit_is_an_error),
        cmocka_unit_test(cut_off_after_any_tick_a_display_leaves_nothing),
        cmocka_unit_test(cut_off_after_any_tick_a_client_leaves_nothing),
        cmocka_unit_test(cut_off_after_any_tick_a_machine_leaves_nothing),
        cmocka_unit_test(whichever_allocation_is_refused_everybody_finishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

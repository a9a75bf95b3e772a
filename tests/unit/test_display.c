/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "display_bench.h"

#include <string.h>

static struct mn_display_request new_chunk(int32_t width, int32_t height)
{
    return (struct mn_display_request){.kind = MN_DISPLAY_NEW_CHUNK, .width_px = width,
                                       .height_px = height};
}

static void assert_fails(struct display_user *user, struct mn_display_request request,
                         enum mn_display_error error)
{
    user_call(user, request);
    bench_settle(user->bench);
    assert_int_equal(user_err(user), MN_ERR_FAILED);
    assert_int_equal(user->error, error);
}

/* ---- what it is ------------------------------------------------------------------------- */

static void a_client_that_opens_it_knows_the_geometry(void **state)
{
    struct display_bench *scene = *state;

    user_open_now(&scene->users[0]);

    const struct mn_display_geometry *geometry = &scene->users[0].screen.geometry;
    assert_int_equal(geometry->width_px, FAKE_DISPLAY_WIDTH);
    assert_int_equal(geometry->height_px, FAKE_DISPLAY_HEIGHT);
    assert_int_equal(geometry->format, MN_PIXEL_MONO8);
    assert_string_equal(geometry->text, "50 x 30, monochrome");
}

static void the_uuid_is_the_one_that_is_published(void **state)
{
    static const uint8_t uuid[] = {0xaa, 0x6a, 0x2a, 0xf8, 0xaf, 0xd8, 0x40, 0xe3,
                                   0x83, 0xc2, 0x2c, 0x50, 0x1c, 0x69, 0x8a, 0xa8};
    (void)state;

    assert_memory_equal(&mn_display_type()->uuid, uuid, sizeof uuid);
}

static void a_second_display_of_the_same_number_is_told_so(void **state)
{
    struct display_bench *scene = *state;
    struct mn_display_settings settings = {.waiting_max = 1};
    struct mn_display *other = mn_heap_try(&scene->bench->kernel.heap, sizeof *other);
    struct mn_task task;

    assert_non_null(other);
    mn_spawn(&scene->bench->kernel, &task, "other",
             mn_display_serve(other, &scene->bench->kernel, &scene->fake.hal, &settings));
    bench_settle(scene->bench);

    assert_true(mn_task_is_done(&task));
    assert_int_equal(other->co.err, MN_ERR_TAKEN);
    assert_null(mn_display_frame(other));
    mn_heap_free(&scene->bench->kernel.heap, other);
}

/* ---- chunks ----------------------------------------------------------------------------- */

static void a_chunk_begins_off_and_transparent(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 13, 4);

    const struct mn_display_chunk *chunk = &user->chunks[0];
    assert_int_not_equal(chunk->number, 0);
    assert_int_equal(chunk->pixels.width_px, 13);
    assert_int_equal(chunk->mask.height_px, 4);
    for (uint32_t i = 0; i < 4 * chunk->pixels.stride_bytes; i++) {
        assert_int_equal(chunk->pixels.pixels[i], MN_PIXEL_OFF);
        assert_int_equal(chunk->mask.pixels[i], MN_PIXEL_OFF);
    }
    user_draw_at(user, 0, 0, 0);
    bench_advance(scene->bench, MN_S);
    assert_int_equal(scene->fake.pushes, 0);
}

static void a_chunk_is_drawn_handed_back_whole_and_drawn_again(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 2);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, 10, 20);
    assert_false(user->chunks[0].is_given);
    assert_int_equal(frame_on_count(scene), 8);
    assert_int_equal(frame_at(scene, 13, 21), MN_PIXEL_ON);

    user_draw_at(user, 0, 12, 20);
    assert_int_equal(frame_on_count(scene), 12);
}

static void of_chunks_that_overlap_the_later_is_on_top(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *one = &scene->users[0], *other = &scene->users[1];

    user_open_now(one);
    user_open_now(other);
    user_get_chunk(one, 0, 6, 6);
    user_fill(one, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_get_chunk(other, 0, 6, 6);
    user_fill(other, 0, MN_PIXEL_OFF, MN_PIXEL_ON);

    user_draw_at(one, 0, 0, 0);
    user_draw_at(other, 0, 3, 3);
    assert_int_equal(frame_on_count(scene), 36 - 9);
    user_draw_at(one, 0, 0, 0);
    assert_int_equal(frame_on_count(scene), 36);
}

static void a_chunk_outside_the_screen_draws_nothing_and_all_is_well(void **state)
{
    static const int32_t far[] = {INT32_MIN, -4, FAKE_DISPLAY_WIDTH, INT32_MAX};
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    for (uint32_t i = 0; i < MN_COUNT_OF(far); i++)
        user_draw_at(user, 0, far[i], far[MN_COUNT_OF(far) - 1 - i]);

    assert_int_equal(frame_on_count(scene), 0);
    assert_int_equal(mn_display_counts(&scene->display).chunks_drawn, MN_COUNT_OF(far));
}

static void a_chunk_larger_than_the_screen_covers_it(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, FAKE_DISPLAY_WIDTH + 30, FAKE_DISPLAY_HEIGHT + 9);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, -20, -5);

    assert_int_equal(frame_on_count(scene), FAKE_DISPLAY_PIXELS);
}

static void a_chunk_without_pixels_is_a_chunk(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 0, 0);
    user_get_chunk(user, 1, 0, MN_SIDE_MAX);
    user_draw_at(user, 0, 5, 5);
    user_draw_at(user, 1, 5, 5);

    assert_int_equal(mn_display_counts(&scene->display).chunks_live, 2);
    assert_int_equal(frame_on_count(scene), 0);
}

static void a_size_that_is_none_is_refused(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    assert_fails(user, new_chunk(-1, 4), MN_DISPLAY_SIZE);
    assert_fails(user, new_chunk(4, INT32_MIN), MN_DISPLAY_SIZE);
    assert_fails(user, new_chunk(MN_SIDE_MAX + 1, 0), MN_DISPLAY_SIZE);
    assert_fails(user, new_chunk(0, INT32_MAX), MN_DISPLAY_SIZE);
}

static void a_chunk_that_is_given_cannot_be_given_again(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_screen_draw again;
    struct mn_task task;

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_draw(user, 0);
    mn_spawn(&scene->bench->kernel, &task, "again",
             mn_screen_draw(&again, &user->screen, &user->chunks[0]));
    bench_settle(scene->bench);

    assert_int_equal(user_err(user), MN_OK);
    assert_int_equal(again.co.err, MN_ERR_BUSY);
    assert_false(user->chunks[0].is_given);
}

static void a_chunk_sent_twice_by_hand_is_drawn_twice(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_display_request here = {.kind = MN_DISPLAY_DRAW, .x = 1, .y = 1};
    struct mn_display_request there = {.kind = MN_DISPLAY_DRAW, .x = 9, .y = 1};
    struct mn_call calls[2];
    struct mn_task tasks[2];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    here.chunk = there.chunk = user->chunks[0].number;
    for (uint32_t i = 0; i < 2; i++)
        mn_spawn(&scene->bench->kernel, &tasks[i], "call",
                 mn_display_call(&calls[i], &user->screen.service, i ? &there : &here, NULL, NULL,
                                 MN_TIME_NEVER));
    bench_settle(scene->bench);

    assert_int_equal(calls[0].co.err, MN_OK);
    assert_int_equal(calls[1].co.err, MN_OK);
    assert_int_equal(frame_on_count(scene), 32);
}

static void a_number_that_is_not_the_clients_is_refused(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *owner = &scene->users[0], *thief = &scene->users[1];

    user_open_now(owner);
    user_open_now(thief);
    user_get_chunk(owner, 0, 4, 4);
    user_get_chunk(thief, 0, 4, 4);
    const uint32_t forged[] = {0, owner->chunks[0].number, 77, UINT32_MAX};
    for (uint32_t i = 0; i < MN_COUNT_OF(forged); i++) {
        struct mn_display_request request = {.kind = MN_DISPLAY_DRAW, .chunk = forged[i]};
        assert_fails(thief, request, MN_DISPLAY_NO_CHUNK);
        request.kind = MN_DISPLAY_DROP_CHUNK;
        assert_fails(thief, request, MN_DISPLAY_NO_CHUNK);
    }

    user_draw_at(owner, 0, 0, 0); /* it still has it */
    assert_fails(thief, (struct mn_display_request){.kind = (enum mn_display_request_kind)99},
                 MN_DISPLAY_NO_SUCH);
}

static void what_a_client_writes_into_its_chunk_struct_harms_nobody(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user->chunks[0].pixels = (struct mn_bitmap){NULL, MN_SIDE_MAX, MN_SIDE_MAX, UINT32_MAX, 0};
    user->chunks[0].mask.pixels = NULL;
    user_draw_at(user, 0, 0, 0);

    assert_int_equal(frame_on_count(scene), 16);
}

static void a_dropped_chunk_is_gone_but_its_picture_stays(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_display_request drop = {.kind = MN_DISPLAY_DROP_CHUNK};

    user_open_now(user);
    uint32_t before = mn_heap_stats(&scene->bench->kernel.heap).live_blocks;
    user_get_chunk(user, 0, 4, 4);
    user_get_chunk(user, 1, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, 0, 0);
    drop.chunk = user->chunks[0].number;
    user_call(user, drop);
    bench_settle(scene->bench);
    assert_int_equal(user_err(user), MN_OK);
    mn_screen_drop_chunk(&user->screen, &user->chunks[1]);

    assert_int_equal(mn_heap_stats(&scene->bench->kernel.heap).live_blocks, before);
    assert_int_equal(frame_on_count(scene), 16);
    assert_int_equal(user->chunks[1].number, 0);
    mn_screen_drop_chunk(&user->screen, &user->chunks[1]); /* harmless */
    drop.kind = MN_DISPLAY_DRAW;
    assert_fails(user, drop, MN_DISPLAY_NO_CHUNK);
}

/* ---- showing ---------------------------------------------------------------------------- */

static void what_is_drawn_in_one_go_is_shown_at_once(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, 0, 0);
    bench_advance(scene->bench, MN_DISPLAY_GATHER_US - 1);
    assert_int_equal(scene->fake.pushes, 0);
    user_draw_at(user, 0, 40, 20);
    bench_advance(scene->bench, 1);

    assert_int_equal(scene->fake.pushes, 1);
    assert_int_equal(scene->fake.latest.count, 2); /* and no more than these two */
    assert_true(fake_display_shows(&scene->fake, mn_display_frame(&scene->display)));
}

static void frames_are_shown_no_faster_than_the_display_can(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 1, 1);
    for (uint32_t i = 0; i < 1000; i++) {
        user_fill(user, 0, i % 2 ? MN_PIXEL_OFF : MN_PIXEL_ON, MN_PIXEL_ON);
        user_draw_at(user, 0, 7, 7);
        bench_advance(scene->bench, MN_MS);
    }
    assert_in_range(scene->fake.pushes, 19, 21);

    uint32_t pushes = scene->fake.pushes;
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON); /* the last one is shown, too */
    user_draw_at(user, 0, 7, 7);
    bench_advance(scene->bench, FAKE_DISPLAY_INTERVAL_US);
    assert_in_range(scene->fake.pushes - pushes, 1, 2);
    assert_true(fake_display_shows(&scene->fake, mn_display_frame(&scene->display)));
}

static void at_rest_no_timer_is_armed_and_nothing_is_shown(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    assert_int_equal(scene->bench->kernel.wheel.count, 0);
    user_draw_at(user, 0, 0, 0);
    bench_advance(scene->bench, MN_S);
    assert_int_equal(scene->bench->kernel.wheel.count, 0);
    uint64_t ticks = scene->bench->kernel.ticks;
    bench_advance(scene->bench, 3600 * MN_S);
    assert_int_equal(scene->bench->kernel.ticks, ticks);

    user_draw_at(user, 0, 0, 0); /* the same again */
    assert_int_equal(scene->bench->kernel.wheel.count, 0);
    bench_advance(scene->bench, MN_S);
    assert_int_equal(scene->fake.pushes, 1);
    assert_int_equal(mn_display_counts(&scene->display).frames_shown, 1);
}

static void a_display_without_a_limit_shows_at_once(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    scene->fake.hal.frame_interval_us = 0;
    user_open_now(user);
    user_get_chunk(user, 0, 4, 4);
    user_fill(user, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    user_draw_at(user, 0, 0, 0);
    user_draw_at(user, 0, 1, 1);

    assert_int_equal(scene->fake.pushes, 2);
}

/* ---- memory ----------------------------------------------------------------------------- */

/* Leaves the heap with no room for a chunk of 64 by 64. */
static void *fill_heap(struct display_bench *scene)
{
    struct mn_heap *heap = &scene->bench->kernel.heap;
    void *memory = mn_heap_try(heap, mn_heap_stats(heap).largest_bytes - 4096);
    assert_non_null(memory);
    return memory;
}

static void without_memory_a_try_is_an_error(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    user_open_now(user);
    assert_fails(user, new_chunk(4096, 4096), MN_DISPLAY_TOO_BIG);
    void *memory = fill_heap(scene);
    assert_fails(user, new_chunk(64, 64), MN_DISPLAY_NO_MEMORY);
    mn_heap_free(&scene->bench->kernel.heap, memory);
    mn_heap_fail_after(&scene->bench->kernel.heap, 1);
    assert_fails(user, new_chunk(4, 4), MN_DISPLAY_NO_MEMORY);
}

static void without_memory_a_client_waits_as_long_as_it_likes(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *patient = &scene->users[0], *hasty = &scene->users[1];

    user_open_now(patient);
    user_open_now(hasty);
    void *memory = fill_heap(scene);
    user_ask_chunk(hasty, 0, 64, 64, scene->bench->now_us + 5 * MN_MS);
    user_ask_chunk(patient, 0, 64, 64, MN_TIME_NEVER);
    bench_advance(scene->bench, 10 * MN_MS);
    assert_int_equal(user_err(hasty), MN_ERR_TIMEOUT);
    assert_false(mn_task_is_done(&patient->task));
    assert_int_equal(mn_display_counts(&scene->display).waiting, 1);

    mn_heap_free(&scene->bench->kernel.heap, memory);
    bench_settle(scene->bench);
    assert_int_equal(user_err(patient), MN_OK);
    assert_int_equal(mn_display_counts(&scene->display).waiting, 0);
}

static void while_one_waits_for_memory_others_draw(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *waiter = &scene->users[0], *painter = &scene->users[1];

    user_open_now(waiter);
    user_open_now(painter);
    user_get_chunk(painter, 0, 4, 4);
    user_fill(painter, 0, MN_PIXEL_ON, MN_PIXEL_ON);
    void *memory = fill_heap(scene);
    user_ask_chunk(waiter, 0, 64, 64, MN_TIME_NEVER);
    bench_settle(scene->bench);
    user_draw_at(painter, 0, 0, 0);
    assert_int_equal(frame_on_count(scene), 16);

    mn_task_cancel(&waiter->task);
    bench_settle(scene->bench);
    assert_int_equal(mn_display_counts(&scene->display).waiting, 0);
    mn_heap_free(&scene->bench->kernel.heap, memory);
}

static void no_more_wait_for_memory_than_may(void **state)
{
    struct display_bench *scene = *state;
    struct mn_display_request request = new_chunk(64, 64);

    for (uint32_t i = 0; i < DISPLAY_USERS; i++)
        user_open_now(&scene->users[i]);
    void *memory = fill_heap(scene);
    for (uint32_t i = 0; i < DISPLAY_WAITING_MAX; i++)
        user_ask_chunk(&scene->users[i], 0, 64, 64, MN_TIME_NEVER);
    bench_settle(scene->bench);
    request.waits = true;
    assert_fails(&scene->users[DISPLAY_WAITING_MAX], request, MN_DISPLAY_CROWDED);

    mn_heap_free(&scene->bench->kernel.heap, memory);
    bench_settle(scene->bench);
    for (uint32_t i = 0; i < DISPLAY_WAITING_MAX; i++)
        assert_int_equal(user_err(&scene->users[i]), MN_OK);
}

static void a_refused_wait_is_tried_again(void **state)
{
    struct display_bench *scene = *state;

    user_open_now(&scene->users[0]);
    mn_heap_fail_after(&scene->bench->kernel.heap, 1);
    user_get_chunk(&scene->users[0], 0, 4, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_DISPLAY(a_client_that_opens_it_knows_the_geometry),
        cmocka_unit_test(the_uuid_is_the_one_that_is_published),
        TEST_ON_DISPLAY(a_second_display_of_the_same_number_is_told_so),
        TEST_ON_DISPLAY(a_chunk_begins_off_and_transparent),
        TEST_ON_DISPLAY(a_chunk_is_drawn_handed_back_whole_and_drawn_again),
        TEST_ON_DISPLAY(of_chunks_that_overlap_the_later_is_on_top),
        TEST_ON_DISPLAY(a_chunk_outside_the_screen_draws_nothing_and_all_is_well),
        TEST_ON_DISPLAY(a_chunk_larger_than_the_screen_covers_it),
        TEST_ON_DISPLAY(a_chunk_without_pixels_is_a_chunk),
        TEST_ON_DISPLAY(a_size_that_is_none_is_refused),
        TEST_ON_DISPLAY(a_chunk_that_is_given_cannot_be_given_again),
        TEST_ON_DISPLAY(a_chunk_sent_twice_by_hand_is_drawn_twice),
        TEST_ON_DISPLAY(a_number_that_is_not_the_clients_is_refused),
        TEST_ON_DISPLAY(what_a_client_writes_into_its_chunk_struct_harms_nobody),
        TEST_ON_DISPLAY(a_dropped_chunk_is_gone_but_its_picture_stays),
        TEST_ON_DISPLAY(what_is_drawn_in_one_go_is_shown_at_once),
        TEST_ON_DISPLAY(frames_are_shown_no_faster_than_the_display_can),
        TEST_ON_DISPLAY(at_rest_no_timer_is_armed_and_nothing_is_shown),
        TEST_ON_DISPLAY(a_display_without_a_limit_shows_at_once),
        TEST_ON_DISPLAY(without_memory_a_try_is_an_error),
        TEST_ON_DISPLAY(without_memory_a_client_waits_as_long_as_it_likes),
        TEST_ON_DISPLAY(while_one_waits_for_memory_others_draw),
        TEST_ON_DISPLAY(no_more_wait_for_memory_than_may),
        TEST_ON_DISPLAY(a_refused_wait_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

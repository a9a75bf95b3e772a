/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include <stdlib.h>

#include "gauge.h"
#include "picture.h"

/* The client that docs/ui.md shows, on a display of 200 by 100. */

struct scene {
    struct mn_hal_display hal;
    struct mn_task server, client;
    struct mn_display display;
    struct gauge gauge;
    uint32_t pushes;
};

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    (void)frame;
    (void)damage;
    (void)count;
    MN_CONTAINER(hal, struct scene, hal)->pushes++;
}

static void the_client_of_the_page_draws_its_picture_and_leaves_nothing(void **state)
{
    static const struct mn_hal_display_ops ops = {.push = push};
    static const struct mn_display_settings settings = {.waiting_max = 1};
    struct bench *bench = *state;
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    scene->hal = (struct mn_hal_display){.ops = &ops, .name = "page", .width_px = 200,
                                         .height_px = 100, .frame_interval_us = 50 * MN_MS};
    mn_spawn(&bench->kernel, &scene->server, "display",
             mn_display_serve(&scene->display, &bench->kernel, &scene->hal, &settings));
    mn_spawn(&bench->kernel, &scene->client, "gauge", gauge(&scene->gauge, &bench->kernel));

    bench_advance(bench, 40 * MN_S + MN_MS);
    assert_picture("gauge", mn_display_frame(&scene->display));
    assert_int_equal(scene->pushes, 40);

    mn_task_cancel(&scene->client);
    assert_int_equal(mn_display_counts(&scene->display).chunks_live, 0);
    mn_task_cancel(&scene->server);
    free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_client_of_the_page_draws_its_picture_and_leaves_nothing,
                                        bench_setup, bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

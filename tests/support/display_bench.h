/* display_bench.h — a display on a fake screen, and users of it that do one thing at a time.
 *
 *     user   a task for each future that a test asks for; the test settles and looks how it ended
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DISPLAY_BENCH_H
#define DISPLAY_BENCH_H

#include "fake_display.h"
#include "mn/svc/display.h"

#define DISPLAY_USERS 3u
#define DISPLAY_CHUNKS 4u
#define DISPLAY_WAITING_MAX 2u

struct display_user {
    struct bench *bench;
    struct mn_screen screen;
    struct mn_display_chunk chunks[DISPLAY_CHUNKS];
    struct mn_task task;
    struct mn_screen_open open;
    struct mn_screen_chunk chunk;
    struct mn_screen_draw draw;
    struct mn_display_request request; /* of a call by hand */
    union mn_display_response response;
    enum mn_display_error error;
    struct mn_call call;
};

struct display_bench {
    struct bench *bench;
    struct fake_display fake;
    struct mn_task server;
    struct mn_display display;
    struct display_user users[DISPLAY_USERS];
};

/* A kernel with a display that serves, and users who have opened nothing. */
int display_bench_setup(void **state);
int display_bench_teardown(void **state);

/* The same for tests that make their own kernel; the scene is zeroed. */
void display_bench_start(struct display_bench *scene, struct bench *bench);
void display_bench_start_server(struct display_bench *scene);

/* Each spawns the user's task with one future; the former one must have ended. */
void user_open(struct display_user *user);
void user_ask_chunk(struct display_user *user, uint32_t chunk, int32_t width, int32_t height,
                    uint64_t deadline_us);
void user_draw(struct display_user *user, uint32_t chunk);
void user_call(struct display_user *user, struct mn_display_request request);

/* How the task ended; fails the test if it has not. */
enum mn_err user_err(const struct display_user *user);

/* Each does it and settles, and fails the test unless it ended well. */
void user_open_now(struct display_user *user);
void user_get_chunk(struct display_user *user, uint32_t chunk, int32_t width, int32_t height);
void user_draw_at(struct display_user *user, uint32_t chunk, int32_t x, int32_t y);

/* Sets every pixel and every mask pixel of the user's chunk. */
void user_fill(struct display_user *user, uint32_t chunk, uint8_t pixel, uint8_t mask);

/* A pixel of the frame. */
uint8_t frame_at(const struct display_bench *scene, int32_t x, int32_t y);

/* How many pixels of the frame are on. */
uint32_t frame_on_count(const struct display_bench *scene);

#define TEST_ON_DISPLAY(f) \
    cmocka_unit_test_setup_teardown(f, display_bench_setup, display_bench_teardown)

#endif

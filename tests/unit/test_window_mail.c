/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <string.h>

#include "devices/window_mail.h"

#define WIDTH 8
#define HEIGHT 4
#define PIXELS (WIDTH * HEIGHT)

static void count_wake(void *context)
{
    (*(int *)context)++;
}

static int set_up(void **state)
{
    static struct window_mail mail;
    struct window_rect rect;
    uint8_t pixels[PIXELS];
    *state = &mail;
    if (!window_mail_open(&mail, WIDTH, HEIGHT))
        return -1;
    window_mail_take_frame(&mail, pixels, &rect);
    return 0;
}

static int tear_down(void **state)
{
    window_mail_close(*state);
    return 0;
}

static void assert_rect(struct window_rect rect, int x, int y, int width, int height)
{
    assert_int_equal(rect.x, x);
    assert_int_equal(rect.y, y);
    assert_int_equal(rect.width, width);
    assert_int_equal(rect.height, height);
}

static void a_new_mail_has_a_dark_frame_that_nobody_has_seen(void **state)
{
    struct window_mail mail;
    struct window_rect rect;
    uint8_t pixels[PIXELS], dark[PIXELS] = {0};
    (void)state;
    assert_true(window_mail_open(&mail, WIDTH, HEIGHT));

    assert_true(window_mail_take_frame(&mail, pixels, &rect));

    assert_rect(rect, 0, 0, WIDTH, HEIGHT);
    assert_memory_equal(pixels, dark, PIXELS);
    window_mail_close(&mail);
}

static void what_is_pushed_is_taken_once_and_nothing_else_changes(void **state)
{
    struct window_mail *mail = *state;
    struct window_rect rect;
    uint8_t frame[HEIGHT][WIDTH + 3], taken[HEIGHT][WIDTH];
    memset(frame, 255, sizeof frame);
    memset(taken, 7, sizeof taken);

    window_mail_push(mail, frame[0], sizeof frame[0], (struct window_rect){2, 1, 3, 2});

    assert_true(window_mail_take_frame(mail, taken[0], &rect));
    assert_rect(rect, 2, 1, 3, 2);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_int_equal(taken[y][x], x >= 2 && x < 5 && y >= 1 && y < 3 ? 255 : 7);
    assert_false(window_mail_take_frame(mail, taken[0], &rect));
}

static void damage_is_united_and_the_window_is_woken_once(void **state)
{
    struct window_mail *mail = *state;
    struct window_rect rect;
    uint8_t frame[PIXELS] = {0}, taken[PIXELS];
    int wakes = 0;
    window_mail_watch(mail, (struct window_wake){count_wake, &wakes});

    window_mail_push(mail, frame, WIDTH, (struct window_rect){1, 2, 1, 1});
    frame[0] = 255;
    window_mail_push(mail, frame, WIDTH, (struct window_rect){0, 0, 2, 1});

    assert_int_equal(wakes, 1);
    assert_true(window_mail_take_frame(mail, taken, &rect));
    assert_rect(rect, 0, 0, 2, 3);
    assert_int_equal(taken[0], 255);
    window_mail_push(mail, frame, WIDTH, (struct window_rect){0, 0, 1, 1});
    assert_int_equal(wakes, 2);
}

static void what_lies_outside_the_frame_is_left_out(void **state)
{
    struct window_mail *mail = *state;
    struct window_rect rect;
    uint8_t frame[PIXELS] = {0}, taken[PIXELS];

    window_mail_push(mail, frame, WIDTH, (struct window_rect){-3, -3, 3, 9});
    window_mail_push(mail, frame, WIDTH, (struct window_rect){WIDTH, 0, 1, 1});
    window_mail_push(mail, frame, WIDTH, (struct window_rect){0, HEIGHT, INT32_MAX, INT32_MAX});
    window_mail_push(mail, frame, WIDTH, (struct window_rect){1, 1, 0, 2});
    assert_false(window_mail_take_frame(mail, taken, &rect));

    window_mail_push(mail, frame, WIDTH, (struct window_rect){-1, 2, INT32_MAX, INT32_MAX});
    assert_true(window_mail_take_frame(mail, taken, &rect));
    assert_rect(rect, 0, 2, WIDTH, HEIGHT - 2);
}

static void keys_come_out_in_order_and_what_does_not_fit_is_counted(void **state)
{
    struct window_mail *mail = *state;
    struct window_key key;
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < WINDOW_KEYS_MAX + 2; i++)
            window_mail_post_key(mail, (struct window_key){i, WINDOW_KEY_PRESSED, 0});

        for (uint32_t i = 0; i < WINDOW_KEYS_MAX; i++) {
            assert_true(window_mail_next_key(mail, &key));
            assert_int_equal(key.code, i);
        }
        assert_false(window_mail_next_key(mail, &key));
        window_mail_post_key(mail, (struct window_key){0, WINDOW_KEY_PRESSED, 0});
        assert_true(window_mail_next_key(mail, &key)); /* the ring begins elsewhere now */
    }
    assert_int_equal(window_mail_lost_keys(mail), 6);
}

static void the_machine_is_woken_by_keys_and_notices_and_asks_for_them_once(void **state)
{
    struct window_mail *mail = *state;
    int wakes = 0;
    window_mail_post_notice(mail, WINDOW_CLOSE_ASKED);

    window_mail_listen(mail, (struct window_wake){count_wake, &wakes});
    assert_int_equal(wakes, 1);
    window_mail_post_notice(mail, WINDOW_GONE);
    window_mail_post_key(mail, (struct window_key){'a', WINDOW_KEY_PRESSED, 0});

    assert_int_equal(wakes, 3);
    assert_int_equal(window_mail_notices(mail), WINDOW_CLOSE_ASKED | WINDOW_GONE);
    assert_int_equal(window_mail_notices(mail), 0);
}

static void a_side_that_listens_no_more_is_not_woken(void **state)
{
    struct window_mail *mail = *state;
    int wakes = 0;
    uint8_t frame[PIXELS] = {0};
    window_mail_listen(mail, (struct window_wake){count_wake, &wakes});
    window_mail_watch(mail, (struct window_wake){count_wake, &wakes});

    window_mail_listen(mail, (struct window_wake){NULL, NULL});
    window_mail_watch(mail, (struct window_wake){NULL, NULL});
    window_mail_post_notice(mail, WINDOW_GONE);
    window_mail_push(mail, frame, WIDTH, (struct window_rect){0, 0, 1, 1});
    window_mail_finish(mail);

    assert_int_equal(wakes, 0);
    assert_true(window_mail_is_finished(mail));
}

/* ---- two threads ------------------------------------------------------------------------ */

#define ROUNDS 2000

struct sleeper { /* the window's side: sleeps until it is woken */
    struct window_mail *mail;
    uv_sem_t wake;
    uint8_t frame[PIXELS];
};

static void wake_sleeper(void *context)
{
    uv_sem_post(context);
}

static void look_until_finished(void *context)
{
    struct sleeper *sleeper = context;
    struct window_rect rect;
    while (!window_mail_is_finished(sleeper->mail)) {
        uv_sem_wait(&sleeper->wake);
        if (window_mail_take_frame(sleeper->mail, sleeper->frame, &rect))
            window_mail_post_key(sleeper->mail, (struct window_key){sleeper->frame[0], 0, 0});
    }
    window_mail_take_frame(sleeper->mail, sleeper->frame, &rect);
}

/* A window that slept through a wake would never end here. */
static void no_frame_and_no_wake_is_lost_between_two_threads(void **state)
{
    static struct sleeper sleeper;
    uint8_t frame[PIXELS] = {0};
    struct window_key key;
    uv_thread_t thread;
    sleeper = (struct sleeper){.mail = *state};
    assert_int_equal(uv_sem_init(&sleeper.wake, 0), 0);
    window_mail_watch(sleeper.mail, (struct window_wake){wake_sleeper, &sleeper.wake});
    assert_int_equal(uv_thread_create(&thread, look_until_finished, &sleeper), 0);

    for (uint32_t i = 0; i < ROUNDS; i++) {
        frame[i % PIXELS] = (uint8_t)i;
        struct window_rect rect = {(int32_t)i % WIDTH, (int32_t)i / WIDTH % HEIGHT, 1, 1};
        window_mail_push(sleeper.mail, frame, WIDTH, rect);
        window_mail_next_key(sleeper.mail, &key);
    }
    window_mail_finish(sleeper.mail);

    assert_int_equal(uv_thread_join(&thread), 0);
    assert_memory_equal(sleeper.frame, frame, PIXELS);
    window_mail_watch(sleeper.mail, (struct window_wake){NULL, NULL});
    uv_sem_destroy(&sleeper.wake);
}

#define MAIL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_mail_has_a_dark_frame_that_nobody_has_seen),
        MAIL_TEST(what_is_pushed_is_taken_once_and_nothing_else_changes),
        MAIL_TEST(damage_is_united_and_the_window_is_woken_once),
        MAIL_TEST(what_lies_outside_the_frame_is_left_out),
        MAIL_TEST(keys_come_out_in_order_and_what_does_not_fit_is_counted),
        MAIL_TEST(the_machine_is_woken_by_keys_and_notices_and_asks_for_them_once),
        MAIL_TEST(a_side_that_listens_no_more_is_not_woken),
        MAIL_TEST(no_frame_and_no_wake_is_lost_between_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

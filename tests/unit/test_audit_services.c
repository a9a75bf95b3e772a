/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "audit_fixture.h"
#include "display_bench.h"
#include "fake_keyboard.h"
#include "shell_fixture.h"

/* ---- keyboards -------------------------------------------------------------------------- */

static void a_subscription_that_outlives_its_client(void **state)
{
    struct bench *bench = *state;
    struct fake_keyboard keyboard;
    struct mn_keyboard_driver driver;
    struct mn_task task;
    struct key_reader reader = {0};
    fake_keyboard_init(&keyboard, bench, LINE);
    mn_spawn(&bench->kernel, &task, "keyboard",
             mn_keyboard_serve(&driver, &bench->kernel, &keyboard.hal, 0));
    key_reader_start(&reader, bench, 0, 4);
    bench_settle(bench);
    struct mn_list *client = driver.hub.service.clients.next;

    mn_list_remove(client);
    assert_finding(bench, "task 1 (keyboard) in keyboard_driver > pump: it has not as many "
                          "subscriptions as clients");
    mn_list_push(&driver.hub.service.clients, client);

    bench_assert_sound(bench);
    bench_cancel_all(bench);
}

/* ---- displays --------------------------------------------------------------------------- */

static void a_chunk_that_is_freed_and_still_its_clients(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    struct mn_heap *heap = &scene->bench->kernel.heap;
    user_open_now(user);
    user_get_chunk(user, 0, 8, 8);
    user_get_chunk(user, 1, 8, 8);
    struct mn_list *chunks = &user->screen.session.chunks, *second = chunks->prev;

    mn_heap_free(heap, second); /* with which its block begins */

    assert_finding(scene->bench, "task 1 (display) in display > pump: memory that was freed is "
                                 "still in the list of chunks");
    chunks->prev = chunks->next;
    chunks->next->next = chunks;
    bench_assert_sound(scene->bench);
}

static void a_display_whose_timer_is_anothers(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];
    user_open_now(user);
    user_get_chunk(user, 0, 8, 8);
    user_fill(user, 0, 255, 255);
    user_draw_at(user, 0, 0, 0);
    assert_true(mn_timer_is_armed(&scene->display.timer));
    bench_assert_sound(scene->bench);
    struct mn_task *task = scene->display.timer.task, other = {.name = "other"};

    scene->display.timer.task = &other;
    assert_finding(scene->bench, "task 1 (display) in display > pump: what it waits for wakes a "
                                 "task that has ended");

    scene->display.timer.task = task;
}

/* ---- children --------------------------------------------------------------------------- */

static void children_of_a_shell(void **state)
{
    struct bench *bench = *state;
    struct shell shell[1] = {0};
    shell_start(shell, bench);
    ask(shell, ": idle 60 sleep::s ;\n");
    ask(shell, "' idle spawn ' idle spawn 5 sleep::s\n");
    assert_int_equal(shell->spawnulator.child_count, 2);
    bench_assert_sound(bench);

    shell->spawnulator.child_count = 1;
    assert_finding(bench, "task 2 (spawnulator) in spawnulator: the count of its children is not "
                          "that of their list");
    shell->spawnulator.child_count = 2;
    struct mn_sleep *sleep = &shell->session.program.on.sleep;
    mn_timer_cancel(&bench->kernel.wheel, &sleep->timer);

    assert_finding(bench, "task 3 (shell) in shell > serve > sleep: its timer is gone, and nobody "
                          "has woken it");
    bench_cancel_all(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_subscription_that_outlives_its_client),
        TEST_ON_DISPLAY(a_chunk_that_is_freed_and_still_its_clients),
        TEST_ON_DISPLAY(a_display_whose_timer_is_anothers),
        TEST_ON_BENCH(children_of_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

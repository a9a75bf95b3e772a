/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cut.h"
#include "display_bench.h"
#include "mn/gfx/font.h"
#include "picture.h"
#include "random.h"
#include "shell_fixture.h"

/* A shell beside a display. */
struct desk {
    struct shell shell;
    struct display_bench display;
};

static void desk_start(struct desk *desk, struct bench *bench)
{
    memset(desk, 0, sizeof *desk);
    display_bench_start(&desk->display, bench);
    shell_start(&desk->shell, bench);
}

static void assert_answer(struct desk *desk, const char *line, const char *answer)
{
    const char *came = ask(&desk->shell, line);
    if (!strstr(came, answer))
        fail_msg("%s answered \"%s\", not \"%s\"", line, came, answer);
}

static uint32_t live_blocks(const struct desk *desk)
{
    return mn_heap_stats(&desk->shell.bench->kernel.heap).live_blocks;
}

/* ---- what is seen ----------------------------------------------------------------------- */

static void a_line_is_on_the_display_when_show_has_ended(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);

    assert_answer(&desk, "screen::size . .\n", "30 50 ok.");
    assert_answer(&desk, "20 10 screen::open 1 0 0 19 9 screen::line\n", "ok.");
    assert_int_equal(frame_on_count(&desk.display), 0);
    assert_answer(&desk, "5 6 screen::show\n", "ok.");

    assert_int_equal(frame_on_count(&desk.display), 20);
    assert_int_equal(frame_at(&desk.display, 5, 6), MN_PIXEL_ON);
    assert_int_equal(frame_at(&desk.display, 24, 15), MN_PIXEL_ON);
    bench_cancel_all(*state);
}

static void what_was_drawn_on_is_opaque_and_all_else_transparent(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    assert_answer(&desk, "50 30 screen::open -1 screen::clear 0 0 screen::show\n", "ok.");
    assert_int_equal(frame_on_count(&desk.display), 50 * 30);

    assert_answer(&desk, "9 9 screen::open 0 3 4 screen::pixel 7 5 5 screen::pixel\n", "ok.");
    assert_answer(&desk, "10 10 screen::show\n", "ok.");

    assert_int_equal(frame_on_count(&desk.display), 50 * 30 - 1);
    assert_int_equal(frame_at(&desk.display, 13, 14), MN_PIXEL_OFF);
    bench_cancel_all(*state);
}

static void each_word_draws_what_its_help_says(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);

    assert_answer(&desk, "50 30 screen::open 0 screen::clear 1 0 0 50 30 screen::box\n", "ok.");
    assert_answer(&desk, "1 3 3 9 9 screen::fill 0 5 5 5 5 screen::fill\n", "ok.");
    assert_answer(&desk, "1 14 3 screen::pixel 1 46 3 20 12 screen::line\n", "ok.");
    assert_answer(&desk, "s\" Forth\" 1 12 15 screen::text\n", "ok.");
    assert_answer(&desk, "s\" off\" 1 -8 -5 screen::text s\" off\" 1 44 24 screen::text\n", "ok.");
    assert_answer(&desk, "0 0 screen::show\n", "ok.");

    assert_picture("forth_words", mn_display_frame(&desk.display.display));
    bench_cancel_all(*state);
}

static void a_child_and_its_parent_draw_beside_each_other(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);

    assert_answer(&desk, ": w 4 4 screen::open 1 screen::clear 9 sleep::ms 0 0 screen::show ;\n",
                  "ok.");
    assert_answer(&desk, "5 5 screen::open 1 screen::clear ' w spawn 10 10 screen::show\n", "ok.");
    assert_int_equal(frame_on_count(&desk.display), 25);
    bench_advance(*state, 20 * MN_MS);

    assert_int_equal(frame_on_count(&desk.display), 25 + 16);
    assert_answer(&desk, "20 10 screen::show\n", "ok."); /* ours is not the child's */
    assert_int_equal(frame_on_count(&desk.display), 2 * 25 + 16);
    bench_cancel_all(*state);
}

/* ---- what goes wrong -------------------------------------------------------------------- */

static void whatever_goes_wrong_is_said(void **state)
{
    static const char *const cases[][2] = {
        {"1 screen::clear\n", "error -527: nothing to draw on: screen::open comes first"},
        {"1 2 3 screen::pixel\n", "error -527: "},
        {"1 2 3 4 5 screen::line\n", "error -527: "},
        {"1 2 3 4 5 screen::box\n", "error -527: "},
        {"1 2 3 4 5 screen::fill\n", "error -527: "},
        {"0 0 1 4 5 screen::text\n", "error -527: "},
        {"1 2 screen::show\n", "error -527: "},
        {"-1 5 screen::open\n", "error -528: a side to draw on is 0 to 16384 pixels"},
        {"5 16385 screen::open\n", "error -528: "},
        {"16384 16384 screen::open\n", "error -523: not enough memory"},
        {"0 0 screen::show\n", "error -527: "},
        {"0 0 screen::open 0 0 screen::show 1 screen::clear\n", "ok."},
        {"5 5 screen::open 0 9 1 4 5 screen::text\n", "error -9: "},
        {"pad 5000 1 4 5 screen::text\n", "error -9: "},
        {"-1 0 1 4 5 screen::text\n", "ok."}, /* no text is nowhere */
        {"screen::close screen::close\n", "ok."},
        {"0 0 screen::show\n", "error -527: "},
        {"screen::text\n", "error -4: "},
    };
    static struct desk desk;
    desk_start(&desk, *state);

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++)
        assert_answer(&desk, cases[i][0], cases[i][1]);
    bench_cancel_all(*state);
}

static void without_a_display_the_words_say_so(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_non_null(strstr(ask(shell, "screen::size\n"), "error -526: no display on this machine"));
    assert_non_null(strstr(ask(shell, "5 5 screen::open\n"), "error -526: "));
    assert_non_null(strstr(ask(shell, "0 0 screen::show\n"), "error -527: "));
    bench_cancel_all(*state);
}

static void when_the_display_ends_drawing_goes_on_and_another_one_will_do(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    assert_answer(&desk, "5 5 screen::open 1 screen::clear 0 0 screen::show\n", "ok.");
    mn_task_cancel(&desk.display.server);

    assert_answer(&desk, "0 screen::clear 1 0 0 4 4 screen::line\n", "ok.");
    assert_answer(&desk, "0 0 screen::show\n", "error -526: ");
    assert_answer(&desk, "screen::size\n", "error -526: ");

    display_bench_start_server(&desk.display);
    bench_settle(*state);
    assert_answer(&desk, "6 6 screen::open 1 screen::clear 0 0 screen::show\n", "ok.");
    assert_int_equal(frame_on_count(&desk.display), 36);
    bench_cancel_all(*state);
}

static void ctrl_c_ends_the_wait_for_a_picture_to_be_shown(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    assert_answer(&desk, ": more begin 0 0 screen::show again ; 5 5 screen::open\n", "ok.");
    hear(&desk.shell, "more\n");
    tick_some(&desk.shell, 50);

    assert_answer(&desk, "\x03", "interrupted");
    assert_answer(&desk, "1 screen::clear 0 0 screen::show\n", "ok.");
    assert_int_equal(frame_on_count(&desk.display), 25);
    bench_cancel_all(*state);
}

/* ---- memory ----------------------------------------------------------------------------- */

static void all_is_freed_however_a_program_ends(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    uint32_t before = live_blocks(&desk);
    ask(&desk.shell, ": w 9 9 screen::open 1 screen::clear 0 0 screen::show ;\n");
    ask(&desk.shell, ": wait w 1 sleep::s ; : fail w 0 @ ;\n");

    assert_answer(&desk, "w screen::close\n", "ok.");
    assert_int_equal(live_blocks(&desk), before);
    ask(&desk.shell, "' w spawn\n");
    assert_int_equal(live_blocks(&desk), before);
    assert_answer(&desk, "' fail spawn\n", "error -9: ");
    assert_int_equal(live_blocks(&desk), before);
    ask(&desk.shell, "' wait spawn\n");
    assert_int_equal(live_blocks(&desk), before + 3);
    ask(&desk.shell, "child kill\n");
    assert_int_equal(live_blocks(&desk), before);
    assert_answer(&desk, "w bye\n", "a new Forth begins");
    assert_int_equal(live_blocks(&desk), before);
    assert_int_equal(frame_on_count(&desk.display), 81); /* it stays */
    bench_cancel_all(*state);
}

static void opening_again_and_again_takes_no_more_memory(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    ask(&desk.shell, "9 9 screen::open\n");
    uint32_t live = mn_heap_stats(&desk.shell.bench->kernel.heap).live_bytes;

    assert_answer(&desk, ": more 99 0 do 9 9 screen::open screen::size 2drop loop ; more\n", "ok.");

    assert_int_equal(mn_heap_stats(&desk.shell.bench->kernel.heap).live_bytes, live);
    bench_cancel_all(*state);
}

static void a_refused_allocation_is_an_error_and_the_next_try_works(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);

    for (uint32_t nth = 1; nth <= 2; nth++) {
        mn_heap_fail_after(&desk.shell.bench->kernel.heap, nth);
        assert_answer(&desk, "5 5 screen::open\n", "error -523: not enough memory");
        assert_answer(&desk, "5 5 screen::open 1 screen::clear 0 0 screen::show\n", "ok.");
        ask(&desk.shell, "screen::close\n");
    }
    mn_heap_fail_after(&desk.shell.bench->kernel.heap, 3);
    assert_answer(&desk, "5 5 screen::open 0 0 screen::show\n", "ok."); /* there is no third */
    mn_heap_fail_after(&desk.shell.bench->kernel.heap, 0);
    bench_cancel_all(*state);
}

/* ---- anything at all -------------------------------------------------------------------- */

/* Any number that may be at an edge of something. */
static long some_number(uint64_t *random)
{
    static const long edges[] = {0, 1, -1, 5, 49, 50, 16384, 16385, 65536, 70000, -7, 1L << 29,
                                 (1L << 31) - 1, -(1L << 31), -(1L << 30), 100000};
    uint32_t what = test_random_below(random, 32);
    return what < MN_COUNT_OF(edges) ? edges[what] : (long)test_random_below(random, 80) - 10;
}

static void say_something(struct desk *desk, uint64_t *random)
{
    static const char *const words[] = {
        "screen::size 2drop", "screen::open", "screen::clear", "screen::pixel", "screen::line",
        "screen::box", "screen::fill", "screen::text", "screen::show", "screen::close", "bye",
        "5 5 screen::open", "50 30 screen::open", "pad 40 1 0 0 screen::text", "child kill",
    };
    char line[160];
    int count = 0;
    for (uint32_t i = test_random_below(random, 6); i > 0; i--)
        count += snprintf(line + count, sizeof line - (size_t)count, "%ld ", some_number(random));
    snprintf(line + count, sizeof line - (size_t)count, "%s\n",
             words[test_random_below(random, MN_COUNT_OF(words))]);
    hear(&desk->shell, line);
}

static void disturb(struct desk *desk, uint64_t *random)
{
    uint32_t what = test_random_below(random, 60);
    if (what == 0 && !mn_task_is_done(&desk->display.server)) {
        mn_task_cancel(&desk->display.server);
    } else if (what == 1 && mn_task_is_done(&desk->display.server)) {
        desk->display.server = (struct mn_task){0};
        display_bench_start_server(&desk->display);
    } else if (what == 2) {
        mn_heap_fail_after(&desk->shell.bench->kernel.heap, test_random_below(random, 4));
    } else if (what == 3) {
        hear(&desk->shell, "\x03");
    } else if (what == 4) {
        hear(&desk->shell, ": c 7 7 screen::open 1 screen::clear 3 3 screen::show ; ' c spawn\n");
    }
}

static void no_arguments_and_no_order_do_harm(void **state)
{
    (void)state;
    for (uint32_t life = 0; life < 60; life++) {
        static struct desk desk;
        struct bench *bench = bench_create();
        uint64_t random = life;
        desk_start(&desk, bench);
        for (uint32_t step = 0; step < 150; step++) {
            say_something(&desk, &random);
            disturb(&desk, &random);
            if (test_random_below(&random, 4) == 0)
                tick_some(&desk.shell, test_random_below(&random, 20));
            else
                fake_uart_settle(&desk.shell.uart);
            desk.shell.uart.said_count = 0;
        }
        fake_uart_settle(&desk.shell.uart);
        ask(&desk.shell, "\x03\n");
        assert_answer(&desk, "6 7 * .\n", "42 ok.");
        bench_cancel_all(bench);
        mn_heap_check(&bench->kernel.heap);
        bench_destroy(bench);
    }
}

/* ---- cut anywhere ----------------------------------------------------------------------- */

static void life_setup(struct bench *bench, void *scene)
{
    struct desk *desk = scene;
    struct mn_session_settings settings = small_shell();
    display_bench_start(&desk->display, bench);
    shell_start_with(&desk->shell, bench, &settings, 2);
    desk->shell.uart.is_hasty = true;
}

static void life_act(struct bench *bench, void *scene, uint32_t tick)
{
    static const struct {
        uint32_t tick;
        const char *text;
    } texts[] = {
        {6, ": w 9 9 screen::open 1 screen::clear 0 0 screen::show 0 0 screen::show ;\n"},
        {20, "screen::size w\n"}, {40, "' w spawn w\n"}, {60, "w screen::close\n"},
        {80, "w bye\n"}, {100, "w\n"},
    };
    struct desk *desk = scene;
    (void)bench;
    if (tick == 2 || tick == 120)
        fake_uart_toggle_carrier(&desk->shell.uart);
    for (size_t i = 0; i < MN_COUNT_OF(texts); i++)
        if (texts[i].tick == tick)
            hear(&desk->shell, texts[i].text);
}

static bool life_is_over(struct bench *bench, void *scene)
{
    (void)bench;
    return ((struct desk *)scene)->shell.uart.carrier == 2;
}

static void cut_display(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->display.server);
}

static void cut_session(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->shell.session_task);
}

static void cut_children(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->shell.spawnulator_task);
}

static void nothing_is_left_wherever_any_of_them_is_cut_off(void **state)
{
    static void (*const cuts[])(struct bench *, void *) = {NULL, cut_display, cut_session,
                                                           cut_children};
    struct cut cut = {.scene_bytes = sizeof(struct desk), .ticks_max = 400,
                      .setup = life_setup, .act = life_act, .is_over = life_is_over};
    (void)state;

    for (size_t i = 0; i < MN_COUNT_OF(cuts); i++) {
        cut.cut = cuts[i];
        assert_in_range(cut_everywhere(&cut), 100, 400);
    }
}

/* ---- a fair share ----------------------------------------------------------------------- */

static void drawing_counts_by_what_it_touches(void **state)
{
    static struct desk desk;
    desk_start(&desk, *state);
    assert_answer(&desk, "80 80 screen::open\n", "ok.");
    struct mn_forth *vm = &desk.shell.session.program.vm;

    vm->budget = 1000;
    mn_forth_charge(vm, 2 * 80 * 80);
    assert_int_equal(vm->budget, 1000 - 200);
    hear(&desk.shell, ": more 100 0 do 1 screen::clear loop ; more\n");
    uint32_t ticks = 0;
    for (; desk.shell.uart.said_count == 0 && ticks < 1000; ticks++)
        mn_tick(&desk.shell.bench->kernel);

    assert_in_range(ticks, 100 * 200 / MN_PROGRAM_BUDGET, 50);
    bench_cancel_all(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_line_is_on_the_display_when_show_has_ended),
        TEST_ON_BENCH(what_was_drawn_on_is_opaque_and_all_else_transparent),
        TEST_ON_BENCH(each_word_draws_what_its_help_says),
        TEST_ON_BENCH(a_child_and_its_parent_draw_beside_each_other),
        TEST_ON_BENCH(whatever_goes_wrong_is_said),
        TEST_ON_BENCH(without_a_display_the_words_say_so),
        TEST_ON_BENCH(when_the_display_ends_drawing_goes_on_and_another_one_will_do),
        TEST_ON_BENCH(ctrl_c_ends_the_wait_for_a_picture_to_be_shown),
        TEST_ON_BENCH(all_is_freed_however_a_program_ends),
        TEST_ON_BENCH(opening_again_and_again_takes_no_more_memory),
        TEST_ON_BENCH(a_refused_allocation_is_an_error_and_the_next_try_works),
        cmocka_unit_test(no_arguments_and_no_order_do_harm),
        cmocka_unit_test(nothing_is_left_wherever_any_of_them_is_cut_off),
        TEST_ON_BENCH(drawing_counts_by_what_it_touches),
    };
    return cmocka_run_group_tests_name("screen_words", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "cut.h"
#include "mn/daemons/graphical_shell.h"
#include "screen_text.h"
#include "shell_fixture.h"

#define COLUMNS 20
#define ROWS 6
#define FRAME_US (50 * MN_MS)
#define KEYS_MAX 256u
#define KEY_LINE 5

struct desk { /* a display and a keyboard with somebody at them */
    struct bench *bench;
    struct mn_hal_display display;
    uint8_t pixels[COLUMNS * 6 * ROWS * 12]; /* what the display shows */
    uint32_t pushes;
    struct mn_hal_keyboard keyboard;
    struct mn_key_event keys[KEYS_MAX];
    uint32_t key_count, key_at;
    struct mn_task display_task, keyboard_task, shell_task;
    struct mn_display driver;
    struct mn_keyboard_driver keyboard_driver;
    struct mn_graphical_shell shell;
    char *text; /* as it was read last */
};

static void push(struct mn_hal_display *display, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct desk *desk = MN_CONTAINER(display, struct desk, display);
    desk->pushes++;
    for (uint32_t i = 0; i < count; i++)
        for (int32_t y = damage[i].y; y < damage[i].y + damage[i].height; y++) {
            size_t at = (size_t)y * frame->stride_bytes + (size_t)damage[i].x;
            memcpy(desk->pixels + (size_t)y * COLUMNS * 6 + damage[i].x, frame->pixels + at,
                   (size_t)damage[i].width);
        }
}

static bool next(struct mn_hal_keyboard *keyboard, struct mn_key_event *event)
{
    struct desk *desk = MN_CONTAINER(keyboard, struct desk, keyboard);
    if (desk->key_at == desk->key_count)
        return false;
    *event = desk->keys[desk->key_at++];
    return true;
}

static const struct mn_hal_display_ops display_ops = {.push = push};
static const struct mn_hal_keyboard_ops keyboard_ops = {.next = next};

static void start_display(struct desk *desk, int32_t columns, int32_t rows)
{
    struct mn_display_settings settings = {.waiting_max = 2};
    desk->display = (struct mn_hal_display){
        .ops = &display_ops, .name = "display", .width_px = columns * 6,
        .height_px = rows * 12, .frame_interval_us = FRAME_US};
    mn_spawn(&desk->bench->kernel, &desk->display_task, "display",
             mn_display_serve(&desk->driver, &desk->bench->kernel, &desk->display, &settings));
}

static void start_keyboard(struct desk *desk)
{
    desk->keyboard = (struct mn_hal_keyboard){
        .ops = &keyboard_ops, .name = "keyboard", .line = KEY_LINE};
    mn_spawn(&desk->bench->kernel, &desk->keyboard_task, "keyboard",
             mn_keyboard_serve(&desk->keyboard_driver, &desk->bench->kernel, &desk->keyboard, 0));
}

static void start_shell(struct desk *desk)
{
    struct mn_graphical_shell_settings settings = {
        .font = &mn_font_spleen_6x12,
        .title = "mnemOS",
        .frame_interval_us = FRAME_US,
        .past_cells = 2000,
        .session = small_shell(),
    };
    settings.session.greeting = "hello\r\n";
    mn_spawn(&desk->bench->kernel, &desk->shell_task, "graphical shell",
             mn_graphical_shell(&desk->shell, &desk->bench->kernel, &settings));
}

static void start(struct desk *desk, struct bench *bench)
{
    *desk = (struct desk){.bench = bench};
    start_display(desk, COLUMNS, ROWS);
    start_keyboard(desk);
    start_shell(desk);
    bench_advance(bench, MN_S);
}

static void finish(struct desk *desk)
{
    free(desk->text);
    bench_cancel_all(desk->bench);
}

static void press(struct desk *desk, uint32_t code, uint8_t modifiers)
{
    if (desk->key_at == desk->key_count)
        desk->key_at = desk->key_count = 0;
    assert_true(desk->key_count + 2 <= KEYS_MAX);
    desk->keys[desk->key_count++] = (struct mn_key_event){code, MN_KEY_PRESSED, modifiers};
    desk->keys[desk->key_count++] = (struct mn_key_event){code, MN_KEY_RELEASED, modifiers};
    bench_raise(desk->bench, KEY_LINE);
}

static void type(struct desk *desk, const char *text)
{
    for (; *text; text++)
        press(desk, *text == '\n' ? (uint32_t)MN_KEY_ENTER : (uint8_t)*text, 0);
    bench_advance(desk->bench, MN_S);
}

static void press_one(struct desk *desk, enum mn_key_code code)
{
    press(desk, code, 0);
    bench_advance(desk->bench, MN_S);
}

/* What a person in front of the display reads, below the title bar. */
static const char *seen(struct desk *desk)
{
    struct mn_bitmap frame = {desk->pixels, COLUMNS * 6, ROWS * 12, COLUMNS * 6, MN_PIXEL_MONO8};
    free(desk->text);
    desk->text = screen_text(&frame, &mn_font_spleen_6x12);
    assert_non_null(desk->text);
    return strchr(desk->text, '\n') + 1;
}

static void typed_text_is_answered(void **state)
{
    struct desk desk;
    start(&desk, *state);
    assert_string_equal(seen(&desk), "hello\n\n\n\n\n");
    assert_memory_equal(desk.text, " mnemOS\n", 8);
    type(&desk, "1 2 + .\n");
    assert_string_equal(seen(&desk), "hello\n1 2 + .\n3 ok.\n\n\n");
    finish(&desk);
}

static void lines_can_be_edited_over_the_fold(void **state)
{
    struct desk desk;
    start(&desk, *state);
    type(&desk, "1 2 3 4 5 6 7 8 9 drop drop");
    assert_string_equal(seen(&desk), "hello\n1 2 3 4 5 6 7 8 9 dr\nop drop\n\n\n");
    press_one(&desk, MN_KEY_HOME);
    press_one(&desk, MN_KEY_DELETE);
    press_one(&desk, MN_KEY_DELETE);
    assert_string_equal(seen(&desk), "hello\n2 3 4 5 6 7 8 9 drop\n drop\n\n\n");
    press_one(&desk, MN_KEY_END);
    press_one(&desk, MN_KEY_BACKSPACE);
    type(&desk, "p .\n");
    assert_string_equal(seen(&desk), "hello\n2 3 4 5 6 7 8 9 drop\n drop .\n7 ok.\n\n");
    press_one(&desk, MN_KEY_UP);
    assert_string_equal(seen(&desk),
                        "2 3 4 5 6 7 8 9 drop\n drop .\n7 ok.\n2 3 4 5 6 7 8 9 drop\n drop .\n");
    finish(&desk);
}

static void one_can_page_back(void **state)
{
    struct desk desk;
    start(&desk, *state);
    type(&desk, ": n 9 0 do i . cr loop ; n\n");
    assert_string_equal(seen(&desk), "6\n7\n8\nok.\n\n");
    press_one(&desk, MN_KEY_PAGE_UP);
    assert_string_equal(seen(&desk), "2\n3\n4\n5\n6\n");
    assert_non_null(strstr(desk.text, " mnemOS 4 rows back\n"));
    press_one(&desk, MN_KEY_PAGE_DOWN);
    assert_string_equal(seen(&desk), "6\n7\n8\nok.\n\n");
    press_one(&desk, MN_KEY_PAGE_UP);
    type(&desk, "x"); /* what is typed is to be seen */
    assert_string_equal(seen(&desk), "6\n7\n8\nok.\nx\n");
    finish(&desk);
}

static void a_word_that_never_ends_can_be_stopped(void **state)
{
    struct desk desk;
    start(&desk, *state);
    type(&desk, ": h begin 1 sleep::ms again ; h\n");
    press(&desk, 'c', MN_MOD_CTRL);
    bench_advance(desk.bench, MN_S);
    press_one(&desk, MN_KEY_PAGE_UP);
    press_one(&desk, MN_KEY_PAGE_UP);
    assert_non_null(strstr(seen(&desk), "error -28"));
    type(&desk, "7 .\n");
    assert_non_null(strstr(seen(&desk), "7 ok.\n"));
    finish(&desk);
}

static void only_what_changed_is_drawn_and_not_too_often(void **state)
{
    struct desk desk;
    start(&desk, *state);
    uint64_t drawn = mn_display_counts(&desk.driver).chunks_drawn;
    type(&desk, "x");
    assert_int_equal(mn_display_counts(&desk.driver).chunks_drawn, drawn + 1);
    uint32_t pushes = desk.pushes;
    uint64_t began_us = desk.bench->kernel.now_us;
    type(&desk, "\n: many 10000 0 do i . 100 sleep::us loop ; many\n");
    uint64_t frames = (desk.bench->kernel.now_us - began_us) / FRAME_US + 2;
    assert_in_range(desk.pushes - pushes, 3, frames);
    finish(&desk);
}

/* How many pixels are lit of the row of text. */
static uint32_t lit_in_row(const struct desk *desk, uint32_t row)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < COLUMNS * 6 * 12; i++)
        count += desk->pixels[row * COLUMNS * 6 * 12 + i] != MN_PIXEL_OFF;
    return count;
}

static void a_cursor_that_leaves_its_row_is_gone_from_it(void **state)
{
    struct desk desk = {.bench = *state};
    start_display(&desk, COLUMNS, ROWS);
    start_keyboard(&desk);
    start_shell(&desk);
    bench_advance(desk.bench, MN_MS);
    press(&desk, '1', 0);
    bench_advance(desk.bench, MN_S); /* the first picture, of all rows, already has it */
    uint32_t lit = lit_in_row(&desk, 2);
    type(&desk, "\n");
    assert_string_equal(seen(&desk), "hello\n1\nok.\n\n\n");
    assert_int_equal(lit_in_row(&desk, 2), lit - 6 * 12);
    finish(&desk);
}

static void at_rest_there_is_no_timer(void **state)
{
    struct desk desk;
    start(&desk, *state);
    type(&desk, "1 .\n");
    struct mn_tick tick = mn_tick(&desk.bench->kernel);
    assert_false(tick.is_ready);
    assert_true(tick.deadline_us == MN_TIME_NEVER);
    finish(&desk);
}

static void a_keyboard_may_come_late_and_come_again(void **state)
{
    struct desk desk = {.bench = *state};
    start_display(&desk, COLUMNS, ROWS);
    start_shell(&desk);
    bench_advance(desk.bench, MN_S);
    assert_string_equal(seen(&desk), "hello\n\n\n\n\n");
    start_keyboard(&desk);
    bench_advance(desk.bench, MN_S);
    type(&desk, "1 .\n");
    mn_task_cancel(&desk.keyboard_task);
    bench_advance(desk.bench, MN_S);
    start_keyboard(&desk);
    bench_advance(desk.bench, MN_S);
    type(&desk, "2 .\n");
    assert_string_equal(seen(&desk), "1 .\n1 ok.\n2 .\n2 ok.\n\n");
    finish(&desk);
}

static void a_display_that_ends_ends_the_shell(void **state)
{
    struct desk desk;
    start(&desk, *state);
    mn_task_cancel(&desk.display_task);
    type(&desk, "1 .\n");
    assert_true(mn_task_is_done(&desk.shell_task));
    assert_int_equal(desk.shell.co.err, MN_ERR_CLOSED);
    finish(&desk);
}

static void a_session_that_cannot_begin_says_why(void **state)
{
    struct desk desk = {.bench = *state};
    start_display(&desk, COLUMNS, ROWS);
    start_shell(&desk);
    desk.shell.settings.session.program.vm.data_bytes = UINT32_MAX;
    bench_advance(desk.bench, MN_S);
    assert_non_null(strstr(seen(&desk), "value out of range"));
    finish(&desk);
}

static void a_display_may_be_too_small(void **state)
{
    struct desk desk = {.bench = *state};
    start_display(&desk, COLUMNS, 1);
    start_shell(&desk);
    bench_advance(desk.bench, MN_S);
    assert_true(mn_task_is_done(&desk.shell_task));
    assert_int_equal(desk.shell.co.err, MN_ERR_INVALID);
    finish(&desk);
}

/* ---- cut anywhere ------------------------------------------------------------------------- */

static void set_up(struct bench *bench, void *scene)
{
    struct desk *desk = scene;
    desk->bench = bench;
    start_display(desk, COLUMNS, ROWS);
    start_keyboard(desk);
    start_shell(desk);
}

static void act(struct bench *bench, void *scene, uint32_t tick)
{
    static const char *const keys = ": w 1 2 + . ; w\n 1 sleep::ms\n";
    struct desk *desk = scene;
    (void)bench;
    if (tick >= 10 && tick - 10 < strlen(keys))
        press(desk, keys[tick - 10] == '\n' ? (uint32_t)MN_KEY_ENTER : (uint8_t)keys[tick - 10],
              0);
    if (tick == 80)
        press(desk, MN_KEY_PAGE_UP, 0);
}

static bool was_long(struct bench *bench, void *scene)
{
    (void)scene;
    return bench->kernel.ticks >= 200;
}

static void cut_display(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->display_task);
}

static void cut_keyboard(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->keyboard_task);
}

static void cut_shell(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct desk *)scene)->shell_task);
}

static void cut_session(struct bench *bench, void *scene)
{
    struct desk *desk = scene;
    (void)bench;
    if (desk->shell.is_serving)
        mn_task_cancel(&desk->shell.session_task);
}

static void it_may_be_cut_anywhere(void **state)
{
    static void (*const cuts[])(struct bench *, void *) = {
        NULL, cut_display, cut_keyboard, cut_shell, cut_session};
    (void)state;
    for (size_t i = 0; i < MN_COUNT_OF(cuts); i++) {
        struct cut life = {.scene_bytes = sizeof(struct desk), .ticks_max = 250,
                           .setup = set_up, .act = act, .is_over = was_long, .cut = cuts[i]};
        assert_in_range(cut_everywhere(&life), 100, 250);
    }
}

/* Whichever allocation has to wait: the shell comes once there is memory, or ends. */
static void memory_may_be_short(void **state)
{
    (void)state;
    for (uint32_t refused = 0; refused < 6; refused++) {
        struct bench *bench = bench_create();
        struct desk desk = {.bench = bench};
        mn_heap_fail_after(&bench->kernel.heap, refused);
        set_up(bench, &desk);
        bench_advance(bench, MN_S);
        finish(&desk);
        bench_destroy(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(typed_text_is_answered),
        TEST_ON_BENCH(lines_can_be_edited_over_the_fold),
        TEST_ON_BENCH(one_can_page_back),
        TEST_ON_BENCH(a_word_that_never_ends_can_be_stopped),
        TEST_ON_BENCH(only_what_changed_is_drawn_and_not_too_often),
        TEST_ON_BENCH(a_cursor_that_leaves_its_row_is_gone_from_it),
        TEST_ON_BENCH(at_rest_there_is_no_timer),
        TEST_ON_BENCH(a_keyboard_may_come_late_and_come_again),
        TEST_ON_BENCH(a_display_that_ends_ends_the_shell),
        TEST_ON_BENCH(a_session_that_cannot_begin_says_why),
        TEST_ON_BENCH(a_display_may_be_too_small),
        cmocka_unit_test(it_may_be_cut_anywhere),
        cmocka_unit_test(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

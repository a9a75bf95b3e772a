/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "board.h"
#include "mn/proto/mux_frame.h"
#include "problems.h"
#include "screen_text.h"

#define ACTS_MAX 4u

/* A whole machine in virtual time, and somebody at its keyboard. */
struct act {
    struct sim_alarm alarm;
    struct desk *desk;
    const char *text, *name; /* one of them */
    enum mn_err err;
};

struct desk {
    struct board board;
    struct melpo_config config;
    struct log_text log;
    FILE *out;
    char *log_bytes;
    size_t log_count;
    struct act acts[ACTS_MAX];
    uint32_t act_count;
    struct sim_alarm end;
    char *seen;
};

static void do_act(struct sim_alarm *alarm)
{
    struct act *act = alarm->context;
    struct board *board = &act->desk->board;
    act->err = act->text ? board_type(board, act->text, (uint32_t)strlen(act->text))
                         : board_press(board, act->name, (uint32_t)strlen(act->name));
}

static void look_and_halt(struct sim_alarm *alarm)
{
    struct desk *desk = alarm->context;
    const struct mn_bitmap *frame = board_display_frame(&desk->board);
    if (frame)
        desk->seen = screen_text(frame, &mn_font_spleen_6x12);
    board_press_power(&desk->board);
}

static void open_machine(struct desk *desk, const char *json)
{
    struct board_settings settings = {.is_virtual = true};
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    struct trace_filter filter;
    char error[256];
    memset(desk, 0, sizeof *desk);
    melpo_config_init(&desk->config);
    assert_true(melpo_config_read_text(&desk->config, "test", json, strlen(json), NULL, 0,
                                       &problems));
    melpo_problems_finish(&problems);
    assert_true(trace_filter_parse(&filter, "info", error, sizeof error));
    desk->out = open_memstream(&desk->log_bytes, &desk->log_count);
    assert_non_null(desk->out);
    log_text_init(&desk->log, desk->out, false, &filter);
    assert_true(board_open(&desk->board, &desk->config, &desk->log, &settings, stderr));
}

static struct act *at(struct desk *desk, uint64_t due_us, const char *text, const char *name)
{
    assert_true(desk->act_count < ACTS_MAX);
    struct act *act = &desk->acts[desk->act_count++];
    *act = (struct act){.desk = desk, .text = text, .name = name, .err = MN_ERR_EMPTY};
    sim_alarm_init(&act->alarm, do_act, act);
    sim_alarm_set(&desk->board.machine, &act->alarm, due_us);
    return act;
}

static void run(struct desk *desk, uint64_t until_us)
{
    sim_alarm_init(&desk->end, look_and_halt, desk);
    sim_alarm_set(&desk->board.machine, &desk->end, until_us);
    assert_int_equal(board_run(&desk->board), 0);
    board_close(&desk->board);
    fclose(desk->out);
}

static void close_machine(struct desk *desk)
{
    free(desk->seen);
    free(desk->log_bytes);
}

static void is_typed_on(const char *json)
{
    static struct desk desk;
    open_machine(&desk, json);
    at(&desk, MN_S, "1 2 + 4", NULL);
    at(&desk, 2 * MN_S, NULL, "backspace");
    at(&desk, 3 * MN_S, ".\n", NULL);
    run(&desk, 5 * MN_S);

    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(desk.acts[i].err, MN_OK);
    assert_non_null(desk.seen);
    if (!strstr(desk.seen, "1 2 + .\n3 ok.\n"))
        fail_msg("on the screen stands\n%s", desk.seen);
    close_machine(&desk);
}

#define MACHINE(services)                                                                      \
    "{\"kernel\": {\"heap_size\": \"4MiB\"}, \"services\": {" services "},"                    \
    " \"platform\": {\"forth_shell\": {\"enabled\": true}, \"uarts\": []}}"

static void what_is_typed_is_answered_on_the_screen(void **state)
{
    (void)state;
    is_typed_on(MACHINE(""));
}

static void with_a_keyboard_mux_too(void **state)
{
    (void)state;
    is_typed_on(MACHINE("\"keyboard_mux\": {\"enabled\": true}"));
}

static void talk(struct sim_alarm *alarm)
{
    struct desk *desk = alarm->context;
    struct null_uart *uart = &desk->board.uarts[0].device.null;
    static const char keys[] = "1 2 + 5\b.\r\n\x1bOA"; /* the last line again */
    uint8_t frame[64];
    uint32_t bytes;
    assert_int_equal(mn_mux_frame_encode(frame, sizeof frame, 2, (const uint8_t *)keys,
                                         sizeof keys - 1, &bytes),
                     MN_OK);
    assert_true(null_uart_connect(uart));
    assert_int_equal(null_uart_put(uart, frame, bytes), bytes);
}

static void a_terminal_on_the_serial_mux_is_a_keyboard_too(void **state)
{
    static struct desk desk;
    struct sim_alarm peer;
    (void)state;
    open_machine(&desk, "{\"kernel\": {\"heap_size\": \"4MiB\"}, \"services\": {"
                        "\"serial_mux\": {\"enabled\": true}, \"keyboard_mux\":"
                        " {\"enabled\": true, \"sermux_port_enabled\": true}},"
                        " \"platform\": {\"forth_shell\": {\"enabled\": true}, \"uarts\":"
                        " [{\"backend\": \"null\", \"attach\": \"serial_mux\"}]}}");
    sim_alarm_init(&peer, talk, &desk);
    sim_alarm_set(&desk.board.machine, &peer, MN_S);
    at(&desk, 2 * MN_S, "\n", NULL); /* on the other keyboard */
    run(&desk, 4 * MN_S);

    if (!strstr(desk.seen, "1 2 + .\n3 ok.\n1 2 + .\n3 ok.\n"))
        fail_msg("on the screen stands\n%s", desk.seen);
    close_machine(&desk);
}

/* Faster than anybody reads: the shell is at work all the while, in machine time and out of it. */
static void a_long_text_for_a_busy_shell_loses_nothing(void **state)
{
    static struct desk desk;
    char text[2048] = "variable n : w 5000 0 do loop 1 n +! ;\n";
    (void)state;
    for (uint32_t i = 0; i < 200; i++)
        strcat(text, i % 2 ? "w w\n" : "w\n");
    strcat(text, "n @ .\n");
    open_machine(&desk, MACHINE("\"keyboard_mux\": {\"enabled\": true, \"buffer_capacity\": 4}"));
    struct act *act = at(&desk, MN_S, text, NULL);
    run(&desk, 60 * MN_S);

    assert_int_equal(act->err, MN_OK);
    if (!strstr(desk.seen, "300 ok.\n"))
        fail_msg("on the screen stands\n%s", desk.seen);
    assert_int_equal(desk.board.keyboard.keys.lost, 0);
    assert_int_equal(desk.board.keyboard.mux.hub.lost, 0);
    close_machine(&desk);
}

static void what_is_no_key_is_refused(void **state)
{
    static struct desk desk;
    (void)state;
    open_machine(&desk, MACHINE(""));
    struct act *name = at(&desk, MN_S, NULL, "F25"), *text = at(&desk, MN_S, "\xff", NULL);
    run(&desk, 2 * MN_S);

    assert_int_equal(name->err, MN_ERR_INVALID);
    assert_int_equal(text->err, MN_ERR_INVALID);
    close_machine(&desk);
}

static void a_machine_without_a_keyboard_cannot_be_typed_on(void **state)
{
    static struct desk desk;
    (void)state;
    open_machine(&desk, "{\"platform\": {\"display\": {\"enabled\": false}, \"uarts\": []}}");
    struct act *name = at(&desk, MN_S, NULL, "a"), *text = at(&desk, MN_S, "a", NULL);
    run(&desk, 2 * MN_S);

    assert_int_equal(name->err, MN_ERR_NOT_FOUND);
    assert_int_equal(text->err, MN_ERR_NOT_FOUND);
    close_machine(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_answered_on_the_screen),
        cmocka_unit_test(with_a_keyboard_mux_too),
        cmocka_unit_test(a_terminal_on_the_serial_mux_is_a_keyboard_too),
        cmocka_unit_test(a_long_text_for_a_busy_shell_loses_nothing),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_machine_without_a_keyboard_cannot_be_typed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

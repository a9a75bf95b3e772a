/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"
#include "shell_fixture.h"

/* A shell on mux port 10; whatever it says there is what a person sees. */
struct desk {
    struct mux_scene mux;
    struct mn_session session;
    struct mn_task task;
};

static void desk_start(struct desk *desk, struct bench *bench)
{
    struct mn_session_settings settings = small_shell();
    settings.port = (struct mn_port_address){
        .wire = MN_PORT_MUX, .number = 10, .incoming_bytes = 256, .outgoing_bytes = 256};
    settings.greeting = "";
    mux_start(&desk->mux, bench);
    mn_spawn(&bench->kernel, &desk->task, "shell",
             mn_session(&desk->session, &bench->kernel, &settings));
    bench_settle(bench);
}

/* Says lines and returns what the shell answers to them. */
static const char *desk_ask(struct desk *desk, const char *text)
{
    host_forgets(&desk->mux);
    host_says(&desk->mux, 10, text);
    return host_heard(&desk->mux, 10);
}

static void what_is_printed_can_go_to_a_port(void **state)
{
    struct desk desk = {0};
    desk_start(&desk, *state);

    assert_string_equal(desk_ask(&desk, "5 64 sermux::open_port constant p\n"), "ok.\r\n");
    assert_string_equal(desk_ask(&desk, ".\" to five\" cr p sermux::write_outbuf .\" here\"\n"),
                        "here ok.\r\n");
    assert_string_equal(host_heard(&desk.mux, 5), "to five\n");
    assert_string_equal(desk_ask(&desk, "bag\n"), "1: mux port 5\r\nok.\r\n");
    mux_stop(&desk.mux);
}

static void it_does_so_however_long_the_word_took(void **state)
{
    struct desk desk = {0};
    desk_start(&desk, *state);
    desk_ask(&desk, "5 64 sermux::open_port constant p\n");

    desk_ask(&desk, ": late 50000 0 do loop p sermux::write_outbuf ;\n");
    desk_ask(&desk, ".\" to five\" late\n");

    assert_string_equal(host_heard(&desk.mux, 5), "to five");
    mux_stop(&desk.mux);
}

static void a_full_port_is_waited_for_and_can_be_broken_off(void **state)
{
    struct desk desk = {0};
    desk_start(&desk, *state);
    desk_ask(&desk, "5 16 sermux::open_port constant p\n");
    desk_ask(&desk, ": more begin .\" 0123456789\" p sermux::write_outbuf again ;\n");
    desk.mux.uart.is_hasty = false;
    host_forgets(&desk.mux);
    host_sends(&desk.mux, 10, "more\n", 5);
    for (uint32_t i = 0; i < 100; i++)
        mn_tick(&desk.mux.bench->kernel);

    host_sends(&desk.mux, 10, "\x03", 1);
    const char *heard = host_heard(&desk.mux, 10);

    assert_non_null(strstr(heard, "-28"));
    assert_string_equal(desk_ask(&desk, "1 .\n"), "1 ok.\r\n");
    mux_stop(&desk.mux);
}

static void closing_frees_the_number_and_so_does_bye(void **state)
{
    struct desk desk = {0};
    desk_start(&desk, *state);

    desk_ask(&desk, "5 16 sermux::open_port\n");
    assert_non_null(strstr(desk_ask(&desk, "5 16 sermux::open_port\n"), "error -520: "));
    assert_string_equal(desk_ask(&desk, "1 sermux::close_port 5 16 sermux::open_port drop\n"),
                        "ok.\r\n");
    desk_ask(&desk, "bye\n");
    bench_settle(*state);
    assert_false(mn_mux_stats_of(&desk.mux.mux, 5).is_open);
    mux_stop(&desk.mux);
}

static void whatever_goes_wrong_is_said(void **state)
{
    static const struct {
        const char *line, *answer;
    } cases[] = {
        {"65536 16 sermux::open_port\n", "error -522: a mux port is 0 to 65535"},
        {"5 0 sermux::open_port\n", "error -522: a mux port is 0 to 65535"},
        {"10 16 sermux::open_port\n", "error -520: somebody has that mux port open"},
        {"5 1000000 sermux::open_port\n", "error -523: not enough memory"},
        {"77 sermux::write_outbuf\n", "error -516: no such token"},
        {"77 sermux::close_port\n", "error -516: no such token"},
        {"1 16 sermux::open_port kill\n", "error -516: no such token"},
        {"2 16 sermux::open_port 3 16 sermux::open_port\n", "ok."},
        {"4 16 sermux::open_port\n", "error -521: as many mux ports"},
    };
    struct desk desk = {0};
    desk_start(&desk, *state);

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++)
        if (!strstr(desk_ask(&desk, cases[i].line), cases[i].answer))
            fail_msg("%s: %s", cases[i].line, host_heard(&desk.mux, 10));
    mux_stop(&desk.mux);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(what_is_printed_can_go_to_a_port),
        TEST_ON_BENCH(it_does_so_however_long_the_word_took),
        TEST_ON_BENCH(a_full_port_is_waited_for_and_can_be_broken_off),
        TEST_ON_BENCH(closing_frees_the_number_and_so_does_bye),
        TEST_ON_BENCH(whatever_goes_wrong_is_said),
    };
    return cmocka_run_group_tests_name("mux_words", tests, NULL, NULL);
}

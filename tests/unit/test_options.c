/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

struct line { /* a command line and what came of it */
    char **words;
    int count;
    struct melpo_options options;
    int status;
    char *out, *err;
};

#define HINT "melpo: 'melpo --help' lists the options\n"

static void add_word(struct line *line, const char *text, size_t count)
{
    char **words = realloc(line->words, ((size_t)line->count + 2) * sizeof *words);
    assert_non_null(words);
    line->words = words;
    line->words[line->count++] = strndup(text, count);
    line->words[line->count] = NULL;
}

/* Parses the words of `text`, which spaces separate. */
static void parse(struct line *line, const char *text)
{
    size_t out_count, err_count;
    *line = (struct line){0};
    FILE *out = open_memstream(&line->out, &out_count);
    FILE *err = open_memstream(&line->err, &err_count);
    add_word(line, "melpo", 5);
    while (*text) {
        size_t count = strcspn(text, " ");
        add_word(line, text, count);
        text += count + strspn(text + count, " ");
    }
    line->status = melpo_options_parse(line->count, line->words, &line->options, out, err);
    fclose(out);
    fclose(err);
}

static void finish(struct line *line)
{
    for (int i = 0; i < line->count; i++)
        free(line->words[i]);
    free(line->words);
    free(line->out);
    free(line->err);
}

static void assert_refused(const char *text, const char *message)
{
    struct line line;
    parse(&line, text);
    assert_int_equal(line.status, MELPO_EXIT_USAGE);
    assert_string_equal(line.out, "");
    assert_int_equal(strncmp(line.err, message, strlen(message)), 0);
    assert_string_equal(line.err + strlen(message), HINT);
    finish(&line);
}

static void nothing_given_means_the_defaults(void **state)
{
    struct line line;
    (void)state;

    parse(&line, "");

    assert_int_equal(line.status, MELPO_OPTIONS_GO_ON);
    assert_string_equal(line.options.config, "default.json");
    assert_false(line.options.check_only || line.options.print_only || line.options.has_seed);
    assert_int_equal(line.options.time, MELPO_TIME_REAL);
    assert_int_equal(line.options.until_us, UINT64_MAX);
    assert_int_equal(line.options.screenshot_at_us, UINT64_MAX);
    assert_null(line.options.screenshot);
    assert_false(line.options.headless);
    assert_null(line.options.trace);
    assert_int_equal(line.options.set_count, 0);
    assert_string_equal(line.err, "");
    finish(&line);
}

static void every_option_arrives(void **state)
{
    struct line line;
    (void)state;

    parse(&line, "--config a.json --print-config --time virtual --until=90s"
                 " --seed 0xFFFFFFFFFFFFFFFF --trace info,kernel::comms=trace"
                 " --set a.b=1 --set c=");

    assert_int_equal(line.status, MELPO_OPTIONS_GO_ON);
    assert_string_equal(line.options.config, "a.json");
    assert_true(line.options.print_only);
    assert_false(line.options.check_only);
    assert_int_equal(line.options.time, MELPO_TIME_VIRTUAL);
    assert_int_equal(line.options.until_us, 90000000);
    assert_true(line.options.has_seed);
    assert_int_equal(line.options.seed, UINT64_MAX);
    assert_string_equal(line.options.trace, "info,kernel::comms=trace");
    assert_int_equal(line.options.set_count, 2);
    assert_string_equal(line.options.sets[0], "a.b=1");
    assert_string_equal(line.options.sets[1], "c=");
    finish(&line);
}

static void the_latest_of_an_option_counts(void **state)
{
    struct line line;
    (void)state;

    parse(&line, "-c a.json --seed 1 --time virtual -cb.json --seed 2 --time real");

    assert_string_equal(line.options.config, "b.json");
    assert_int_equal(line.options.seed, 2);
    assert_int_equal(line.options.time, MELPO_TIME_REAL);
    finish(&line);
}

static void check_config_names_the_file_and_runs_nothing(void **state)
{
    struct line line;
    (void)state;

    parse(&line, "--check-config a.json");

    assert_string_equal(line.options.config, "a.json");
    assert_true(line.options.check_only);
    finish(&line);
    assert_refused("--check-config a.json --config b.json",
                   "melpo: --config and --check-config: give one of them\n");
}

static void the_trace_filter_comes_from_the_environment_unless_given(void **state)
{
    struct line line;
    (void)state;
    setenv("MELPOMENE_TRACE", "debug", 1);

    parse(&line, "");
    assert_string_equal(line.options.trace, "debug");
    finish(&line);
    parse(&line, "--trace warn");
    assert_string_equal(line.options.trace, "warn");
    finish(&line);
    setenv("MELPOMENE_TRACE", "", 1);
    parse(&line, "");
    assert_null(line.options.trace);
    finish(&line);

    unsetenv("MELPOMENE_TRACE");
}

static void an_unknown_option_is_refused_with_the_nearest(void **state)
{
    (void)state;

    assert_refused("--confg a.json",
                   "melpo: unknown option \"--confg\"; did you mean \"--config\"?\n");
    assert_refused("--time real --sede=4",
                   "melpo: unknown option \"--sede\"; did you mean \"--seed\"?\n");
    assert_refused("--frobnicate", "melpo: unknown option \"--frobnicate\"\n");
    assert_refused("-x", "melpo: unknown option \"-x\"\n");
    assert_refused("--t real", "melpo: --t could be several options\n");
    assert_refused("--help=me", "melpo: --help takes no value\n");
}

static void a_missing_value_is_refused(void **state)
{
    (void)state;

    assert_refused("--config", "melpo: --config needs a value\n");
    assert_refused("--time virtual -c", "melpo: -c needs a value\n");
}

static void a_value_that_is_none_is_refused(void **state)
{
    (void)state;

    assert_refused("--time fast", "melpo: --time: expected real or virtual, got \"fast\"\n");
    assert_refused("--until 90",
                   "melpo: --until: expected a duration such as 90s, 100ms or 2h, got \"90\"\n");
    assert_refused("--until 18446744073709551615us",
                   "melpo: --until: expected a duration such as 90s, 100ms or 2h, got "
                   "\"18446744073709551615us\"\n");
    assert_refused("--screenshot a.png --screenshot-at soon",
                   "melpo: --screenshot-at: expected a duration such as 90s, 100ms or 2h, got "
                   "\"soon\"\n");
    assert_refused("--seed -1",
                   "melpo: --seed: expected a number below 2^64, decimal or after 0x, got "
                   "\"-1\"\n");
    assert_refused("--seed 18446744073709551616",
                   "melpo: --seed: expected a number below 2^64, decimal or after 0x, got "
                   "\"18446744073709551616\"\n");
    assert_refused("--seed 0x10000000000000000",
                   "melpo: --seed: expected a number below 2^64, decimal or after 0x, got "
                   "\"0x10000000000000000\"\n");
    assert_refused("--set kernel.heap_size",
                   "melpo: --set: expected PATH=VALUE, such as kernel.heap_size=64KiB, got "
                   "\"kernel.heap_size\"\n");
}

static void a_moment_for_a_picture_needs_a_picture(void **state)
{
    struct line line;
    (void)state;

    assert_refused("--screenshot-at 2s", "melpo: --screenshot-at needs --screenshot FILE\n");
    parse(&line, "--screenshot-at 2s --headless --screenshot a.png");

    assert_true(line.options.headless);
    assert_string_equal(line.options.screenshot, "a.png");
    assert_int_equal(line.options.screenshot_at_us, 2000000);
    finish(&line);
}

static void what_is_a_replays_needs_a_replay(void **state)
{
    struct line line;
    (void)state;

    assert_refused("--from 2s", "melpo: --from needs --replay FILE\n");
    assert_refused("--uart-log", "melpo: --uart-log needs --replay FILE\n");
    assert_refused("--uart-output sent", "melpo: --uart-output needs --replay FILE\n");
    assert_refused("--replay a.melpo --seed 3",
                   "melpo: --replay and --seed: a recording has all that of its own; leave the "
                   "latter out\n");
    parse(&line, "--replay a.melpo --from 2s --time real");

    assert_int_equal(line.status, MELPO_OPTIONS_GO_ON);
    assert_int_equal(line.options.from_us, 2000000);
    finish(&line);
}

static void a_word_that_is_no_option_is_refused(void **state)
{
    (void)state;

    assert_refused("default.json", "melpo: unexpected \"default.json\"; a configuration is given "
                                   "with --config FILE, a recording with --replay FILE\n");
    assert_refused("-- --help", "melpo: unexpected \"--help\"; a configuration is given with "
                                "--config FILE, a recording with --replay FILE\n");
}

static void at_most_64_keys_are_set(void **state)
{
    char text[65 * 10 + 1] = "";
    (void)state;
    for (int i = 0; i < 65; i++)
        strcat(text, "--set a=1 ");

    assert_refused(text, "melpo: --set: more than 64 of them\n");
}

static void help_lists_every_option_in_80_columns(void **state)
{
    static const char *const words[] = {
        "--config FILE", "--check-config FILE", "--print-config", "--set PATH=VALUE",
        "--time real|virtual", "--until DURATION", "--seed N", "--trace FILTER", "--help",
        "--headless", "--screenshot FILE", "--screenshot-at DURATION",
        "--record FILE", "--replay FILE", "--from DURATION", "--uart-log", "--uart-output DIR",
        "--version", "MELPOMENE_TRACE", "NO_COLOR", "Exit status", "default.json",
    };
    struct line line;
    (void)state;

    parse(&line, "--help");

    assert_int_equal(line.status, MELPO_EXIT_OK);
    assert_string_equal(line.err, "");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_non_null(strstr(line.out, words[i]));
    for (char *text = line.out; *text; text += strcspn(text, "\n") + 1)
        assert_in_range(strcspn(text, "\n"), 0, 80);
    finish(&line);
}

static void version_is_one_line(void **state)
{
    struct line line;
    (void)state;

    parse(&line, "-V");

    assert_int_equal(line.status, MELPO_EXIT_OK);
    assert_int_equal(strncmp(line.out, "melpo ", 6), 0);
    assert_int_equal(strcspn(line.out, "\n"), strlen(line.out) - 1);
    finish(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_means_the_defaults),
        cmocka_unit_test(every_option_arrives),
        cmocka_unit_test(the_latest_of_an_option_counts),
        cmocka_unit_test(check_config_names_the_file_and_runs_nothing),
        cmocka_unit_test(the_trace_filter_comes_from_the_environment_unless_given),
        cmocka_unit_test(an_unknown_option_is_refused_with_the_nearest),
        cmocka_unit_test(a_missing_value_is_refused),
        cmocka_unit_test(a_value_that_is_none_is_refused),
        cmocka_unit_test(a_moment_for_a_picture_needs_a_picture),
        cmocka_unit_test(what_is_a_replays_needs_a_replay),
        cmocka_unit_test(a_word_that_is_no_option_is_refused),
        cmocka_unit_test(at_most_64_keys_are_set),
        cmocka_unit_test(help_lists_every_option_in_80_columns),
        cmocka_unit_test(version_is_one_line),
    };
    unsetenv("MELPOMENE_TRACE");
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

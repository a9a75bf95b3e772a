/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static char *print_config(const struct melpo_config *config)
{
    char *text = NULL;
    size_t count;
    FILE *out = open_memstream(&text, &count);
    if (!out)
        return NULL;
    melpo_config_print(config, out);
    fclose(out);
    return text;
}

static void heard(void *context, const struct mn_log_record *record)
{
    recorder_line(context, record);
}

bool tape_begin(struct recorder *recorder, const struct tape_settings *settings,
                const struct melpo_config *config, struct log_text *log,
                struct device_error *error)
{
    *error = (struct device_error){"out of memory"};
    char *text = print_config(config);
    const struct record_head head = {
        .seed = settings->seed,
        .is_virtual = settings->is_virtual,
        .has_choices = settings->has_choices,
        .texts = {
            [RECORD_MELPO] = MELPO_VERSION,
            [RECORD_CONFIG_NAME] = settings->config,
            [RECORD_FILTER] = settings->filter,
            [RECORD_CONFIG] = text,
        },
    };
    bool is_open = text && recorder_open(recorder, settings->path, &head, error);
    free(text);
    if (!is_open)
        return false;
    log->heard = heard;
    log->heard_context = recorder;
    return true;
}

bool tape_read(struct record_reading *reading, struct melpo_options *options)
{
    struct device_error error;
    const struct record_head *head = &reading->head;
    if (!record_read_file(reading, options->replay, &error)) {
        fprintf(stderr, "melpo: --replay: %s: %s\n", options->replay, error.text);
        return false;
    }
    if (strcmp(head->texts[RECORD_MELPO], MELPO_VERSION) != 0)
        fprintf(stderr, "melpo: --replay: %s: recorded by melpo %s; melpo %s may depart from it\n",
                options->replay, head->texts[RECORD_MELPO], MELPO_VERSION);
    options->config = head->texts[RECORD_CONFIG_NAME];
    options->is_paced = options->has_time && options->time == MELPO_TIME_REAL;
    options->headless |= options->has_time && options->time == MELPO_TIME_VIRTUAL;
    options->time = head->is_virtual ? MELPO_TIME_VIRTUAL : MELPO_TIME_REAL;
    options->seed = head->seed;
    options->has_seed = true;
    if (!options->has_trace)
        options->trace = head->texts[RECORD_FILTER];
    return true;
}

bool tape_config(const struct record_reading *reading, const char *path,
                 struct melpo_config *config, struct melpo_problems *problems)
{
    const char *text = reading->head.texts[RECORD_CONFIG];
    return melpo_config_read_text(config, path, text, strlen(text), NULL, 0, problems);
}

static const char *ending_of(const struct player *player)
{
    switch (player->state) {
    case PLAYER_DONE:
        return "the same to the end";
    case PLAYER_CUT:
        return player->reading->state == RECORD_STOPPED
                   ? "the same as far as it goes; its file could not be written on"
                   : "the same as far as it goes; it was cut off";
    case PLAYER_STOPPED:
        return "the same so far, and stopped";
    case PLAYER_PLAYING:
    case PLAYER_DEPARTED:
        break;
    }
    return "it departs";
}

int tape_conclude(const struct board *board, const char *path, int code)
{
    const struct player *player = &board->seam.player;
    uint64_t now_us = player->now_us;
    bool has_departed = player->state == PLAYER_DEPARTED;
    FILE *out = has_departed ? stderr : stdout;
    fprintf(out, "%s%s: %s: %" PRIu64 " ticks, %" PRIu64 ".%06" PRIu64 "s of machine time\n",
            has_departed ? "melpo: --replay: " : "", path, ending_of(player),
            board->kernel.ticks, now_us / MN_S, now_us % MN_S);
    if (has_departed && code != MELPO_EXIT_SCRIPT) /* only at its end: nobody has said so yet */
        fprintf(stderr, "melpo: --replay: recorded: %s; now: %s\n", player->departure.expected,
                player->departure.came);
    return has_departed ? MELPO_EXIT_SCRIPT : code;
}

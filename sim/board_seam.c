/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "options.h"

#define TARGET "sim::board"
#define REPLAY_TARGET "sim::replay"
#define WAITS_BYTES 256u

/* ---- recording -------------------------------------------------------------------------- */

static void recording_failed(void *context, int error)
{
    struct board *board = context;
    const struct mn_field field = MN_FIELD_STR("why", strerror(error));
    log_text_write(board->log, MN_LEVEL_ERROR, TARGET,
                   "the recording ends here, the machine goes on", &field, 1);
}

static void join_recorder(struct board *board, struct recorder *recorder)
{
    board->seam.recorder = recorder;
    recorder_watch(recorder, recording_failed, board);
}

/* ---- replaying -------------------------------------------------------------------------- */

static void lines_raised(void *context, uint32_t lines)
{
    struct board *board = context;
    if (lines & UINT32_C(1) << board->power.line)
        board->power_is_pressed = true;
}

static void machine_sleeps(void *context, uint64_t until_us)
{
    board_pace(context, until_us);
}

static void bytes_received(void *context, uint32_t uart, const uint8_t *bytes, uint32_t count)
{
    board_say_talk(context, uart, "received", bytes, count);
}

static void bytes_sent(void *context, uint32_t uart, const uint8_t *bytes, uint32_t count)
{
    FILE *output = ((struct board *)context)->seam.outputs[uart];
    if (output)
        fwrite(bytes, 1, count, output);
    board_say_talk(context, uart, "sent", bytes, count);
}

static void line_came(void *context, const struct mn_log_record *line)
{
    log_text_record(((struct board *)context)->log, line);
}

static bool strike_came(void *context, const struct record_strike *strike)
{
    return board_strike(context, strike);
}

static void say_departure(struct board *board)
{
    const struct player_departure *departure = &board->seam.player.departure;
    const struct mn_task *task = board->kernel.running;
    char waits[WAITS_BYTES] = "";
    if (task)
        mn_task_describe(task, waits, sizeof waits);
    const struct mn_field fields[] = {
        MN_FIELD_U64("tick", board->kernel.ticks),
        MN_FIELD_STR("device", departure->device),
        MN_FIELD_STR("recorded", departure->expected),
        MN_FIELD_STR("now", departure->came),
        MN_FIELD_STR("task", task ? task->name : "none"),
        MN_FIELD_STR("at", waits),
    };
    log_text_write(board->log, MN_LEVEL_ERROR, REPLAY_TARGET,
                   "the replay departs from the recording", fields, MN_COUNT_OF(fields));
}

/* What tasks do in the rest of this tick has no recording to go by, so nothing is said of it. */
static void replay_is_over(void *context)
{
    struct board *board = context;
    bool has_departed = board->seam.player.state == PLAYER_DEPARTED;
    if (!board->kernel.hal)
        return; /* still being prepared */
    if (has_departed)
        say_departure(board);
    if (!board->kernel.halting)
        mn_log_remove_sink(&board->kernel.log, &board->log->sink);
    mn_halt(&board->kernel, has_departed ? MELPO_EXIT_SCRIPT : MELPO_EXIT_OK);
}

static bool open_output(struct board *board, const char *folder, uint32_t index, FILE *err)
{
    char path[512];
    const char *name = board->config->platform.uarts[index].name;
    int count = snprintf(path, sizeof path, "%s/%s.out", folder, name);
    bool fits = count > 0 && (size_t)count < sizeof path;
    board->seam.outputs[index] = fits ? fopen(path, "we") : NULL;
    if (!board->seam.outputs[index])
        fprintf(err, "melpo: --uart-output: %s: %s\n", path,
                fits ? strerror(errno) : "the path is too long");
    return board->seam.outputs[index];
}

static bool open_outputs(struct board *board, const char *folder, FILE *err)
{
    if (!folder)
        return true;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(err, "melpo: --uart-output: %s: %s\n", folder, strerror(errno));
        return false;
    }
    for (uint32_t i = 0; i < board->config->platform.uart_count; i++) {
        if (!open_output(board, folder, i, err))
            return false;
    }
    return true;
}

static void join_player(struct board *board, struct record_reading *reading)
{
    const struct player_watch watch = {
        .context = board,
        .sleeps = machine_sleeps,
        .raised = lines_raised,
        .received = bytes_received,
        .sent = bytes_sent,
        .line = line_came,
        .strike = strike_came,
        .over = replay_is_over,
    };
    board->seam.is_replay = true;
    player_open(&board->seam.player, reading, &board->machine, &watch);
}

/* ---- either ----------------------------------------------------------------------------- */

bool board_seam_open(struct board *board, const struct board_settings *settings, FILE *err)
{
    if (settings->recorder)
        join_recorder(board, settings->recorder);
    if (settings->reading)
        join_player(board, settings->reading);
    board->seam.pace = settings->pace;
    board->seam.says_talk = settings->says_talk;
    return open_outputs(board, settings->outputs, err);
}

void board_seam_begin(struct board *board)
{
    if (board->seam.is_replay && board->seam.player.state != PLAYER_PLAYING)
        replay_is_over(board); /* there is nothing in it */
}

bool board_seam_stop(struct board *board)
{
    if (!board->seam.is_replay)
        return false;
    board->seam.is_dismissed = true;
    if (!board->kernel.halting)
        player_stop(&board->seam.player);
    mn_halt(&board->kernel, MELPO_EXIT_OK);
    return true;
}

void board_seam_close(struct board *board)
{
    struct board_seam *seam = &board->seam;
    board->log->heard = NULL;
    if (seam->recorder)
        recorder_close(seam->recorder, board->kernel.ticks, board->kernel.halt_code);
    if (seam->is_replay)
        player_finish(&seam->player, board->kernel.ticks, board->kernel.halt_code);
    for (uint32_t i = 0; i < MELPO_UARTS_MAX; i++) {
        if (seam->outputs[i])
            fclose(seam->outputs[i]);
    }
}

struct mn_hal *board_seam_machine(struct board *board)
{
    struct mn_hal *hal = &board->machine.hal;
    return board->seam.recorder    ? recorder_machine(board->seam.recorder, hal)
           : board->seam.is_replay ? player_machine(&board->seam.player)
                                   : hal;
}

struct mn_hal_uart *board_seam_uart(struct board *board, struct board_uart *uart)
{
    struct mn_hal_uart *hal = &uart->hal.hal;
    return board->seam.recorder    ? recorder_uart(board->seam.recorder, hal)
           : board->seam.is_replay ? player_uart(&board->seam.player, hal)
                                   : hal;
}

struct mn_hal_keyboard *board_seam_keyboard(struct board *board)
{
    struct mn_hal_keyboard *hal = &board->keyboard.hal.hal;
    return board->seam.recorder    ? recorder_keyboard(board->seam.recorder, hal)
           : board->seam.is_replay ? player_keyboard(&board->seam.player, hal)
                                   : hal;
}

struct mn_hal_display *board_seam_display(struct board *board)
{
    struct mn_hal_display *hal = &board->display.hal.hal;
    return board->seam.recorder    ? recorder_display(board->seam.recorder, hal)
           : board->seam.is_replay ? player_display(&board->seam.player, hal)
                                   : hal;
}

/* ---- pictures for tasks ----------------------------------------------------------------- */

static uint64_t check_of_frame(const struct board *board)
{
    const struct mn_bitmap *frame = board_display_frame(board);
    struct mn_rect area;
    if (!frame)
        return 0;
    area = mn_bitmap_area(frame);
    return record_frame_check(frame, &area, 1);
}

/* An answer is two texts: the file's name, and why there is none. */
static bool recorded_picture(struct board *board, struct board_picture *picture)
{
    const uint8_t *bytes;
    uint32_t count;
    snprintf(picture->why, sizeof picture->why, "the replay is over");
    if (!player_answer(&board->seam.player, check_of_frame(board), &bytes, &count))
        return false;
    size_t path = strnlen((const char *)bytes, count);
    size_t why = path < count ? path + 1 : count;
    snprintf(picture->path, sizeof picture->path, "%.*s", (int)path, (const char *)bytes);
    snprintf(picture->why, sizeof picture->why, "%.*s", (int)(count - why),
             (const char *)bytes + why);
    return picture->why[0] == '\0';
}

bool board_seam_picture(struct board *board, struct board_picture *picture)
{
    char answer[sizeof picture->path + sizeof picture->why];
    *picture = (struct board_picture){{0}, {0}};
    if (board->seam.is_replay)
        return recorded_picture(board, picture);
    bool is_taken = board_take_picture(board, NULL, picture);
    if (board->seam.recorder) {
        int count = snprintf(answer, sizeof answer, "%s%c%s", picture->path, '\0', picture->why);
        recorder_answer(board->seam.recorder, check_of_frame(board), answer, (uint32_t)count);
    }
    return is_taken;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "outside.h"

#include <pthread.h>
#include <unistd.h>

#define TARGET "sim::main"

static const int numbers[OUTSIDE_SIGNALS] = {SIGINT, SIGTERM, SIGUSR1};

void outside_hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++)
        sigaddset(&held, numbers[i]);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

void outside_release_signals(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void halt_came(uv_signal_t *signal, int number)
{
    struct outside *outside = signal->data;
    const struct mn_field field = MN_FIELD_STR("signal", number == SIGINT ? "SIGINT" : "SIGTERM");
    if (!outside->board->kernel.halting)
        log_text_outside(outside->board->log, MN_LEVEL_INFO, TARGET, "halting", &field, 1);
    board_press_power(outside->board);
}

static void until_came(struct sim_alarm *alarm)
{
    struct outside *outside = alarm->context;
    board_reach_end(outside->board);
}

static void picture_signal_came(uv_signal_t *signal, int number)
{
    struct outside *outside = signal->data;
    struct board_picture picture;
    (void)number;
    board_take_picture(outside->board, NULL, &picture); /* the log has it */
}

static void take_picture(struct outside *outside)
{
    struct board_picture picture;
    outside->picture_is_due = false;
    outside->picture_is_missing =
        !board_take_picture(outside->board, outside->options->screenshot, &picture);
}

static void screenshot_came(struct sim_alarm *alarm)
{
    take_picture(alarm->context);
}

void outside_listen(struct outside *outside, struct board *board,
                    const struct melpo_options *options)
{
    *outside = (struct outside){.board = board, .options = options,
                                .picture_is_due = options->screenshot != NULL};
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++) {
        MN_ASSERT(uv_signal_init(&board->loop, &outside->signals[i]) == 0);
        outside->signals[i].data = outside;
        if (numbers[i] == SIGUSR1)
            uv_signal_start(&outside->signals[i], picture_signal_came, SIGUSR1);
        else
            uv_signal_start_oneshot(&outside->signals[i], halt_came, numbers[i]);
    }
    sim_alarm_init(&outside->until, until_came, outside);
    sim_alarm_init(&outside->screenshot, screenshot_came, outside);
    if (options->screenshot && options->screenshot_at_us != MN_TIME_NEVER)
        sim_alarm_set(&board->machine, &outside->screenshot, options->screenshot_at_us);
    if (options->until_us != MN_TIME_NEVER)
        sim_alarm_set(&board->machine, &outside->until, options->until_us);
}

static volatile sig_atomic_t halt_code;

static void leave_at_once(int number)
{
    if (number != SIGUSR1)
        _exit(halt_code);
}

static void take_last_picture(struct outside *outside)
{
    if (outside->picture_is_due && outside->options->screenshot_at_us != MN_TIME_NEVER)
        log_text_outside(outside->board->log, MN_LEVEL_WARN, TARGET,
                         "halted before --screenshot-at; the picture is of this moment", NULL, 0);
    if (outside->picture_is_due)
        take_picture(outside);
}

int outside_ignore(struct outside *outside, int code)
{
    sigset_t before;
    sim_alarm_clear(&outside->until);
    sim_alarm_clear(&outside->screenshot);
    take_last_picture(outside);
    if (code == MELPO_EXIT_OK && outside->picture_is_missing)
        code = MELPO_EXIT_FAILED;
    halt_code = code;
    outside_hold_signals(&before);
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++) {
        uv_close((uv_handle_t *)&outside->signals[i], NULL);
        signal(numbers[i], leave_at_once);
    }
    outside_release_signals(&before);
    return code;
}

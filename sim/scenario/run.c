/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "run.h"

#include <stdlib.h>

#include "bounds.h"
#include "options.h"
#include "recording.h"
#include "report.h"
#include "sound.h"

static uint64_t now_us(const struct run *run)
{
    return sim_machine_now_us(&run->board.machine);
}

static const struct scenario_step *present(const struct run *run)
{
    return &run->scenario->steps[run->step];
}

/* Where the seed makes everything a little late, limits are a little longer. */
static uint64_t limit_us(const struct run *run)
{
    return run->since_us + present(run)->limit_us + (run->plan.is_timed ? RUN_SLACK_US : 0);
}

bool run_is_late(const struct run *run)
{
    return run->has_halted || now_us(run) > limit_us(run);
}

bool run_has_passed(const struct run *run)
{
    return now_us(run) >= run->since_us + present(run)->limit_us;
}

void run_look_again(struct run *run, uint64_t soon_us)
{
    run->soon_us = soon_us;
}

/* In virtual time a microsecond passes only when nothing is ready any more. */
bool run_has_settled(struct run *run)
{
    if (run->has_halted ||
        (now_us(run) > run->since_us && sim_machine_is_quiet(&run->board.machine)))
        return true;
    run_look_again(run, 1);
    return false;
}

/* ---- the steps -------------------------------------------------------------------------- */

bool run_is_disturbed(const struct run *run)
{
    return run->settings->list->count > 0;
}

bool run_is_excused(const struct run *run)
{
    return run_is_disturbed(run) && (!present(run)->is_must || run->settings->list->is_broken);
}

void run_end(struct run *run, bool has_failed)
{
    run->is_over = true;
    run->has_failed = has_failed;
    if (has_failed) {
        recording_say_failure(run);
        report_machine(run);
    }
    sim_alarm_clear(&run->turn);
    run->still_ticks = run->board.kernel.ticks;
    if (run->has_started)
        board_press_power(&run->board);
}

static void begin_step(struct run *run)
{
    struct bytes *heard = &run->peers.items[present(run)->peer].heard;
    heard->searched = heard->read;
    run->since_us = now_us(run);
    run->has_begun = true;
    run->sent_bytes = 0;
    run->sleeps = 0;
    run->settings->marks->line = present(run)->line;
    recording_say_step(run);
}

/* When the step that waits has to be looked at again, if nothing comes: soon, or at its limit, and
 * right behind that once more, since what comes just in time is in time. */
static uint64_t next_look_us(const struct run *run)
{
    uint64_t now = now_us(run), exact_us = run->since_us + present(run)->limit_us;
    uint64_t last_us = now < exact_us ? exact_us : limit_us(run);
    uint64_t soon_us = run->soon_us > 0 ? now + run->soon_us : last_us;
    uint64_t next_us = soon_us < last_us ? soon_us : last_us;
    return next_us > now ? next_us : now + 1;
}

/* Runs steps until one waits. */
static void run_steps(struct run *run)
{
    while (run->step < run->scenario->step_count) {
        if (!run->has_begun)
            begin_step(run);
        run->soon_us = 0;
        run->report = run_is_excused(run) ? run->untold : run->told;
        enum step_result result = present(run)->kind->run(run, present(run));
        bool is_passed_over = result == STEP_FAILED && run_is_excused(run);
        run->report = run->told;
        if (result == STEP_FAILED && !is_passed_over)
            run_end(run, true);
        if (result != STEP_DONE && !is_passed_over)
            return;
        sound_look(run);
        run->step++;
        run->has_begun = false;
        peers_move(&run->peers);
    }
    run_end(run, false);
}

static void take_turn(struct run *run)
{
    run->is_turning = true;
    do {
        run->has_news = false;
        fflush(run->log_file);
        peers_move(&run->peers);
        run_steps(run);
    } while (run->has_news && !run->is_over);
    run->is_turning = false;
}

static void turn_came(struct sim_alarm *alarm)
{
    struct run *run = alarm->context;
    if (run->is_over)
        return;
    take_turn(run);
    if (!run->is_over)
        sim_alarm_set(&run->board.machine, &run->turn, next_look_us(run));
}

static void news_came(void *context)
{
    struct run *run = context;
    run->has_news = true;
    if (!run->is_turning && !run->is_over && !run->has_halted)
        sim_alarm_set(&run->board.machine, &run->turn, now_us(run));
}

static void screen_changed(void *context, const uint8_t *pixels, uint32_t stride_bytes,
                           const struct mn_rect *damage, uint32_t count)
{
    struct run *run = context;
    glass_show(&run->glass, pixels, stride_bytes, damage, count);
    news_came(run);
}

/* ---- the end ---------------------------------------------------------------------------- */

/* The machine has halted, by itself or because all steps are done. */
static void conclude(struct run *run)
{
    bool was_over = run->is_over;
    run->has_halted = true;
    sound_look(run);
    if (!was_over)
        take_turn(run);
    if (run->has_failed || run->halt_code == 0 || !was_over || run_is_disturbed(run))
        return;
    run->has_failed = true;
    run->step--; /* the last one; power was pressed behind it */
    run_fail(run, "but", "behind this last step the machine halted with status %d, not 0",
             run->halt_code);
    report_machine(run);
}

/* Nothing of the kernel may be left when all its tasks have been dropped. */
static void look_for_rest(struct run *run)
{
    struct board_rest rest = board_rest(&run->board);
    if (run->has_failed || rest.blocks + rest.timers + rest.lines == 0)
        return;
    run->has_failed = true;
    run->step -= run->step == run->scenario->step_count;
    run_fail(run, "but", "the machine has left behind %u blocks of memory, %u armed timers, "
                         "waiters on %u lines", rest.blocks, rest.timers, rest.lines);
    report_disturbances(run);
    report_repeat(run);
}

/* ---- the machine's log ------------------------------------------------------------------ */

static ssize_t hear_log(void *context, const char *text, size_t count)
{
    struct run *run = context;
    bytes_put(&run->peers.items[SCENARIO_LOG].heard, text, count, true);
    news_came(run);
    return (ssize_t)count;
}

static bool open_log(struct run *run)
{
    struct trace_filter filter;
    char error[256];
    const char *text = scenario_log_filter(run->scenario);
    cookie_io_functions_t calls = {.write = hear_log};
    run->log_file = fopencookie(run, "w", calls);
    if (!run->log_file || !trace_filter_parse(&filter, text, error, sizeof error))
        return false;
    log_text_init(&run->log, run->log_file, false, &filter);
    return true;
}

/* ---- the whole -------------------------------------------------------------------------- */

static void play(struct run *run)
{
    for (uint32_t i = 0; i < run->board.uart_count; i++)
        peers_join(&run->peers, i, &run->board.uarts[i].device.null);
    if (run->scenario->config.platform.display.enabled &&
        glass_open(&run->glass, &run->board.display.hal.hal))
        sim_display_watch(&run->board.display.hal, screen_changed, run);
    bounds_open(run);
    sim_alarm_set(&run->board.machine, &run->turn, 0);
    run->halt_code = board_run(&run->board);
    conclude(run);
    for (uint32_t i = 0; i < run->board.uart_count; i++)
        null_uart_watch(&run->board.uarts[i].device.null, NULL, NULL);
    sim_display_watch(&run->board.display.hal, NULL, NULL);
    sim_alarm_clear(&run->turn);
    bounds_close(run);
    board_say_disturbances(&run->board);
    board_close(&run->board);
    look_for_rest(run);
}

/* The machine could not even start, as if it had halted at once; its log says why. */
static void play_nothing(struct run *run)
{
    run->halt_code = MELPO_EXIT_FAILED;
    conclude(run);
}

uint64_t run_seed(const struct scenario *scenario, const struct run_settings *settings)
{
    return settings->has_seed ? settings->seed : scenario->has_seed ? scenario->seed : RUN_SEED;
}

struct disturb_plan run_plan(const struct scenario *scenario, const struct run_settings *settings)
{
    if (settings->has_plan)
        return settings->plan;
    if (scenario->has_plan)
        return scenario->plan;
    return (struct disturb_plan){.is_timed = settings->has_seed || scenario->has_seed};
}

/* Ends where the room does, so that whoever writes behind the heap is ended by a signal. */
static void *room_for(const struct run_room *room, uint32_t heap_bytes)
{
    size_t bytes = heap_bytes + -heap_bytes % MN_HEAP_ALIGN_BYTES;
    return room && bytes <= room->count ? room->bytes + room->count - bytes : NULL;
}

int scenario_run(const struct scenario *scenario, const struct run_settings *settings,
                 FILE *report)
{
    int status = MELPO_EXIT_FAILED;
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return status;
    run->seed = run_seed(scenario, settings);
    run->plan = run_plan(scenario, settings);
    struct board_settings machine = {
        .is_virtual = !scenario->is_real,
        .is_alone = !scenario->is_real,
        .seed = run->seed,
        .arena = room_for(settings->room, scenario->config.kernel.heap_size_bytes),
        .plan = run->plan,
        .list = settings->list,
        .hides_disturbances = true,
    };
    run->scenario = scenario;
    run->settings = settings;
    run->report = run->told = report;
    run->untold = disturb_is_faulty(&run->plan) ? fopen("/dev/null", "w") : NULL;
    *settings->list = (struct disturb_list){.count = 0};
    *settings->marks = (struct run_marks){.line = 0};
    sim_alarm_init(&run->turn, turn_came, run);
    run->is_over = true; /* nothing to do for what is logged while it starts */
    peers_open(&run->peers, scenario, news_came, run);
    bool is_open = open_log(run);
    run->has_failed = is_open && !recording_begin(run);
    if (is_open && !run->has_failed) {
        machine.recorder = settings->record ? &run->recorder : NULL;
        run->has_started = board_open(&run->board, &scenario->config, &run->log, &machine,
                                      run->log_file);
        run->is_over = false;
        if (run->has_started)
            play(run);
        else
            play_nothing(run);
    }
    if (is_open) {
        status = run->has_failed ? MELPO_EXIT_SCRIPT : MELPO_EXIT_OK;
        fclose(run->log_file);
    }
    peers_close(&run->peers);
    glass_close(&run->glass);
    picture_free(&run->golden);
    if (run->untold)
        fclose(run->untold);
    free(run);
    return status;
}

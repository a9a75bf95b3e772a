/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "tools/common/utf8.h"
#include "values.h"

#define TAIL_BYTES 300u    /* shown of what came */
#define NEAR_BYTES 4096u   /* searched for what is nearest */
#define LOG_LINES 8u       /* shown of the log */

/* ---- lines ------------------------------------------------------------------------------ */

void run_say(struct run *run, const char *label, const char *format, ...)
{
    va_list args;
    fprintf(run->report, "  %-9s ", label);
    va_start(args, format);
    vfprintf(run->report, format, args);
    va_end(args);
    fputc('\n', run->report);
}

enum step_result run_fail(struct run *run, const char *label, const char *format, ...)
{
    const struct scenario *scenario = run->scenario;
    va_list args;
    const struct scenario_step *step = &scenario->steps[run->step];
    fprintf(run->report, "%s:%u: %s\n", scenario->name, step->line, step->source);
    fprintf(run->report, "  %-9s ", label);
    va_start(args, format);
    vfprintf(run->report, format, args);
    va_end(args);
    fputc('\n', run->report);
    return STEP_FAILED;
}

/* ---- what came -------------------------------------------------------------------------- */

void report_quote(const char *bytes, size_t count, FILE *out)
{
    static const char values[] = "\r\n\t\033\"\\", names[] = "rnte\"\\";
    fputc('"', out);
    for (size_t at = 0; at < count;) {
        unsigned char byte = (unsigned char)bytes[at];
        size_t length = host_utf8_length(bytes + at, count - at);
        const char *value = byte ? strchr(values, byte) : NULL;
        if (value)
            fprintf(out, "\\%c", names[value - values]);
        else if (byte < 0x20 || byte == 0x7f || length == 0)
            fprintf(out, "\\x%02x", byte);
        else
            fwrite(bytes + at, 1, length, out);
        at += length ? length : 1;
    }
    fputc('"', out);
}

static void say_nearest(struct run *run, const struct text *text, const char *bytes, size_t count)
{
    size_t begin = 0, end = 0;
    size_t cost = report_nearest(bytes, count, text, &begin, &end);
    if (cost > text->count / 2) /* hardly the same thing at all; also when it is too long */
        return;
    fprintf(run->report, "  %-9s ", "nearest");
    report_quote(bytes + begin, end - begin, run->report);
    fputc('\n', run->report);
}

void report_heard(struct run *run, const struct scenario_step *step)
{
    const struct bytes *heard = &run->peers.items[step->peer].heard;
    size_t count = heard->count - heard->read;
    size_t shown = count < TAIL_BYTES ? count : TAIL_BYTES;
    size_t searched = count < NEAR_BYTES ? count : NEAR_BYTES;
    if (count == 0) {
        run_say(run, "came", "nothing more");
        return;
    }
    const char *end = heard->data + heard->count;
    fprintf(run->report, "  %-9s ", "came");
    report_quote(end - shown, shown, run->report);
    if (shown < count)
        fprintf(run->report, ", the last %zu of %zu bytes", shown, count);
    fputc('\n', run->report);
    if (!step->pattern.is_regex && step->pattern.text.count > 0 && !step->is_next)
        say_nearest(run, &step->pattern.text, end - searched, searched);
}

/* ---- the machine ------------------------------------------------------------------------ */

static void say_time(FILE *out, uint64_t time_us)
{
    fprintf(out, "%" PRIu64 ".%06" PRIu64 "s", time_us / MN_S, time_us % MN_S);
}

static void say_task(struct run *run, const struct mn_task *task)
{
    char chain[160];
    FILE *out = run->report;
    const struct mn_task *other = mn_task_waits_for(task);
    fprintf(out, "  %-9s %3" PRIu32 " %-14s ", "", task->id, task->name);
    if (task->queued)
        fputs("ready", out);
    else
        fputs("waits ", out);
    if (!task->queued)
        say_time(out, sim_machine_now_us(&run->board.machine) - task->waits_since_us);
    if (mn_task_describe(task, chain, sizeof chain) > 0)
        fprintf(out, " in %s", chain);
    if (other)
        fprintf(out, ", for task %" PRIu32 " (%s)", other->id, other->name);
    fputc('\n', out);
}

static void say_machine(struct run *run)
{
    const struct mn_kernel *kernel = &run->board.kernel;
    if (!run->has_started) {
        run_say(run, "machine", "it could not start");
        return;
    }
    fprintf(run->report, "  %-9s ", "machine");
    say_time(run->report, sim_machine_now_us(&run->board.machine));
    if (run->has_halted)
        fputs(", halted", run->report);
    fprintf(run->report, ", %" PRIu32 " tasks\n", kernel->task_count);
    MN_LIST_EACH (link, &kernel->tasks)
        say_task(run, MN_CONTAINER(link, struct mn_task, link));
}

/* The last lines of the log, as they are. */
static void say_log(struct run *run)
{
    const struct bytes *heard = &run->peers.items[SCENARIO_LOG].heard;
    size_t from = heard->count, lines = 0;
    while (from > 0 && (lines < LOG_LINES || heard->data[from - 1] != '\n'))
        lines += heard->data[--from] == '\n';
    for (size_t at = from; at < heard->count;) {
        const char *end = memchr(heard->data + at, '\n', heard->count - at);
        size_t count = end ? (size_t)(end - heard->data) - at : heard->count - at;
        run_say(run, at == from ? "log" : "", "%.*s", (int)count, heard->data + at);
        at += count + 1;
    }
}

/* ---- how to see it again ---------------------------------------------------------------- */

void report_list(const struct disturb_list *list, FILE *out)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct disturb_entry *entry = &list->entries[i];
        fprintf(out, "  %-9s %3" PRIu32 " ", i == 0 ? "disturbed" : "", i + 1);
        say_time(out, entry->time_us);
        fprintf(out, " tick %" PRIu64 " %s:%" PRIu64 " %s\n", entry->tick,
                disturb_name(entry->moment.kind), entry->moment.nth, entry->what);
    }
}

void report_disturbances(struct run *run)
{
    report_list(run->settings->list, run->report);
}

void report_word(const char *word, FILE *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-+:,@%=";
    if (*word && word[strspn(word, plain)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *at = word; *at; at++)
        *at == '\'' ? fputs("'\\''", out) : fputc(*at, out);
    fputc('\'', out);
}

void report_tap_name(const char *name, FILE *out)
{
    for (const char *at = name; *at; at++) {
        if (*at == '#' || *at == '\\')
            fputc('\\', out);
        fputc(*at, out);
    }
}

void report_command(const struct scenario *scenario, const struct run_settings *settings,
                    FILE *out)
{
    char plan[DISTURB_PLAN_BYTES], limit[MELPO_VALUE_BYTES];
    fprintf(out, "  %-9s ", "repeat");
    report_word(settings->program, out);
    fputs(" test", out);
    if (settings->ceiling_us != RUN_CEILING_US) {
        melpo_print_duration(settings->ceiling_us, limit);
        fprintf(out, " --timeout %s", limit);
    }
    if (settings->has_seed)
        fprintf(out, " --seed %" PRIu64, settings->seed);
    if (settings->has_plan) {
        disturb_print(&settings->plan, plan, sizeof plan);
        fprintf(out, " --disturb %s", plan);
    }
    fputc(' ', out);
    report_word(scenario->name, out);
    fputc('\n', out);
    if (settings->record) {
        fprintf(out, "  %-9s ", "replay");
        report_word(settings->program, out);
        fputs(" --replay ", out);
        report_word(settings->record, out);
        fputc('\n', out);
    }
}

void report_repeat(struct run *run)
{
    report_command(run->scenario, run->settings, run->report);
}

void report_machine(struct run *run)
{
    say_machine(run);
    report_screen(run);
    say_log(run);
    report_disturbances(run);
    report_repeat(run);
}

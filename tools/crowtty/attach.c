/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "attach.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "ending.h"
#include "tools/common/color.h"
#include "keyboard.h"
#include "out.h"
#include "perfetto.h"
#include "ports.h"
#include "shown.h"
#include "trace_print.h"
#include "tracing.h"

#define WATCH_MS 1000u
#define SILENT_WATCHES 3u /* so long bytes may come without a frame among them */

struct attach {
    const struct options *options;
    uv_loop_t loop;
    struct link link;
    struct mux mux;
    struct ports ports;
    struct keyboard keyboard;
    struct tracing tracing;
    struct trace_print print;
    struct perfetto perfetto;
    struct shown shown;
    struct out out;
    struct ending ending;
    uv_signal_t stopped, continued;
    uv_timer_t watch;
    FILE *perfetto_file;
    unsigned watches;              /* since the link came up */
    bool is_doubt_said;            /* that this is a mux at all */
    uint64_t damaged_said;
    uint64_t troubles_said[TRACE_TROUBLES];
    uint64_t keys_lost;
    bool is_ending;
};

/* ---- what is said -------------------------------------------------------------------------- */

static void news(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "crowtty: %s\n", text);
}

static void say_damage(struct attach *attach)
{
    uint64_t damaged = mux_damaged(&attach->mux);
    const uint64_t *troubles = attach->tracing.session.troubles;
    if (damaged != attach->damaged_said)
        fprintf(stderr, "crowtty: %" PRIu64 " damaged frames\n", damaged - attach->damaged_said);
    attach->damaged_said = damaged;
    for (int i = 0; i < TRACE_TROUBLES; i++) {
        if (troubles[i] != attach->troubles_said[i])
            fprintf(stderr, "crowtty: %" PRIu64 " %s\n", troubles[i] - attach->troubles_said[i],
                    trace_trouble_text((enum trace_trouble)i));
        attach->troubles_said[i] = troubles[i];
    }
}

/* Somebody who attaches to a console gets its text and no frames, and should know why. */
static void watch_came(uv_timer_t *timer)
{
    struct attach *attach = timer->data;
    attach->watches++;
    if (attach->perfetto_file)
        fflush(attach->perfetto_file); /* a second is lost at most, whatever happens */
    if (attach->options->is_verbose)
        say_damage(attach);
    if (attach->mux.frames == 0 && attach->mux.bytes > 0 && !attach->is_doubt_said &&
        attach->watches >= SILENT_WATCHES) {
        attach->is_doubt_said = true;
        fprintf(stderr, "crowtty: %s sends bytes but no frames: is this the port of a serial mux?"
                        " (melpo's default.json has it on 9998)\n", attach->link.name);
    }
}

/* ---- the link ------------------------------------------------------------------------------ */

static void link_up(void *context)
{
    struct attach *attach = context;
    mux_restart(&attach->mux);
    attach->watches = 0;
    attach->damaged_said = 0;
    tracing_restart(&attach->tracing);
    ports_up(&attach->ports);
    keyboard_pause(&attach->keyboard, false);
    if (attach->keys_lost)
        fprintf(stderr, "crowtty: keyboard: %" PRIu64 " bytes for a target that was away were "
                        "discarded\n", attach->keys_lost);
    attach->keys_lost = 0;
}

static void link_down(void *context)
{
    struct attach *attach = context;
    if (attach->options->is_verbose)
        say_damage(attach);
    keyboard_pause(&attach->keyboard, !attach->keyboard.is_terminal);
    ports_drained(&attach->ports); /* whoever waited for this target is heard again */
}

static void link_bytes(void *context, const uint8_t *data, uint32_t count)
{
    struct attach *attach = context;
    mux_take(&attach->mux, data, count);
}

static void link_drained(void *context)
{
    struct attach *attach = context;
    keyboard_pause(&attach->keyboard, false);
    ports_drained(&attach->ports);
}

static void frame_came(void *context, uint16_t port, const uint8_t *data, uint32_t count)
{
    struct attach *attach = context;
    ports_frame(&attach->ports, port, data, count);
    if (port == TRACING_PORT)
        tracing_take(&attach->tracing, data, count);
    else
        shown_take(&attach->shown, port, data, count);
}

/* ---- the user ------------------------------------------------------------------------------ */

static void end(void *context)
{
    struct attach *attach = context;
    attach->is_ending = true;
    uv_stop(&attach->loop);
}

static void keys_came(void *context, const uint8_t *data, uint32_t count)
{
    struct attach *attach = context;
    if (!link_is_up(&attach->link)) {
        attach->keys_lost += count;
        return;
    }
    mux_send(&attach->mux, attach->options->keyboard_port, data, count);
    if (link_is_full(&attach->link))
        keyboard_pause(&attach->keyboard, true);
}

static void stop_came(uv_signal_t *signal, int number)
{
    (void)signal, (void)number;
    keyboard_restore();
    raise(SIGSTOP);
}

static void continue_came(uv_signal_t *signal, int number)
{
    struct attach *attach = signal->data;
    (void)number;
    keyboard_resume(&attach->keyboard);
}

static void out_broken(void *context)
{
    end(context);
}

static void out_lost(void *context, uint64_t lines)
{
    (void)context;
    fprintf(stderr, "crowtty: %" PRIu64 " lines were not printed: standard output was not read\n",
            lines);
}

/* ---- beginning and end --------------------------------------------------------------------- */

static bool is_colored(const struct options *options)
{
    if (options->color == COLOR_AUTO)
        return host_color_is_wanted(stdout);
    return options->color == COLOR_ALWAYS;
}

static bool open_perfetto(struct attach *attach)
{
    const char *path = attach->options->perfetto;
    if (!path)
        return true;
    attach->perfetto_file = fopen(path, "w");
    if (!attach->perfetto_file) {
        fprintf(stderr, "crowtty: --perfetto: %s: %s\n", path, strerror(errno));
        return false;
    }
    perfetto_init(&attach->perfetto, attach->perfetto_file, attach->link.name);
    trace_session_add(&attach->tracing.session, &attach->perfetto.sink);
    return true;
}

static bool close_perfetto(struct attach *attach)
{
    if (!attach->perfetto_file)
        return true;
    bool is_written = perfetto_finish(&attach->perfetto);
    is_written = fclose(attach->perfetto_file) == 0 && is_written;
    if (!is_written)
        fprintf(stderr, "crowtty: --perfetto: %s could not be written in full\n",
                attach->options->perfetto);
    return is_written;
}

static void open_keyboard(struct attach *attach)
{
    uv_signal_init(&attach->loop, &attach->stopped);
    uv_signal_init(&attach->loop, &attach->continued);
    attach->stopped.data = attach->continued.data = attach;
    if (!attach->options->has_keyboard)
        return;
    bool is_open = keyboard_init(&attach->keyboard, &attach->loop, attach, keys_came, end);
    keyboard_pause(&attach->keyboard, !attach->keyboard.is_terminal); /* until the target is up */
    if (is_open && attach->keyboard.is_terminal) {
        uv_signal_start(&attach->stopped, stop_came, SIGTSTP);
        uv_signal_start(&attach->continued, continue_came, SIGCONT);
        fprintf(stderr, "crowtty: keys go to the target's port %u; Ctrl-] ends crowtty\n",
                attach->options->keyboard_port);
    } else if (!is_open && attach->options->is_verbose) {
        fputs("crowtty: nothing to read keys from\n", stderr);
    }
}

static bool open_all(struct attach *attach)
{
    const struct options *options = attach->options;
    const struct link_events events = {attach, link_up, link_down, link_bytes, link_drained, news};
    int level = options->perfetto ? MN_LEVEL_TRACE : trace_filter_lowest(&options->filter);
    bool color = is_colored(options);
    uv_loop_init(&attach->loop);
    out_init(&attach->out, &attach->loop, attach, out_broken, out_lost);
    link_init(&attach->link, &attach->loop, &options->target, &events);
    mux_init(&attach->mux, &attach->link, attach, frame_came);
    tracing_init(&attach->tracing, &attach->loop, &attach->mux, level);
    trace_print_init(&attach->print, attach->out.file, stderr, &options->filter, color,
                     options->is_verbose);
    trace_session_add(&attach->tracing.session, &attach->print.sink);
    shown_init(&attach->shown, attach->out.file, options->shown, color);
    if (!open_perfetto(attach))
        return false;
    ending_init(&attach->ending, &attach->loop, attach, end);
    ports_init(&attach->ports, &attach->loop, &attach->mux, options->ports,
               options->tcp_port_base, &events, options->is_verbose);
    uv_timer_init(&attach->loop, &attach->watch);
    attach->watch.data = attach;
    uv_timer_start(&attach->watch, watch_came, WATCH_MS, WATCH_MS);
    open_keyboard(attach);
    return true;
}

static bool close_all(struct attach *attach)
{
    if (attach->options->is_verbose)
        say_damage(attach);
    keyboard_close(&attach->keyboard);
    ports_close(&attach->ports);
    link_close(&attach->link);
    tracing_close(&attach->tracing);
    shown_flush(&attach->shown);
    out_close(&attach->out);
    bool is_written = close_perfetto(attach);
    ending_finish_loop(&attach->loop);
    return is_written;
}

int attach_run(const struct options *options)
{
    static struct attach attach; /* too large for a stack, needed once */
    attach.options = options;
    if (!open_all(&attach))
        return EXIT_FAILED;
    while (!attach.is_ending)
        uv_run(&attach.loop, UV_RUN_DEFAULT);
    return close_all(&attach) ? EXIT_ENDED : EXIT_FAILED;
}

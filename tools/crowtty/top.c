/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "top.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ending.h"
#include "tools/common/color.h"
#include "top_screen.h"
#include "tracing.h"

#define ONCE_LIMIT_MS 10000u
#define ONCE_ROUNDS 2u /* shares are of the time between two */
#define NEWS_BYTES 192u

struct top {
    const struct options *options;
    uv_loop_t loop;
    struct link link;
    struct mux mux;
    struct tracing tracing;
    struct top_model model;
    struct ending ending;
    uv_poll_t keys;
    uv_signal_t resized;
    uv_timer_t limit;
    char news[NEWS_BYTES]; /* the link's latest */
    bool has_screen, is_paused, is_ending;
    int status;
};

/* ---- what is shown ------------------------------------------------------------------------- */

static void draw(struct top *top)
{
    char bottom[NEWS_BYTES + 96];
    if (!top->has_screen)
        return;
    snprintf(bottom, sizeof bottom, "q quit  s sort: %s  p %s   %s",
             top_order_names[top->model.order], top->is_paused ? "go on (paused)" : "pause",
             top->news);
    top_screen_draw(&top->model, top->link.name, bottom);
}

static void put_line(void *context, enum top_style style, const char *text)
{
    (void)style;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    fprintf(context, "%.*s\n", (int)length, text);
}

static void end(void *context)
{
    struct top *top = context;
    top->is_ending = true;
    uv_stop(&top->loop);
}

static void round_came(void *context)
{
    struct top *top = context;
    if (!top->options->is_once) {
        if (!top->is_paused)
            draw(top);
    } else if (top->model.round == ONCE_ROUNDS) {
        const struct top_page page = {stdout, put_line};
        top_view_put(&top->model, top->link.name, &page);
        end(top);
    }
}

static void limit_came(uv_timer_t *timer)
{
    struct top *top = timer->data;
    fprintf(stderr, "crowtty: no statistics from %s within %u s: expected a serial mux with "
                    "tracing on port %u\n", top->link.name, ONCE_LIMIT_MS / 1000u, TRACING_PORT);
    top->status = EXIT_FAILED;
    end(top);
}

/* ---- the link ------------------------------------------------------------------------------ */

static void link_up(void *context)
{
    struct top *top = context;
    mux_restart(&top->mux);
    tracing_restart(&top->tracing);
}

static void link_down(void *context)
{
    draw(context);
}

static void link_bytes(void *context, const uint8_t *data, uint32_t count)
{
    struct top *top = context;
    mux_take(&top->mux, data, count);
}

static void link_drained(void *context)
{
    (void)context; /* nobody waits for it here */
}

static void link_news(void *context, const char *text)
{
    struct top *top = context;
    snprintf(top->news, sizeof top->news, "%s", text);
    if (top->options->is_once && top->options->is_verbose)
        fprintf(stderr, "crowtty: %s\n", text);
    draw(top);
}

static void frame_came(void *context, uint16_t port, const uint8_t *data, uint32_t count)
{
    struct top *top = context;
    if (port == TRACING_PORT && !top->is_ending)
        tracing_take(&top->tracing, data, count);
}

/* ---- the user ------------------------------------------------------------------------------ */

static void keys_came(uv_poll_t *poll, int status, int events)
{
    struct top *top = poll->data;
    int key;
    (void)events;
    if (status < 0) {
        end(top);
        return;
    }
    while ((key = top_screen_key()) != -1) {
        if (key == 'q' || key == 'Q')
            end(top);
        else if (key == 's')
            top_model_sort(&top->model, (top->model.order + 1) % TOP_ORDERS);
        else if (key == 'p')
            top->is_paused = !top->is_paused;
    }
    draw(top);
}

static void resize_came(uv_signal_t *signal, int number)
{
    (void)number;
    top_screen_resize();
    draw(signal->data);
}

static bool open_screen(struct top *top)
{
    bool wants_color = top->options->color == COLOR_ALWAYS ||
                       (top->options->color == COLOR_AUTO && host_color_is_wanted(stdout));
    bool is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!is_terminal || !top_screen_open(wants_color)) {
        fputs("crowtty: top needs a terminal (and TERM to name it); without one use --once\n",
              stderr);
        return false;
    }
    top->has_screen = true;
    return true;
}

static void listen_to_user(struct top *top)
{
    uv_poll_init(&top->loop, &top->keys, STDIN_FILENO);
    uv_signal_init(&top->loop, &top->resized);
    top->keys.data = top->resized.data = top;
    uv_poll_start(&top->keys, UV_READABLE, keys_came);
    uv_signal_start(&top->resized, resize_came, SIGWINCH);
    draw(top);
}

int top_run(const struct options *options)
{
    static struct top top; /* too large for a stack, needed once */
    const struct link_events events = {&top,       link_up,      link_down,
                                       link_bytes, link_drained, link_news};
    top.options = options;
    if (!options->is_once && !open_screen(&top))
        return EXIT_FAILED;
    uv_loop_init(&top.loop);
    link_init(&top.link, &top.loop, &options->target, &events);
    mux_init(&top.mux, &top.link, &top, frame_came);
    tracing_init(&top.tracing, &top.loop, &top.mux, MN_LEVEL_INFO);
    top_model_init(&top.model, options->order);
    top.model.on_round = round_came;
    top.model.context = &top;
    trace_session_add(&top.tracing.session, &top.model.sink);
    ending_init(&top.ending, &top.loop, &top, end);
    uv_timer_init(&top.loop, &top.limit);
    top.limit.data = &top;
    if (options->is_once)
        uv_timer_start(&top.limit, limit_came, ONCE_LIMIT_MS, 0);
    else
        listen_to_user(&top);
    while (!top.is_ending)
        uv_run(&top.loop, UV_RUN_DEFAULT);
    top_screen_close();
    link_close(&top.link);
    tracing_close(&top.tracing);
    ending_finish_loop(&top.loop);
    return top.status;
}

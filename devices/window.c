/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/window.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/window_typing.h"
#include "devices/window_wait.h"

#define RUNS_MAX 256 /* lit ones drawn at a time */

struct window {
    struct window_mail *mail;
    struct window_settings settings;
    SDL_Window *sdl;
    struct window_wait wait;
    struct window_typing typing;
    bool redraws;    /* everything, as what was on the screen is lost */
    uint8_t frame[]; /* [height_px][width_px] */
};

static bool is_driver(const char *name)
{
    return strcmp(SDL_GetCurrentVideoDriver(), name) == 0;
}

/* ---- drawing ---------------------------------------------------------------------------- */

/* Where the frame is on the screen: `width` and `height` for its sides. */
static SDL_Rect place_frame(const struct window *window, const SDL_Surface *surface)
{
    int32_t width = window->mail->width_px, height = window->mail->height_px;
    int factor = surface->w / width < surface->h / height ? surface->w / width
                                                          : surface->h / height;
    SDL_Rect place = {0, 0, width * factor, height * factor};
    if (factor == 0) {
        bool is_wide = (int64_t)surface->w * height > (int64_t)surface->h * width;
        place.w = is_wide ? (int)((int64_t)surface->h * width / height) : surface->w;
        place.h = is_wide ? surface->h : (int)((int64_t)surface->w * height / width);
    }
    place.x = (surface->w - place.w) / 2;
    place.y = (surface->h - place.h) / 2;
    return place;
}

/* A part of the frame, on the screen. */
static SDL_Rect on_screen(const struct window *window, const SDL_Rect *place,
                          const struct window_rect *part)
{
    int64_t width = window->mail->width_px, height = window->mail->height_px;
    int left = (int)(part->x * (int64_t)place->w / width);
    int right = (int)(((int64_t)part->x + part->width) * place->w / width);
    int top = (int)(part->y * (int64_t)place->h / height);
    int bottom = (int)(((int64_t)part->y + part->height) * place->h / height);
    return (SDL_Rect){place->x + left, place->y + top, right - left, bottom - top};
}

static uint32_t color_on(const SDL_Surface *surface, uint32_t color)
{
    return SDL_MapRGB(surface->format, (uint8_t)(color >> 16), (uint8_t)(color >> 8),
                      (uint8_t)color);
}

/* Lights the pixels of one row of the frame that are on, run by run. */
static void draw_row(const struct window *window, SDL_Surface *surface, const SDL_Rect *place,
                     struct window_rect row, uint32_t color)
{
    const uint8_t *pixels = window->frame + (size_t)row.y * (size_t)window->mail->width_px;
    int32_t end = row.x + row.width;
    SDL_Rect runs[RUNS_MAX];
    int count = 0;
    for (int32_t x = row.x; x < end; x++) {
        struct window_rect run = {x, row.y, 0, 1};
        for (; x < end && pixels[x]; x++)
            run.width++;
        if (run.width > 0)
            runs[count++] = on_screen(window, place, &run);
        if (count == RUNS_MAX) {
            SDL_FillRects(surface, runs, count, color);
            count = 0;
        }
    }
    if (count > 0)
        SDL_FillRects(surface, runs, count, color);
}

static void draw(struct window *window, struct window_rect part)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    if (!surface || surface->w < 1 || surface->h < 1)
        return;
    SDL_Rect place = place_frame(window, surface);
    uint32_t on = color_on(surface, window->settings.on_color);
    SDL_Rect damage = on_screen(window, &place, &part);
    if (window->redraws)
        damage = (SDL_Rect){0, 0, surface->w, surface->h};
    SDL_FillRect(surface, &damage, color_on(surface, window->settings.off_color));
    for (int32_t y = part.y; y < part.y + part.height; y++)
        draw_row(window, surface, &place, (struct window_rect){part.x, y, part.width, 1}, on);
    SDL_UpdateWindowSurfaceRects(window->sdl, &damage, 1);
}

/* Draws what there is to draw; false if nothing. */
static bool show(struct window *window)
{
    struct window_rect part;
    bool is_new = window_mail_take_frame(window->mail, window->frame, &part);
    if (!is_new && !window->redraws)
        return false;
    if (window->redraws)
        part = (struct window_rect){0, 0, window->mail->width_px, window->mail->height_px};
    draw(window, part);
    window->redraws = false;
    return true;
}

/* ---- events ----------------------------------------------------------------------------- */

static void put_key(void *context, struct window_key key)
{
    struct window *window = context;
    window_mail_post_key(window->mail, key);
}

static void take_window_event(struct window *window, const SDL_WindowEvent *event)
{
    if (event->event == SDL_WINDOWEVENT_CLOSE)
        window_mail_post_notice(window->mail, WINDOW_CLOSE_ASKED);
    else if (event->event == SDL_WINDOWEVENT_EXPOSED ||
             event->event == SDL_WINDOWEVENT_SIZE_CHANGED)
        window->redraws = true;
}

/* With Wayland this is how SDL says that the server is gone, and it must not be asked again. */
static void take_quit(struct window *window)
{
    if (is_driver("wayland"))
        window->wait.is_gone = true;
    else
        window_mail_post_notice(window->mail, WINDOW_CLOSE_ASKED);
}

/* Takes all that SDL has; false if that was nothing. */
static bool take_events(struct window *window)
{
    SDL_Event event;
    bool some = false;
    while (!window->wait.is_gone && SDL_PollEvent(&event)) {
        some = true;
        if (event.type == SDL_WINDOWEVENT)
            take_window_event(window, &event.window);
        else if (event.type == SDL_QUIT)
            take_quit(window);
        else
            window_typing_take(&window->typing, &event);
    }
    return some;
}

static void run(struct window *window)
{
    window_mail_watch(window->mail, (struct window_wake){window_wait_wake, &window->wait});
    while (!window->wait.is_gone && !window_mail_is_finished(window->mail)) {
        bool some = take_events(window);
        /* Drawing talks to the server, so SDL is asked again before it is waited for. */
        if (!window->wait.is_gone && !show(window) && !some)
            window_wait_sleep(&window->wait);
    }
    window_mail_watch(window->mail, (struct window_wake){NULL, NULL});
    if (window->wait.is_gone)
        window_mail_post_notice(window->mail, WINDOW_GONE);
}

/* ---- opening, closing ------------------------------------------------------------------- */

/* What the environment says, or NULL: an empty value is none. */
static const char *variable(const char *name)
{
    const char *value = SDL_getenv(name);
    return value && *value ? value : NULL;
}

/* Whether one is named, so that libwayland does not say for itself that none is. */
static bool names_wayland(void)
{
    const char *display = variable("WAYLAND_DISPLAY");
    return display && (*display == '/' || variable("XDG_RUNTIME_DIR"));
}

/* Which of SDL's drivers to try: those of a display server that is there. Without this it would
 * take over a text console. */
static bool choose_driver(struct device_error *error)
{
    bool has_x11 = variable("DISPLAY") != NULL;
    bool has_wayland = names_wayland();
    SDL_SetHint(SDL_HINT_VIDEODRIVER, has_x11 && has_wayland ? "x11,wayland"
                                      : has_wayland          ? "wayland"
                                                             : "x11");
    if (has_x11 || has_wayland || variable("SDL_VIDEODRIVER"))
        return true;
    snprintf(error->text, sizeof error->text, "there is no display server: %s",
             variable("WAYLAND_DISPLAY") ? "WAYLAND_DISPLAY is set, but XDG_RUNTIME_DIR is not"
                                         : "neither DISPLAY nor WAYLAND_DISPLAY is set");
    return false;
}

static bool start_sdl(struct device_error *error)
{
    const char *x11 = variable("DISPLAY"), *wayland = variable("WAYLAND_DISPLAY");
    if (!choose_driver(error))
        return false;
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");         /* signals are the machine's */
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");    /* as no film is shown */
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "0"); /* closing has an event of its own */
    if (SDL_Init(SDL_INIT_VIDEO) == 0) {
        if (is_driver("x11")) /* a GPU gains nothing, but with Wayland SDL2 knows no other way */
            SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
        return true;
    }
    snprintf(error->text, sizeof error->text,
             "the display server cannot be used: %s (DISPLAY=%s WAYLAND_DISPLAY=%s)",
             SDL_GetError(), x11 ? x11 : "", wayland ? wayland : "");
    return false;
}

static bool open_sdl(struct window *window, struct device_error *error)
{
    int width = window->mail->width_px * (int)window->settings.scaling;
    int height = window->mail->height_px * (int)window->settings.scaling;
    window->sdl = SDL_CreateWindow(window->settings.title, SDL_WINDOWPOS_UNDEFINED,
                                   SDL_WINDOWPOS_UNDEFINED, width, height, SDL_WINDOW_RESIZABLE);
    if (window->sdl && SDL_GetWindowSurface(window->sdl) &&
        window_wait_open(&window->wait, window->sdl)) {
        SDL_StartTextInput();
        return true;
    }
    snprintf(error->text, sizeof error->text, "the window cannot be opened: %s", SDL_GetError());
    SDL_Quit(); /* closes it, too */
    return false;
}

static struct window *open_window(const struct window_settings *settings, struct window_mail *mail,
                                  struct device_error *error)
{
    size_t pixels = (size_t)mail->width_px * (size_t)mail->height_px;
    struct window *window = calloc(1, sizeof *window + pixels);
    if (!window) {
        snprintf(error->text, sizeof error->text, "there is no memory for a frame");
        return NULL;
    }
    window->mail = mail;
    window->settings = *settings;
    window->redraws = true;
    window_typing_init(&window->typing, put_key, window);
    if (start_sdl(error) && open_sdl(window, error))
        return window;
    free(window);
    return NULL;
}

static void close_window(struct window *window)
{
    if (!window->wait.is_gone)
        SDL_Quit();
    window_wait_close(&window->wait);
    free(window);
}

__attribute__((visibility("default"))) extern const struct window_ops melpo_window;

const struct window_ops melpo_window = {
    .open = open_window, .run = run, .close = close_window};

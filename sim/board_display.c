/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

static struct mn_display_settings settings_of(const struct melpo_display_config *config)
{
    return (struct mn_display_settings){.waiting_max = config->kchannel_depth};
}

/* Waiting for memory that nobody will ever give back would look like a machine that hangs. */
static bool fits(struct board *board, FILE *err)
{
    const struct melpo_display_config *config = &board->config->platform.display;
    struct mn_display_settings settings = settings_of(config);
    uint32_t bytes = mn_display_bytes(&board->display.hal.hal, &settings);
    if (bytes <= mn_heap_stats(&board->kernel.heap).largest_bytes)
        return true;
    fprintf(err, "melpo: a display of %u x %u needs %u bytes, more than the heap of %u has; choose "
                 "a larger kernel.heap_size, or a smaller platform.display.width or height\n",
            config->width, config->height, bytes, board->config->kernel.heap_size_bytes);
    return false;
}

bool board_display_open(struct board *board, FILE *err)
{
    const struct melpo_display_config *config = &board->config->platform.display;
    struct sim_display_settings settings = {
        .width_px = (int32_t)config->width,
        .height_px = (int32_t)config->height,
        .frames_per_second = config->frames_per_second,
    };
    if (!config->enabled)
        return true;
    sim_display_init(&board->display.hal, &settings);
    return fits(board, err);
}

void board_display_start(struct board *board)
{
    struct mn_display_settings settings = settings_of(&board->config->platform.display);
    struct board_display *display = &board->display;
    if (!board->config->platform.display.enabled)
        return;
    mn_spawn(&board->kernel, &display->task, display->hal.hal.name,
             mn_display_serve(&display->driver, &board->kernel, board_seam_display(board),
                              &settings));
    display->task.ended = board_display_ended;
}

const struct mn_bitmap *board_display_frame(const struct board *board)
{
    return mn_display_frame(&board->display.driver);
}

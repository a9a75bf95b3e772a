/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board_parts.h"
#include "devices/png_file.h"

#define TARGET "sim::picture"
#define NUMBER_MAX 9999u

/* Makes an empty file of the first name that is free, and so takes it. */
static bool take_name(struct board_picture *picture)
{
    for (uint32_t number = 1; number <= NUMBER_MAX; number++) {
        snprintf(picture->path, sizeof picture->path, "mnemos-%04u.png", number);
        int file = open(picture->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            close(file);
            return true;
        }
        if (errno != EEXIST) {
            snprintf(picture->why, sizeof picture->why, "%s: %s", picture->path, strerror(errno));
            return false;
        }
    }
    snprintf(picture->why, sizeof picture->why, "%s: there are %u pictures already",
             picture->path, NUMBER_MAX);
    return false;
}

static void put_color(uint8_t *rgb, uint32_t color)
{
    rgb[0] = (uint8_t)(color >> 16);
    rgb[1] = (uint8_t)(color >> 8);
    rgb[2] = (uint8_t)color;
}

/* The frame in the colors of the screen; dark before the display has one. */
static void color_frame(const struct board *board, struct picture *picture)
{
    const struct melpo_display_config *config = &board->config->platform.display;
    const struct mn_bitmap *frame = board_display_frame(board);
    for (uint32_t y = 0; y < config->height; y++) {
        uint8_t *row = picture->pixels + (size_t)y * config->width * PICTURE_RGB;
        for (uint32_t x = 0; x < config->width; x++) {
            bool is_on = frame && frame->pixels[(size_t)y * frame->stride_bytes + x];
            put_color(row + (size_t)x * PICTURE_RGB, is_on ? config->on_color : config->off_color);
        }
    }
}

static bool write_frame(const struct board *board, struct board_picture *picture)
{
    const struct melpo_display_config *config = &board->config->platform.display;
    struct device_error error = {{0}};
    struct picture pixels = {NULL, config->width, config->height, PICTURE_RGB};
    pixels.pixels = malloc(picture_bytes(&pixels));
    if (!pixels.pixels) {
        snprintf(picture->why, sizeof picture->why, "%s: no memory for the pixels", picture->path);
        return false;
    }
    color_frame(board, &pixels);
    bool is_written = png_file_write(picture->path, &pixels, &error);
    free(pixels.pixels);
    snprintf(picture->why, sizeof picture->why, "%s", error.text);
    return is_written;
}

static bool take(const struct board *board, const char *path, struct board_picture *picture)
{
    if (!board->config->platform.display.enabled) {
        snprintf(picture->why, sizeof picture->why,
                 "this machine has no display: platform.display.enabled is false");
        return false;
    }
    if (!path)
        return take_name(picture) && write_frame(board, picture);
    int count = snprintf(picture->path, sizeof picture->path, "%s", path);
    if (count < 0 || (size_t)count >= sizeof picture->path) {
        snprintf(picture->why, sizeof picture->why, "the name of its file is too long");
        return false;
    }
    return write_frame(board, picture);
}

bool board_take_picture(struct board *board, const char *path, struct board_picture *picture)
{
    *picture = (struct board_picture){{0}, {0}};
    bool is_taken = take(board, path, picture);
    const struct mn_field field = is_taken ? MN_FIELD_STR("file", picture->path)
                                           : MN_FIELD_STR("why", picture->why);
    log_text_outside(board->log, is_taken ? MN_LEVEL_INFO : MN_LEVEL_ERROR, TARGET,
                     is_taken ? "picture taken" : "no picture", &field, 1);
    return is_taken;
}

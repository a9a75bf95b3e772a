/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "daemons/graphical_shell.h"

#include "mn/mem.h"
#include "mn/text.h"

/* ---- what is wanted --------------------------------------------------------------------- */

/* Puts ASCII text in cells; returns how many it took. */
static uint32_t put(uint16_t *cells, uint32_t room, const char *text, uint32_t count)
{
    uint32_t i = 0;
    for (; i < count && i < room; i++)
        cells[i] = (uint8_t)text[i];
    return i;
}

static void title(struct mn_graphical_shell *shell)
{
    struct mn_graphical_picture *picture = &shell->picture;
    char bytes[40];
    struct mn_text back = {.bytes = bytes, .room = sizeof bytes};
    uint32_t length = 0;
    while (shell->settings.title[length])
        length++;
    for (uint32_t i = 0; i < picture->columns; i++)
        picture->wanted[i] = ' ';
    if (picture->columns > 2)
        put(picture->wanted + 1, picture->columns - 2, shell->settings.title, length);
    if (shell->terminal.back_rows == 0)
        return;
    mn_text_str(&back, " ");
    mn_text_u64(&back, shell->terminal.back_rows);
    mn_text_str(&back, shell->terminal.back_rows == 1 ? " row back " : " rows back ");
    if (back.count + 1 + length <= picture->columns)
        put(picture->wanted + picture->columns - back.count, back.count, bytes, back.count);
}

static void look(struct mn_graphical_shell *shell)
{
    struct mn_graphical_picture *picture = &shell->picture;
    uint32_t cursor = mn_terminal_show(&shell->terminal, picture->wanted + picture->columns);
    picture->wanted_cursor = cursor == UINT32_MAX ? cursor : cursor + picture->columns;
    title(shell); /* after the terminal knows how far it is scrolled back */
}

static bool has_cursor(const struct mn_graphical_picture *picture, uint32_t cursor)
{
    return cursor != UINT32_MAX && cursor / picture->columns == picture->row;
}

static bool is_row_shown(const struct mn_graphical_picture *picture)
{
    uint32_t at = picture->row * picture->columns;
    bool has_moved = picture->wanted_cursor != picture->shown_cursor &&
                     (has_cursor(picture, picture->wanted_cursor) ||
                      has_cursor(picture, picture->shown_cursor));
    return !has_moved && memcmp(picture->wanted + at, picture->shown + at,
                                picture->columns * sizeof *picture->shown) == 0;
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void draw_row(struct mn_graphical_shell *shell)
{
    struct mn_graphical_picture *picture = &shell->picture;
    const struct mn_font *font = shell->settings.font;
    const uint16_t *cells = picture->wanted + picture->row * picture->columns;
    struct mn_canvas canvas = mn_canvas_of(&picture->chunk.pixels);
    bool is_title = picture->row == 0;
    struct mn_pen plain = {font, MN_PIXEL_ON, MN_PIXEL_OFF, true};
    struct mn_pen inverse = {font, MN_PIXEL_OFF, MN_PIXEL_ON, true};
    struct mn_rect all = {0, 0, canvas.bitmap.width_px, canvas.bitmap.height_px};

    mn_canvas_fill(&canvas, all, is_title ? MN_PIXEL_ON : MN_PIXEL_OFF); /* what is no cell */
    for (uint32_t i = 0; i < picture->columns; i++) {
        bool is_cursor = picture->row * picture->columns + i == picture->wanted_cursor;
        mn_canvas_char(&canvas, (int32_t)i * font->width_px, 0,
                       is_title || is_cursor ? &inverse : &plain, cells[i]);
    }
    picture->chunk.y = (int32_t)picture->row * font->height_px;
}

static void end_row(struct mn_graphical_picture *picture)
{
    uint32_t at = picture->row * picture->columns;
    memcpy(picture->shown + at, picture->wanted + at, picture->columns * sizeof *picture->shown);
    picture->is_drawing = false;
    picture->row++;
}

/* Whether it is time to look at the terminal again. */
static bool is_due(struct mn_graphical_shell *shell, struct mn_task *task)
{
    struct mn_graphical_picture *picture = &shell->picture;
    uint64_t due_us = picture->drawn_us + shell->settings.frame_interval_us;
    if (!picture->is_dirty)
        return false;
    if (!picture->is_pausing && shell->kernel->now_us >= due_us)
        return true;
    if (!picture->is_pausing)
        mn_sleep_until(&picture->pause, due_us);
    picture->is_pausing = mn_co_poll(&picture->pause.co, task) == MN_PENDING;
    return !picture->is_pausing;
}

bool mn_graphical_redraw(struct mn_graphical_shell *shell, struct mn_task *task)
{
    struct mn_graphical_picture *picture = &shell->picture;
    if (picture->is_drawing) {
        if (mn_co_poll(&picture->draw.co, task) == MN_PENDING)
            return false;
        end_row(picture);
    }
    if (picture->row == picture->rows) {
        picture->shown_cursor = picture->wanted_cursor;
        if (!is_due(shell, task))
            return false;
        picture->is_dirty = false;
        picture->drawn_us = shell->kernel->now_us;
        picture->row = 0;
        look(shell);
    }
    while (picture->row < picture->rows && is_row_shown(picture))
        picture->row++;
    if (picture->row == picture->rows)
        return picture->is_dirty;
    draw_row(shell);
    mn_screen_draw(&picture->draw, &shell->screen, &picture->chunk);
    picture->is_drawing = true;
    return true;
}

void mn_graphical_redraw_end(struct mn_graphical_shell *shell)
{
    struct mn_graphical_picture *picture = &shell->picture;
    if (picture->is_drawing)
        mn_co_drop(&picture->draw.co);
    if (picture->is_pausing)
        mn_co_drop(&picture->pause.co);
    picture->is_drawing = picture->is_pausing = false;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/shell/terminal.h"

#include "mn/mem.h"

#define END 0u /* of a line of before; no line has such a character */
#define TAB_COLUMNS 8u
#define NUMBER_MAX 9999u

uint32_t mn_terminal_bytes(const struct mn_terminal_settings *settings)
{
    return (MN_TERMINAL_LINE_CELLS + settings->past_cells) * (uint32_t)sizeof(uint16_t);
}

void mn_terminal_init(struct mn_terminal *terminal, const struct mn_terminal_settings *settings,
                      void *memory)
{
    MN_ASSERT(settings->columns >= 1 && settings->columns <= 1024);
    MN_ASSERT(settings->rows >= 1 && settings->rows <= 1024);
    MN_ASSERT(settings->past_cells > MN_TERMINAL_LINE_CELLS);
    *terminal = (struct mn_terminal){.settings = *settings, .line = memory};
    terminal->past = terminal->line + MN_TERMINAL_LINE_CELLS;
}

/* ---- lines of before -------------------------------------------------------------------- */

static uint16_t past_at(const struct mn_terminal *terminal, uint32_t index)
{
    uint32_t at = terminal->past_first + index, capacity = terminal->settings.past_cells;
    return terminal->past[at < capacity ? at : at - capacity];
}

static void put_past(struct mn_terminal *terminal, uint16_t cell)
{
    uint32_t capacity = terminal->settings.past_cells;
    uint32_t at = terminal->past_first + terminal->past_count++;
    terminal->past[at < capacity ? at : at - capacity] = cell;
}

static void forget_oldest(struct mn_terminal *terminal)
{
    uint32_t count = 0;
    while (past_at(terminal, count++) != END)
        continue;
    terminal->past_first = (terminal->past_first + count) % terminal->settings.past_cells;
    terminal->past_count -= count;
}

/* How many rows so many characters are folded into. */
static uint32_t rows_of(const struct mn_terminal *terminal, uint32_t count)
{
    return count == 0 ? 1 : (count + terminal->settings.columns - 1) / terminal->settings.columns;
}

static void end_line(struct mn_terminal *terminal)
{
    while (terminal->settings.past_cells - terminal->past_count < terminal->count + 1)
        forget_oldest(terminal);
    for (uint32_t i = 0; i < terminal->count; i++)
        put_past(terminal, terminal->line[i]);
    put_past(terminal, END);
    if (terminal->back_rows > 0)
        terminal->back_rows += rows_of(terminal, terminal->count);
    terminal->count = terminal->cursor = 0;
}

static void clear(struct mn_terminal *terminal)
{
    terminal->past_count = terminal->past_first = 0;
    terminal->count = terminal->cursor = terminal->back_rows = 0;
}

/* ---- the line being written ------------------------------------------------------------- */

static void move_cells(uint16_t *to, const uint16_t *from, uint32_t count)
{
    memmove(to, from, count * sizeof *to);
}

/* The most of a line: whole rows, so that there is no gap where it goes on as the next. */
static uint32_t line_cells(const struct mn_terminal *terminal)
{
    return MN_TERMINAL_LINE_CELLS - MN_TERMINAL_LINE_CELLS % terminal->settings.columns;
}

static void put(struct mn_terminal *terminal, uint16_t cell)
{
    if (terminal->cursor == line_cells(terminal))
        end_line(terminal);
    terminal->line[terminal->cursor++] = cell;
    if (terminal->count < terminal->cursor)
        terminal->count = terminal->cursor;
}

static void tab(struct mn_terminal *terminal)
{
    do
        put(terminal, ' ');
    while (terminal->cursor % TAB_COLUMNS != 0);
}

static void squeeze_in(struct mn_terminal *terminal, uint32_t count)
{
    uint16_t *at = terminal->line + terminal->cursor;
    uint32_t behind = terminal->count - terminal->cursor;
    uint32_t room = line_cells(terminal) - terminal->cursor;
    count = count < room ? count : room;
    behind = behind < room - count ? behind : room - count;
    move_cells(at + count, at, behind);
    for (uint32_t i = 0; i < count; i++)
        at[i] = ' ';
    terminal->count = terminal->cursor + count + behind;
}

static void take_out(struct mn_terminal *terminal, uint32_t count)
{
    uint16_t *at = terminal->line + terminal->cursor;
    uint32_t behind = terminal->count - terminal->cursor;
    count = count < behind ? count : behind;
    move_cells(at, at + count, behind - count);
    terminal->count -= count;
}

/* ---- bytes ------------------------------------------------------------------------------ */

static void finish_sequence(struct mn_terminal *terminal, uint8_t final)
{
    uint32_t number = terminal->number ? terminal->number : 1;
    uint32_t behind = terminal->count - terminal->cursor;
    if (final == 'C')
        terminal->cursor += number < behind ? number : behind;
    else if (final == 'D')
        terminal->cursor -= number < terminal->cursor ? number : terminal->cursor;
    else if (final == '@')
        squeeze_in(terminal, number);
    else if (final == 'P')
        take_out(terminal, number);
    else if (final == 'K' && terminal->number == 0)
        terminal->count = terminal->cursor;
    else if (final == 'J' && terminal->number == 2)
        clear(terminal);
}

static void escaped(struct mn_terminal *terminal, uint8_t byte)
{
    if (terminal->state == MN_TERMINAL_ESCAPE) {
        terminal->state = byte == '[' ? MN_TERMINAL_SEQUENCE : MN_TERMINAL_TEXT;
        terminal->number = 0;
    } else if (byte >= '0' && byte <= '9') {
        uint32_t number = terminal->number * 10 + byte - '0';
        terminal->number = number < NUMBER_MAX ? number : NUMBER_MAX;
    } else if (byte >= '@') {
        finish_sequence(terminal, byte);
        terminal->state = MN_TERMINAL_TEXT;
    }
}

static void control(struct mn_terminal *terminal, uint8_t byte)
{
    if (byte == '\n')
        end_line(terminal);
    else if (byte == '\r')
        terminal->cursor = 0;
    else if (byte == '\b')
        terminal->cursor -= terminal->cursor > 0;
    else if (byte == '\t')
        tab(terminal);
    else if (byte == '\f')
        clear(terminal);
    else if (byte == '\a')
        terminal->bells++;
    else if (byte == 0x1b)
        terminal->state = MN_TERMINAL_ESCAPE;
}

/* A byte of a character of several. What no cell can hold is shown as what is none. */
static void spell(struct mn_terminal *terminal, uint8_t byte)
{
    uint32_t character = mn_utf8_take(&terminal->character, byte);
    if (character != MN_UTF8_MORE)
        put(terminal, character <= UINT16_MAX ? (uint16_t)character : MN_UTF8_BAD);
}

static void take(struct mn_terminal *terminal, uint8_t byte)
{
    if (mn_utf8_breaks_off(&terminal->character, byte))
        put(terminal, MN_UTF8_BAD);
    bool is_text = terminal->state == MN_TERMINAL_TEXT;
    if (terminal->character.missing > 0 || (is_text && byte >= 0x80))
        spell(terminal, byte);
    else if (byte < ' ')
        control(terminal, byte);
    else if (!is_text)
        escaped(terminal, byte);
    else if (byte != 0x7f)
        put(terminal, byte);
}

void mn_terminal_write(struct mn_terminal *terminal, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        take(terminal, bytes[i]);
}

/* ---- the screen ------------------------------------------------------------------------- */

struct screen { /* being filled from its last row to its first */
    uint16_t *cells;
    uint32_t columns;
    uint32_t rows_left;
    uint32_t rows_skipped; /* still to be, at the bottom */
    uint32_t cursor;       /* its cell, or UINT32_MAX */
};

static void fill_row(struct screen *screen, const struct mn_terminal *terminal, bool is_past,
                     uint32_t from, uint32_t count)
{
    uint16_t *row = screen->cells + --screen->rows_left * screen->columns;
    for (uint32_t i = 0; i < screen->columns; i++)
        row[i] = i >= count   ? ' '
                 : is_past    ? past_at(terminal, from + i)
                            : terminal->line[from + i];
}

/* Puts a line on the screen, the last of its rows first: `count` characters from `from`. */
static void fill_line(struct screen *screen, const struct mn_terminal *terminal, bool is_past,
                      uint32_t from, uint32_t count, uint32_t rows)
{
    while (rows-- > 0 && screen->rows_left > 0) {
        uint32_t at = rows * screen->columns;
        if (screen->rows_skipped > 0) {
            screen->rows_skipped--;
            continue;
        }
        fill_row(screen, terminal, is_past, from + at, count > at ? count - at : 0);
        if (!is_past && terminal->cursor / screen->columns == rows)
            screen->cursor = screen->rows_left * screen->columns +
                             terminal->cursor % screen->columns;
    }
}

/* The rows of the line being written: the cursor may stand behind the last one that is full. */
static uint32_t rows_written(const struct mn_terminal *terminal)
{
    uint32_t rows = rows_of(terminal, terminal->count);
    uint32_t least = terminal->cursor / terminal->settings.columns + 1;
    return rows < least ? least : rows;
}

/* How many rows at the end are not seen, so that the cursor is. */
static uint32_t rows_below(const struct mn_terminal *terminal)
{
    uint32_t below = rows_written(terminal) - 1 - terminal->cursor / terminal->settings.columns;
    return below < terminal->settings.rows ? 0 : below - (terminal->settings.rows - 1);
}

static void fill(struct screen *screen, const struct mn_terminal *terminal)
{
    uint32_t rows = rows_written(terminal);
    uint32_t end = terminal->past_count;
    fill_line(screen, terminal, false, 0, terminal->count, rows);
    while (end > 0 && screen->rows_left > 0) {
        uint32_t from = end - 1; /* of the line's end */
        while (from > 0 && past_at(terminal, from - 1) != END)
            from--;
        uint32_t count = end - 1 - from;
        fill_line(screen, terminal, true, from, count, rows_of(terminal, count));
        end = from;
    }
}

/* The rows that are not in use are the last ones. */
static void move_up(struct screen *screen, uint32_t rows)
{
    uint32_t empty = screen->rows_left * screen->columns;
    uint32_t used = rows * screen->columns - empty;
    move_cells(screen->cells, screen->cells + empty, used);
    for (uint32_t i = 0; i < empty; i++)
        screen->cells[used + i] = ' ';
    if (screen->cursor != UINT32_MAX)
        screen->cursor -= empty;
}

uint32_t mn_terminal_show(struct mn_terminal *terminal, uint16_t *cells)
{
    struct screen screen = {
        .cells = cells,
        .columns = terminal->settings.columns,
        .rows_left = terminal->settings.rows,
        .rows_skipped = terminal->back_rows > 0 ? terminal->back_rows : rows_below(terminal),
        .cursor = UINT32_MAX,
    };
    fill(&screen, terminal);
    uint32_t too_far = screen.rows_left + screen.rows_skipped;
    if (too_far > 0 && terminal->back_rows > 0) { /* there is not so much to go back to */
        terminal->back_rows -= too_far < terminal->back_rows ? too_far : terminal->back_rows;
        return mn_terminal_show(terminal, cells);
    }
    if (screen.rows_left > 0)
        move_up(&screen, terminal->settings.rows);
    return screen.cursor;
}

void mn_terminal_scroll(struct mn_terminal *terminal, int32_t rows)
{
    uint32_t back = terminal->back_rows;
    uint32_t most = terminal->past_count + terminal->count; /* a row has a character or an end */
    uint32_t by = rows < 0 ? 0u - (uint32_t)rows : (uint32_t)rows;
    if (rows < 0)
        terminal->back_rows = back > by ? back - by : 0;
    else
        terminal->back_rows = by < most - (back < most ? back : most) ? back + by : most;
}

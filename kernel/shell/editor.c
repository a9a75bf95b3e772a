/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/shell/editor.h"

#include "mn/mem.h"

#define CTRL(letter) ((letter) & 31)

void mn_editor_init(struct mn_editor *editor, char *line, uint32_t line_max, char *past,
                    uint32_t past_max)
{
    *editor = (struct mn_editor){
        .line = line, .line_max = line_max, .past = past, .past_max = past_max};
}

/* ---- what the terminal shows ------------------------------------------------------------ */

static bool is_inside(char byte) /* of a character of several bytes, not its first */
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

static uint32_t characters(const struct mn_editor *editor, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    for (uint32_t i = from; i < to; i++)
        count += !is_inside(editor->line[i]);
    return count;
}

/* ESC [ count letter; nothing for a count of 0. */
static void control(const struct mn_editor *editor, struct mn_text *echo, uint32_t count,
                    char letter)
{
    if (!editor->echoes || count == 0)
        return;
    mn_text_str(echo, "\x1b[");
    if (count > 1)
        mn_text_u64(echo, count);
    mn_text_byte(echo, letter);
}

static void show(const struct mn_editor *editor, struct mn_text *echo, const char *text)
{
    if (editor->echoes)
        mn_text_str(echo, text);
}

void mn_editor_show(struct mn_editor *editor, struct mn_text *echo)
{
    editor->echoes = true;
    mn_text_bytes(echo, editor->line, editor->count);
    control(editor, echo, characters(editor, editor->cursor, editor->count), 'D');
}

/* ---- moving and changing ---------------------------------------------------------------- */

static void move_to(struct mn_editor *editor, uint32_t place, struct mn_text *echo)
{
    if (place < editor->cursor)
        control(editor, echo, characters(editor, place, editor->cursor), 'D');
    else
        control(editor, echo, characters(editor, editor->cursor, place), 'C');
    editor->cursor = place;
}

static uint32_t before(const struct mn_editor *editor, uint32_t place)
{
    while (place > 0 && is_inside(editor->line[place - 1]))
        place--;
    return place > 0 ? place - 1 : 0;
}

static uint32_t behind(const struct mn_editor *editor, uint32_t place)
{
    if (place < editor->count)
        place++;
    while (place < editor->count && is_inside(editor->line[place]))
        place++;
    return place;
}

static uint32_t word_before(const struct mn_editor *editor, uint32_t place)
{
    while (place > 0 && editor->line[place - 1] == ' ')
        place--;
    while (place > 0 && editor->line[place - 1] != ' ')
        place--;
    return place;
}

/* Takes out what is between `from` and `to`; the cursor stands at one of the two. */
static void cut(struct mn_editor *editor, uint32_t from, uint32_t to, struct mn_text *echo)
{
    uint32_t count = characters(editor, from, to);
    move_to(editor, from, echo);
    control(editor, echo, count, 'P');
    memmove(editor->line + from, editor->line + to, editor->count - to);
    editor->count -= to - from;
    editor->is_over = false;
}

static void insert(struct mn_editor *editor, char byte, struct mn_text *echo)
{
    if (editor->count == editor->line_max) {
        show(editor, echo, "\a");
        editor->is_over = true;
        return;
    }
    if (editor->cursor < editor->count && !is_inside(byte))
        control(editor, echo, 1, '@');
    char *place = editor->line + editor->cursor;
    memmove(place + 1, place, editor->count - editor->cursor);
    *place = byte;
    editor->count++;
    editor->cursor++;
    if (editor->echoes)
        mn_text_byte(echo, byte);
}

/* ---- the past --------------------------------------------------------------------------- */

static uint32_t length_at(const struct mn_editor *editor, uint32_t at)
{
    uint32_t count = 0;
    while (editor->past[at + count])
        count++;
    return count;
}

static uint32_t older(const struct mn_editor *editor, uint32_t at)
{
    if (at == 0)
        return 0;
    at--; /* to the 0 that ends the line before */
    while (at > 0 && editor->past[at - 1])
        at--;
    return at;
}

static void recall(struct mn_editor *editor, uint32_t at, struct mn_text *echo)
{
    uint32_t count = at < editor->past_count ? length_at(editor, at) : 0;
    if (count > editor->line_max)
        return;
    move_to(editor, 0, echo);
    show(editor, echo, "\x1b[K");
    memcpy(editor->line, editor->past + at, count);
    editor->count = editor->cursor = count;
    editor->past_at = at;
    editor->is_over = false;
    if (editor->echoes)
        mn_text_bytes(echo, editor->line, count);
}

static void go_older(struct mn_editor *editor, struct mn_text *echo)
{
    if (editor->past_at > 0)
        recall(editor, older(editor, editor->past_at), echo);
}

static void go_newer(struct mn_editor *editor, struct mn_text *echo)
{
    if (editor->past_at < editor->past_count)
        recall(editor, editor->past_at + length_at(editor, editor->past_at) + 1, echo);
}

static bool is_repeated(const struct mn_editor *editor)
{
    uint32_t latest = older(editor, editor->past_count);
    return editor->past_count && length_at(editor, latest) == editor->count &&
           memcmp(editor->past + latest, editor->line, editor->count) == 0;
}

static void remember(struct mn_editor *editor)
{
    uint32_t needed = editor->count + 1;
    if (editor->count == 0 || editor->count > MN_EDITOR_PAST_CHARS ||
        needed > editor->past_max || is_repeated(editor))
        return;
    while (editor->past_max - editor->past_count < needed) {
        uint32_t oldest = length_at(editor, 0) + 1;
        editor->past_count -= oldest;
        memmove(editor->past, editor->past + oldest, editor->past_count);
    }
    memcpy(editor->past + editor->past_count, editor->line, editor->count);
    editor->past[editor->past_count + editor->count] = 0;
    editor->past_count += needed;
}

void mn_editor_reset(struct mn_editor *editor)
{
    editor->count = editor->cursor = 0;
    editor->is_over = false;
    editor->state = MN_EDITOR_TEXT;
    editor->past_at = editor->past_count;
}

void mn_editor_next(struct mn_editor *editor)
{
    if (editor->echoes && !editor->is_over)
        remember(editor);
    mn_editor_reset(editor);
}

/* ---- bytes ------------------------------------------------------------------------------ */

static void finish_sequence(struct mn_editor *editor, uint8_t final, struct mn_text *echo)
{
    uint32_t number = final == '~' ? editor->number : 0;
    if (final == 'A')
        go_older(editor, echo);
    else if (final == 'B')
        go_newer(editor, echo);
    else if (final == 'C')
        move_to(editor, behind(editor, editor->cursor), echo);
    else if (final == 'D')
        move_to(editor, before(editor, editor->cursor), echo);
    else if (final == 'H' || number == 1 || number == 7)
        move_to(editor, 0, echo);
    else if (final == 'F' || number == 4 || number == 8)
        move_to(editor, editor->count, echo);
    else if (number == 3)
        cut(editor, editor->cursor, behind(editor, editor->cursor), echo);
}

/* A byte of an escape sequence; unknown sequences are swallowed whole. */
static void escaped(struct mn_editor *editor, uint8_t byte, struct mn_text *echo)
{
    bool begins = editor->state == MN_EDITOR_ESCAPE && (byte == '[' || byte == 'O');
    if (begins) {
        editor->state = MN_EDITOR_SEQUENCE;
        editor->number = 0;
    } else if (editor->state == MN_EDITOR_SEQUENCE && byte >= '0' && byte <= '9') {
        editor->number = (editor->number * 10 + byte - '0') & 0xff;
    } else if (editor->state == MN_EDITOR_ESCAPE || byte >= '@') {
        if (editor->state == MN_EDITOR_SEQUENCE)
            finish_sequence(editor, byte, echo);
        editor->state = MN_EDITOR_TEXT;
    }
}

static void control_key(struct mn_editor *editor, uint8_t byte, struct mn_text *echo)
{
    uint32_t cursor = editor->cursor;
    if (byte == 0x7f || byte == CTRL('H'))
        cut(editor, before(editor, cursor), cursor, echo);
    else if (byte == CTRL('U'))
        cut(editor, 0, cursor, echo);
    else if (byte == CTRL('W'))
        cut(editor, word_before(editor, cursor), cursor, echo);
    else if (byte == CTRL('K'))
        cut(editor, cursor, editor->count, echo);
    else if (byte == CTRL('D'))
        cut(editor, cursor, behind(editor, cursor), echo);
    else if (byte == CTRL('A'))
        move_to(editor, 0, echo);
    else if (byte == CTRL('E'))
        move_to(editor, editor->count, echo);
    else if (byte == CTRL('B'))
        move_to(editor, before(editor, cursor), echo);
    else if (byte == CTRL('F'))
        move_to(editor, behind(editor, cursor), echo);
    else if (byte == CTRL('P'))
        go_older(editor, echo);
    else if (byte == CTRL('N'))
        go_newer(editor, echo);
    else if (byte == '\t')
        insert(editor, editor->echoes ? ' ' : '\t', echo); /* a tab's width cannot be known */
    else if (byte == 0x1b)
        editor->state = MN_EDITOR_ESCAPE;
}

static enum mn_editor_event end_line(struct mn_editor *editor, struct mn_text *echo)
{
    show(editor, echo, "\r\n");
    editor->state = MN_EDITOR_TEXT;
    return editor->is_over ? MN_EDITOR_TOO_LONG : MN_EDITOR_LINE;
}

enum mn_editor_event mn_editor_byte(struct mn_editor *editor, uint8_t byte,
                                    struct mn_text *echo)
{
    bool is_second = editor->after_return && byte == '\n';
    editor->after_return = byte == '\r';
    if (is_second)
        return MN_EDITOR_MORE;
    if (byte == '\r' || byte == '\n')
        return end_line(editor, echo);
    if (byte == CTRL('C'))
        return MN_EDITOR_BREAK;
    if (editor->state != MN_EDITOR_TEXT)
        escaped(editor, byte, echo);
    else if (byte == CTRL('D') && editor->count == 0)
        return MN_EDITOR_END;
    else if (byte < ' ' || byte == 0x7f)
        control_key(editor, byte, echo);
    else
        insert(editor, (char)byte, echo);
    return MN_EDITOR_MORE;
}

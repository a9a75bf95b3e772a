/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "top_screen.h"

#include <locale.h>
#include <ncursesw/curses.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PAIR_HEAD = 1, PAIR_BUSY, PAIR_BAD };

static struct { /* a process has one terminal */
    SCREEN *screen;
    bool is_colored;
    int row;
    int left_out; /* lines for which the screen is too small */
} screen;

bool top_screen_open(bool is_colored)
{
    setlocale(LC_CTYPE, "");
    screen.screen = newterm(NULL, stdout, stdin);
    if (!screen.screen)
        return false;
    cbreak();
    noecho();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    curs_set(0);
    screen.is_colored = is_colored && has_colors();
    if (screen.is_colored) {
        start_color();
        use_default_colors();
        init_pair(PAIR_HEAD, COLOR_CYAN, -1);
        init_pair(PAIR_BUSY, COLOR_YELLOW, -1);
        init_pair(PAIR_BAD, COLOR_RED, -1);
    }
    return true;
}

void top_screen_close(void)
{
    if (!screen.screen)
        return;
    endwin();
    delscreen(screen.screen);
    screen.screen = NULL;
}

void top_screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        resizeterm(size.ws_row, size.ws_col);
}

int top_screen_key(void)
{
    int key = getch();
    return key == KEY_RESIZE ? TOP_SCREEN_RESIZED : key == ERR ? -1 : key;
}

static int attribute(enum top_style style)
{
    static const int pairs[] = {0, PAIR_HEAD, PAIR_BUSY, PAIR_BAD};
    int bold = style == TOP_PLAIN ? (int)A_NORMAL : (int)A_BOLD;
    return bold | (screen.is_colored ? (int)COLOR_PAIR(pairs[style]) : 0);
}

static void put_line(void *context, enum top_style style, const char *text)
{
    (void)context;
    if (screen.row >= LINES - 1) { /* the last one is for news */
        screen.left_out++;
        return;
    }
    attrset(attribute(style));
    mvaddnstr(screen.row++, 0, text, COLS);
    attrset((int)A_NORMAL);
}

void top_screen_draw(const struct top_model *model, const char *where, const char *news)
{
    const struct top_page page = {NULL, put_line};
    char bottom[TOP_LINE_BYTES];
    erase();
    screen.row = screen.left_out = 0;
    if (model->round)
        top_view_put(model, where, &page);
    if (screen.left_out)
        snprintf(bottom, sizeof bottom, "(%d lines more)   %s", screen.left_out, news);
    else
        snprintf(bottom, sizeof bottom, "%s", news);
    attrset((int)A_REVERSE);
    mvprintw(LINES - 1, 0, "%-*.*s", COLS, COLS, bottom);
    attrset((int)A_NORMAL);
    refresh();
}

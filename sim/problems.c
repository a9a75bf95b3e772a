/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "problems.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

static bool grow(struct melpo_problems *problems)
{
    size_t room = problems->line_room ? 2 * problems->line_room : 8;
    char **lines = realloc(problems->lines, room * sizeof *lines);
    if (!lines)
        return false;
    problems->lines = lines;
    problems->line_room = room;
    return true;
}

static char *format_line(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int count = vsnprintf(NULL, 0, format, args);
    char *line = count < 0 ? NULL : malloc((size_t)count + 1);
    if (line)
        vsnprintf(line, (size_t)count + 1, format, again);
    va_end(again);
    return line;
}

void melpo_problems_add(struct melpo_problems *problems, const char *format, ...)
{
    problems->count++;
    if (problems->line_count == MELPO_PROBLEMS_MAX)
        return;
    if (problems->line_count == problems->line_room && !grow(problems))
        return;
    va_list args;
    va_start(args, format);
    char *line = format_line(format, args);
    va_end(args);
    if (line)
        problems->lines[problems->line_count++] = line;
}

void melpo_problems_print(const struct melpo_problems *problems, FILE *out)
{
    for (size_t i = 0; i < problems->line_count; i++)
        fprintf(out, "%s\n", problems->lines[i]);
    if (problems->count > problems->line_count)
        fprintf(out, "melpo: and %zu more\n", problems->count - problems->line_count);
}

void melpo_problems_finish(struct melpo_problems *problems)
{
    for (size_t i = 0; i < problems->line_count; i++)
        free(problems->lines[i]);
    free(problems->lines);
    *problems = (struct melpo_problems)MELPO_PROBLEMS_NONE;
}

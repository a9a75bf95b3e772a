/* near_text.c — what came that is most like what was expected.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdint.h>

#include "report.h"

#define TEXT_MAX 200u

struct cell { /* the best way to turn bytes[begin ...] into the text so far */
    size_t cost, begin;
};

static struct cell better(struct cell one, struct cell other)
{
    return other.cost < one.cost ? other : one;
}

/* One column of Sellers' table: row[j] is for the first j characters of the text, ending behind the
 * byte at `at`; a match may begin anywhere. */
static void step_on(struct cell *row, const struct text *text, char byte, size_t at)
{
    struct cell corner = row[0];
    row[0] = (struct cell){0, at + 1};
    for (size_t j = 1; j <= text->count; j++) {
        struct cell replaced = {corner.cost + (byte != text->bytes[j - 1]), corner.begin};
        struct cell added = {row[j].cost + 1, row[j].begin};
        struct cell missing = {row[j - 1].cost + 1, row[j - 1].begin};
        corner = row[j];
        row[j] = better(replaced, better(added, missing));
    }
}

size_t report_nearest(const char *bytes, size_t count, const struct text *text, size_t *begin,
                      size_t *end)
{
    struct cell row[TEXT_MAX + 1];
    size_t best = SIZE_MAX;
    if (text->count > TEXT_MAX)
        return best;
    for (size_t j = 0; j <= text->count; j++)
        row[j] = (struct cell){j, 0};
    for (size_t at = 0; at < count; at++) {
        step_on(row, text, bytes[at], at);
        if (row[text->count].cost >= best)
            continue;
        best = row[text->count].cost;
        *begin = row[text->count].begin;
        *end = at + 1;
    }
    return best;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ROW (HOST_NEAREST_BYTES_MAX + 1u)

static bool is_same(char one, char other)
{
    if (one >= 'A' && one <= 'Z')
        one = (char)(one - 'A' + 'a');
    if (other >= 'A' && other <= 'Z')
        other = (char)(other - 'A' + 'a');
    return one == other;
}

static size_t lesser(size_t one, size_t other)
{
    return one < other ? one : other;
}

/* One row of the usual table: cost[j] turns the first `i` characters of `one` into the first j of
 * `other`; the two rows before it are at hand. */
static void fill_row(size_t i, const char *one, const char *other, size_t count,
                     const size_t *last, const size_t *before_last, size_t *cost)
{
    cost[0] = i;
    for (size_t j = 1; j <= count; j++) {
        size_t replaced = last[j - 1] + !is_same(one[i - 1], other[j - 1]);
        cost[j] = lesser(replaced, lesser(last[j], cost[j - 1]) + 1);
        if (i > 1 && j > 1 && is_same(one[i - 1], other[j - 2]) &&
            is_same(one[i - 2], other[j - 1]))
            cost[j] = lesser(cost[j], before_last[j - 2] + 1);
    }
}

size_t host_edit_distance(const char *one, const char *other)
{
    size_t rows[3][ROW];
    size_t one_count = strlen(one), other_count = strlen(other);
    if (one_count > HOST_NEAREST_BYTES_MAX || other_count > HOST_NEAREST_BYTES_MAX)
        return SIZE_MAX;
    memset(rows, 0, sizeof rows);
    for (size_t j = 0; j <= other_count; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= one_count; i++)
        fill_row(i, one, other, other_count, rows[(i + 2) % 3], rows[(i + 1) % 3], rows[i % 3]);
    return rows[one_count % 3][other_count];
}

static bool is_near(size_t distance, const char *word, const char *name)
{
    size_t longer = strlen(word) > strlen(name) ? strlen(word) : strlen(name);
    return distance <= 1 || distance <= longer / 3;
}

const char *host_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t distance = host_edit_distance(word, names[i]);
        if (distance < least && is_near(distance, word, names[i])) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

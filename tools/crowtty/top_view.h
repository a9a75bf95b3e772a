/* top_view.h — the table of `crowtty top` as lines, for a terminal or a pipe.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TOP_VIEW_H
#define CROWTTY_TOP_VIEW_H

#include "top_model.h"

#define TOP_LINE_BYTES 256u

enum top_style { TOP_PLAIN, TOP_HEAD, TOP_BUSY, TOP_BAD };

struct top_page { /* where lines go */
    void *context;
    void (*line)(void *context, enum top_style style, const char *text);
};

/* Writes the latest round; `where` says which target it is. */
void top_view_put(const struct top_model *model, const char *where, const struct top_page *page);

#endif

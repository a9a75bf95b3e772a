/* quote.h — any text as one JSON string: harmless on a terminal, readable again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_QUOTE_H
#define MELPO_QUOTE_H

#include <stdio.h>

#define MELPO_QUOTE_SHORT_CHARS 40u
#define MELPO_QUOTE_SHORT_BYTES (6u * MELPO_QUOTE_SHORT_CHARS + 8u)

/* Writes `text`, which is UTF-8, in double quotes, control characters escaped. */
void melpo_quote(const char *text, FILE *out);

/* Likewise for a message: at most MELPO_QUOTE_SHORT_CHARS characters, then "...". */
void melpo_quote_short(const char *text, char quoted[MELPO_QUOTE_SHORT_BYTES]);

#endif

/* quote.h — any text as one JSON string: harmless on a terminal, readable again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_QUOTE_H
#define TOOLS_COMMON_QUOTE_H

#include <stdio.h>

#define HOST_QUOTE_SHORT_CHARS 40u
#define HOST_QUOTE_SHORT_BYTES (6u * HOST_QUOTE_SHORT_CHARS + 8u)

/* Writes `text`, which is UTF-8, in double quotes, control characters escaped. */
void host_quote(const char *text, FILE *out);

/* Likewise for a message: at most HOST_QUOTE_SHORT_CHARS characters, then "...". */
void host_quote_short(const char *text, char quoted[HOST_QUOTE_SHORT_BYTES]);

#endif

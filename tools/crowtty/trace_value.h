/* trace_value.h — fields of trace messages as text.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TRACE_VALUE_H
#define CROWTTY_TRACE_VALUE_H

#include <stdio.h>

#include "mn/proto/trace_message.h"

/* "7", "-1", "true", "0.5", "word", "\"two words\"". */
void trace_value_put(FILE *out, const struct mn_trace_field *field);

/* " name=value". */
void trace_value_put_named(FILE *out, const struct mn_trace_field *field);

/* "{a=1 b=2}", or "" without fields; what does not fit is left out, with "..." in its place. */
void trace_value_summary(char *out, size_t room, const struct mn_trace_fields *fields);

#endif

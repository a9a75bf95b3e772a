/* perfetto_json.h — one event of a Chrome trace as JSON, by way of cJSON.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_PERFETTO_JSON_H
#define CROWTTY_PERFETTO_JSON_H

#include <stdio.h>

#include "mn/proto/trace_message.h"

#define JSON_NO_TIME UINT64_MAX

struct json;

/* Begins one; to be given to json_write. */
struct json *json_event(const char *phase, uint32_t process, uint64_t track, const char *name);

void json_text(struct json *json, const char *key, const char *value);

/* Nanoseconds as microseconds with three decimals, exact. */
void json_time(struct json *json, const char *key, uint64_t time_ns);

/* What is shown when the event is clicked on. */
void json_arg_text(struct json *json, const char *key, const char *value);
void json_arg_u64(struct json *json, const char *key, uint64_t value);
void json_arg_fields(struct json *json, const struct mn_trace_field *fields, uint32_t count);

/* Writes it on a line of its own, behind a comma unless it is the first, and frees it. False: there
 * was no memory, or the file did not take it. */
bool json_write(struct json *json, FILE *file, bool is_first);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "perfetto_json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>

#include "memory.h"
#include "text.h"

#define NUMBER_BYTES 32u
#define EXACT_MAX (UINT64_C(1) << 53) /* larger integers are not exact in JSON's readers */

struct json {
    cJSON *event, *args;
};

struct json *json_event(const char *phase, uint32_t process, uint64_t track, const char *name)
{
    struct json *json = memory_zeroed(1, sizeof *json);
    json->event = cJSON_CreateObject();
    json_text(json, "ph", phase);
    cJSON_AddNumberToObject(json->event, "pid", process);
    cJSON_AddNumberToObject(json->event, "tid", (double)track);
    json_text(json, "name", name);
    return json;
}

void json_text(struct json *json, const char *key, const char *value)
{
    cJSON_AddStringToObject(json->event, key, value);
}

void json_time(struct json *json, const char *key, uint64_t time_ns)
{
    char number[NUMBER_BYTES];
    snprintf(number, sizeof number, "%" PRIu64 ".%03u", time_ns / 1000u,
             (unsigned)(time_ns % 1000u));
    cJSON_AddRawToObject(json->event, key, number);
}

static cJSON *args_of(struct json *json)
{
    if (!json->args)
        json->args = cJSON_AddObjectToObject(json->event, "args");
    return json->args;
}

void json_arg_text(struct json *json, const char *key, const char *value)
{
    cJSON_AddStringToObject(args_of(json), key, value);
}

static void add_integer(cJSON *object, const char *key, uint64_t magnitude, bool is_negative)
{
    char number[NUMBER_BYTES];
    snprintf(number, sizeof number, "%s%" PRIu64, is_negative ? "-" : "", magnitude);
    if (magnitude <= EXACT_MAX)
        cJSON_AddRawToObject(object, key, number);
    else
        cJSON_AddStringToObject(object, key, number);
}

void json_arg_u64(struct json *json, const char *key, uint64_t value)
{
    add_integer(args_of(json), key, value, false);
}

static void add_text(cJSON *object, const char *key, struct mn_str value)
{
    char text[MN_TRACE_MESSAGE_MAX + 1];
    text_copy(text, sizeof text, value);
    cJSON_AddStringToObject(object, key, text);
}

static void add_field(cJSON *object, const struct mn_trace_field *field)
{
    char key[MN_TRACE_MESSAGE_MAX + 1], number[NUMBER_BYTES];
    text_copy(key, sizeof key, field->name);
    if (cJSON_GetObjectItemCaseSensitive(object, key))
        return; /* a key twice would be read as readers like */
    switch (field->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: add_text(object, key, field->value.str); break;
    case MN_VALUE_F64:
        snprintf(number, sizeof number, "%.17g", field->value.f64);
        if (isfinite(field->value.f64))
            cJSON_AddNumberToObject(object, key, field->value.f64);
        else
            cJSON_AddStringToObject(object, key, number);
        break;
    case MN_VALUE_I64:
        add_integer(object, key,
                    field->value.i64 < 0 ? 0 - (uint64_t)field->value.i64
                                         : (uint64_t)field->value.i64,
                    field->value.i64 < 0);
        break;
    case MN_VALUE_U64: add_integer(object, key, field->value.u64, false); break;
    case MN_VALUE_BOOL: cJSON_AddBoolToObject(object, key, field->value.boolean); break;
    }
}

void json_arg_fields(struct json *json, const struct mn_trace_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        add_field(args_of(json), &fields[i]);
}

bool json_write(struct json *json, FILE *file, bool is_first)
{
    char *text = cJSON_PrintUnformatted(json->event);
    bool is_written = text && fputs(is_first ? "\n" : ",\n", file) >= 0 && fputs(text, file) >= 0;
    cJSON_free(text);
    cJSON_Delete(json->event);
    free(json);
    return is_written;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "config_reading.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "tools/common/utf8.h"

#define EXPECTED_BYTES 192u
#define CHOICES_MAX 16u

/* The item in words, for "got ...": of a list that is too long, how many. */
static void describe(const struct melpo_reading *reading, const struct melpo_key *key,
                     const cJSON *item, char got[HOST_QUOTE_SHORT_BYTES])
{
    const struct melpo_place *place = melpo_json_place(&reading->json, item);
    if (cJSON_IsString(item))
        host_quote_short(item->valuestring, got);
    else if (cJSON_IsNumber(item) && place)
        snprintf(got, HOST_QUOTE_SHORT_BYTES, "%.*s", (int)place->bytes,
                 reading->json.text + place->offset);
    else if (cJSON_IsNumber(item))
        snprintf(got, HOST_QUOTE_SHORT_BYTES, "%.15g", item->valuedouble);
    else if (cJSON_IsArray(item) && key->kind == MELPO_KIND_LIST)
        snprintf(got, HOST_QUOTE_SHORT_BYTES, "%d", cJSON_GetArraySize(item));
    else
        snprintf(got, HOST_QUOTE_SHORT_BYTES, "%s",
                 cJSON_IsObject(item)  ? "an object"
                 : cJSON_IsArray(item) ? "an array"
                 : cJSON_IsTrue(item)  ? "true"
                 : cJSON_IsFalse(item) ? "false"
                                       : "null");
}

static void expect_choice(const struct melpo_key *key, char expected[EXPECTED_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; key->choices[i]; i++)
        used += (size_t)snprintf(expected + used, EXPECTED_BYTES - used, "%s\"%s\"",
                                 i == 0                ? ""
                                 : key->choices[i + 1] ? ", "
                                                       : " or ",
                                 key->choices[i]);
}

static void expect_range(const struct melpo_key *key, char expected[EXPECTED_BYTES])
{
    char min[MELPO_VALUE_BYTES], max[MELPO_VALUE_BYTES];
    if (key->kind == MELPO_KIND_SIZE) {
        melpo_print_size(key->min, min);
        melpo_print_size(key->max, max);
        snprintf(expected, EXPECTED_BYTES,
                 "a size from \"%s\" to \"%s\", in bytes or such as \"64KiB\"", min, max);
    } else if (key->kind == MELPO_KIND_DURATION) {
        melpo_print_duration(key->min, min);
        melpo_print_duration(key->max, max);
        snprintf(expected, EXPECTED_BYTES, "a duration from \"%s\" to \"%s\", such as \"100ms\"",
                 min, max);
    } else {
        snprintf(expected, EXPECTED_BYTES, "an integer from %" PRIu64 " to %" PRIu64, key->min,
                 key->max);
    }
}

/* What the key may hold, in words. */
static void expect(const struct melpo_key *key, char expected[EXPECTED_BYTES])
{
    const char *fixed = NULL;
    switch (key->kind) {
    case MELPO_KIND_BOOL:
        fixed = "true or false";
        break;
    case MELPO_KIND_INTEGER:
    case MELPO_KIND_SIZE:
    case MELPO_KIND_DURATION:
        expect_range(key, expected);
        break;
    case MELPO_KIND_TEXT:
        snprintf(expected, EXPECTED_BYTES, "a string of %" PRIu64 " to %" PRIu64 " characters",
                 key->min, key->max);
        break;
    case MELPO_KIND_NAME:
        snprintf(expected, EXPECTED_BYTES, "a name of 1 to %u of a-z, 0-9, '_' and '-'",
                 MELPO_NAME_CHARS);
        break;
    case MELPO_KIND_CHOICE:
        expect_choice(key, expected);
        break;
    case MELPO_KIND_ADDRESS:
        fixed = "a numeric address and a port up to 65535, "
                "such as \"127.0.0.1:9999\" or \"[::1]:0\"";
        break;
    case MELPO_KIND_COLOR:
        fixed = "a color such as \"#00d2ff\"";
        break;
    case MELPO_KIND_SECTION:
        fixed = "an object";
        break;
    case MELPO_KIND_LIST:
        snprintf(expected, EXPECTED_BYTES, "an array of at most %" PRIu64 " objects", key->max);
        break;
    case MELPO_KIND_IGNORED:
        fixed = "a string";
        break;
    }
    if (fixed)
        snprintf(expected, EXPECTED_BYTES, "%s", fixed);
}

static bool put_u32(const struct melpo_key *key, uint64_t value, void *field)
{
    if (value < key->min || value > key->max)
        return false;
    *(uint32_t *)field = (uint32_t)value;
    return true;
}

static bool read_integer(const struct melpo_key *key, const cJSON *item, void *field)
{
    double number = item->valuedouble;
    if (!cJSON_IsNumber(item) || !(number >= 0 && number <= (double)UINT32_MAX))
        return false;
    uint64_t whole = (uint64_t)number;
    return !((double)whole < number) && put_u32(key, whole, field);
}

static bool read_size(const struct melpo_key *key, const cJSON *item, void *field)
{
    uint64_t value;
    if (!cJSON_IsString(item))
        return read_integer(key, item, field);
    return melpo_parse_size(item->valuestring, &value) && put_u32(key, value, field);
}

static bool read_duration(const struct melpo_key *key, const char *text, void *field)
{
    uint64_t value;
    if (!melpo_parse_duration(text, &value) || value < key->min || value > key->max)
        return false;
    *(uint64_t *)field = value;
    return true;
}

static bool read_text(const struct melpo_key *key, const char *text, void *field)
{
    size_t chars = host_utf8_chars(text), bytes = strlen(text) + 1;
    if (chars < key->min || chars > key->max || bytes > key->bytes)
        return false;
    memset(field, 0, key->bytes);
    memcpy(field, text, bytes);
    return true;
}

static bool read_name(const struct melpo_key *key, const char *text, void *field)
{
    if (!melpo_name_is_valid(text))
        return false;
    memset(field, 0, key->bytes);
    memcpy(field, text, strlen(text));
    return true;
}

static bool read_choice(const struct melpo_key *key, const char *text, void *field)
{
    for (uint32_t i = 0; key->choices[i]; i++) {
        if (strcmp(key->choices[i], text) == 0) {
            *(uint32_t *)field = i;
            return true;
        }
    }
    return false;
}

static bool read_string(const struct melpo_key *key, const char *text, void *field)
{
    switch (key->kind) {
    case MELPO_KIND_DURATION:
        return read_duration(key, text, field);
    case MELPO_KIND_TEXT:
        return read_text(key, text, field);
    case MELPO_KIND_NAME:
        return read_name(key, text, field);
    case MELPO_KIND_CHOICE:
        return read_choice(key, text, field);
    case MELPO_KIND_ADDRESS:
        return melpo_parse_address(text, field);
    case MELPO_KIND_COLOR:
        return melpo_parse_color(text, field);
    case MELPO_KIND_IGNORED:
        return true;
    default:
        return false;
    }
}

static bool read_value(const struct melpo_key *key, const cJSON *item, void *field)
{
    if (key->kind == MELPO_KIND_INTEGER)
        return read_integer(key, item, field);
    if (key->kind == MELPO_KIND_SIZE)
        return read_size(key, item, field);
    if (cJSON_IsString(item))
        return read_string(key, item->valuestring, field);
    if (key->kind != MELPO_KIND_BOOL || !cJSON_IsBool(item))
        return false;
    *(bool *)field = cJSON_IsTrue(item);
    return true;
}

static const char *nearest_choice(const struct melpo_key *key, const cJSON *item)
{
    size_t count = 0;
    if (key->kind != MELPO_KIND_CHOICE || !cJSON_IsString(item))
        return NULL;
    while (key->choices[count])
        count++;
    return host_nearest(item->valuestring, key->choices, count);
}

void melpo_reading_mismatch(struct melpo_reading *reading, const struct melpo_key *key,
                            const cJSON *item, const char *path)
{
    char expected[EXPECTED_BYTES], got[HOST_QUOTE_SHORT_BYTES];
    const char *nearest = nearest_choice(key, item);
    expect(key, expected);
    describe(reading, key, item, got);
    if (nearest)
        melpo_reading_report(reading, item, path, "expected %s, got %s; did you mean \"%s\"?",
                             expected, got, nearest);
    else
        melpo_reading_report(reading, item, path, "expected %s, got %s", expected, got);
}

bool melpo_reading_value(struct melpo_reading *reading, const struct melpo_key *key,
                         const cJSON *item, const char *path, void *field)
{
    if (read_value(key, item, field))
        return true;
    melpo_reading_mismatch(reading, key, item, path);
    return false;
}

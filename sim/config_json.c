/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config_reading.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"

#define KEYS_MAX 32u    /* in one section: one bit each */
#define LIST_BYTES 512u /* all keys of the largest section, quoted */

void melpo_reading_report(struct melpo_reading *reading, const cJSON *item, const char *path,
                          const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    const struct melpo_place *place = item ? melpo_json_place(&reading->json, item) : NULL;
    if (place)
        melpo_problems_add(reading->problems, "melpo: %s:%u:%u: %s: %s", reading->json.name,
                           place->line, place->column, path, message);
    else
        melpo_problems_add(reading->problems, "melpo: %s: %s: %s",
                           item ? "--set" : reading->json.name, path, message);
}

void melpo_reading_refuse(struct melpo_reading *reading, const void *field, size_t bytes)
{
    if (reading->refused_count == reading->refused_room) {
        size_t room = reading->refused_room ? 2 * reading->refused_room : 16;
        struct melpo_extent *refused = realloc(reading->refused, room * sizeof *refused);
        if (!refused)
            return;
        reading->refused = refused;
        reading->refused_room = room;
    }
    reading->refused[reading->refused_count++] =
        (struct melpo_extent){field, (const char *)field + bytes};
}

bool melpo_reading_is_refused(const struct melpo_reading *reading, const void *field)
{
    for (size_t i = 0; i < reading->refused_count; i++)
        if ((const char *)field >= reading->refused[i].begin &&
            (const char *)field < reading->refused[i].end)
            return true;
    return false;
}

/* "$.kernel" and "max_drivers" to "$.kernel.max_drivers"; what is no plain word is quoted. */
static void join_path(char joined[MELPO_PATH_BYTES], const char *path, const char *key)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    size_t plain = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$-");
    if (plain > 0 && plain <= HOST_QUOTE_SHORT_CHARS && key[plain] == '\0') {
        snprintf(joined, MELPO_PATH_BYTES, "%s.%s", path, key);
    } else {
        host_quote_short(key, quoted);
        snprintf(joined, MELPO_PATH_BYTES, "%s[%s]", path, quoted);
    }
}

/* Looks for a key by name in all sections. Returns how many there are; `path` is the last's. */
static unsigned find_elsewhere(const struct melpo_section *section, const char *name,
                               const char *here, char path[MELPO_PATH_BYTES])
{
    char key_path[MELPO_PATH_BYTES];
    unsigned found = 0;
    for (size_t i = 0; i < section->key_count; i++) {
        const struct melpo_key *key = &section->keys[i];
        join_path(key_path, here, key->name);
        if (strcmp(key->name, name) == 0) {
            memcpy(path, key_path, sizeof key_path);
            found++;
        }
        if (key->kind == MELPO_KIND_LIST)
            strcat(key_path, "[]");
        if (key->section)
            found += find_elsewhere(key->section, name, key_path, path);
    }
    return found;
}

static void list_keys(const struct melpo_section *section, const char *names[KEYS_MAX],
                      char list[LIST_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; i < section->key_count; i++) {
        names[i] = section->keys[i].name;
        used += (size_t)snprintf(list + used, LIST_BYTES - used, "%s\"%s\"", i ? ", " : "",
                                 names[i]);
    }
}

static void report_unknown(struct melpo_reading *reading, const struct melpo_section *section,
                           const cJSON *item, const char *path)
{
    const char *names[KEYS_MAX];
    char list[LIST_BYTES], elsewhere[MELPO_PATH_BYTES];
    list_keys(section, names, list);
    const char *nearest = host_nearest(item->string, names, section->key_count);
    if (nearest)
        melpo_reading_report(reading, item, path, "unknown key; did you mean \"%s\"?", nearest);
    else if (find_elsewhere(&melpo_config_section, item->string, "$", elsewhere) == 1)
        melpo_reading_report(reading, item, path, "unknown key; did you mean %s?", elsewhere);
    else
        melpo_reading_report(reading, item, path, "unknown key; the known ones are %s", list);
}

static void walk_section(struct melpo_reading *reading, const struct melpo_section *section,
                         const cJSON *object, const char *path, void *holder);

static void walk_list(struct melpo_reading *reading, const struct melpo_key *key,
                      const cJSON *item, const char *path, void *holder)
{
    char *field = melpo_key_field(key, holder);
    char item_path[MELPO_PATH_BYTES];
    int count = cJSON_GetArraySize(item);
    if (!cJSON_IsArray(item) || (uint64_t)count > key->max) {
        melpo_reading_mismatch(reading, key, item, path);
        melpo_reading_refuse(reading, field, key->bytes);
        return;
    }
    *(uint32_t *)(void *)((char *)holder + key->count_offset) = (uint32_t)count;
    int index = 0;
    for (const cJSON *child = item->child; child; child = child->next, index++) {
        memcpy(field, key->item_default, key->section->bytes);
        snprintf(item_path, sizeof item_path, "%.200s[%d]", path, index);
        walk_section(reading, key->section, child, item_path, field);
        field += key->section->bytes;
    }
}

static void walk_key(struct melpo_reading *reading, const struct melpo_key *key,
                     const cJSON *item, const char *path, void *holder)
{
    void *field = melpo_key_field(key, holder);
    if (key->kind == MELPO_KIND_SECTION)
        walk_section(reading, key->section, item, path, field);
    else if (key->kind == MELPO_KIND_LIST)
        walk_list(reading, key, item, path, holder);
    else if (!melpo_reading_value(reading, key, item, path, field))
        melpo_reading_refuse(reading, field, key->bytes);
}

static void report_twice(struct melpo_reading *reading, const cJSON *object, const cJSON *item,
                         const char *path)
{
    const cJSON *first = cJSON_GetObjectItemCaseSensitive(object, item->string);
    const struct melpo_place *place = melpo_json_place(&reading->json, first);
    if (place)
        melpo_reading_report(reading, item, path, "duplicate key; the first is in line %u",
                             place->line);
    else
        melpo_reading_report(reading, item, path, "duplicate key");
}

static void walk_section(struct melpo_reading *reading, const struct melpo_section *section,
                         const cJSON *object, const char *path, void *holder)
{
    char key_path[MELPO_PATH_BYTES];
    uint32_t seen = 0;
    if (!cJSON_IsObject(object)) {
        const struct melpo_key whole = {.kind = MELPO_KIND_SECTION};
        melpo_reading_mismatch(reading, &whole, object, path);
        melpo_reading_refuse(reading, holder, section->bytes);
        return;
    }
    for (const cJSON *item = object->child; item; item = item->next) {
        const struct melpo_key *key = melpo_section_find(section, item->string);
        join_path(key_path, path, item->string);
        if (!key) {
            report_unknown(reading, section, item, key_path);
            continue;
        }
        uint32_t bit = UINT32_C(1) << (key - section->keys);
        if (seen & bit) {
            report_twice(reading, object, item, key_path);
            melpo_reading_refuse(reading, melpo_key_field(key, holder), key->bytes);
        } else {
            walk_key(reading, key, item, key_path, holder);
        }
        seen |= bit;
    }
}

void melpo_reading_walk(struct melpo_reading *reading)
{
    walk_section(reading, &melpo_config_section, reading->json.root, "$", reading->config);
}

bool melpo_config_read_text(struct melpo_config *config, const char *name, const char *text,
                            size_t count, const char *const *sets, size_t set_count,
                            struct melpo_problems *problems)
{
    struct melpo_reading reading = {.config = config, .problems = problems};
    size_t before = problems->count;
    melpo_config_init(config);
    if (melpo_json_read(&reading.json, name, text, count, MELPO_CONFIG_DEPTH_MAX, problems)) {
        for (size_t i = 0; i < set_count; i++)
            melpo_reading_set(&reading, sets[i]);
        melpo_reading_walk(&reading);
        melpo_reading_check_rules(&reading);
    }
    melpo_json_finish(&reading.json);
    free(reading.refused);
    return problems->count == before;
}

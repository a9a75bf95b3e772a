/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "config_reading.h"
#include "tools/common/utf8.h"

#define KEY_BYTES 64u

struct step { /* one key or index of a path */
    char key[KEY_BYTES];
    bool is_index;
    uint64_t index;
    bool is_last;
};

/* Takes the next step off the front of "a.b[0].c" or "a.b.0.c"; NULL if there is none. */
static const char *next_step(const char *path, struct step *step)
{
    path += *path == '.';
    bool bracketed = *path == '[';
    path += bracketed;
    size_t count = strcspn(path, ".[]=");
    if (count == 0 || count >= KEY_BYTES)
        return NULL;
    memcpy(step->key, path, count);
    step->key[count] = '\0';
    path += count;
    step->is_index = melpo_parse_u64(step->key, &step->index);
    if (bracketed && (!step->is_index || *path++ != ']'))
        return NULL;
    step->is_last = *path == '=';
    return strchr(".[=", *path) && *path ? path : NULL;
}

/* The value: JSON if it is that, else a string as it stands, so that nobody has to quote quotes
 * for a shell. NULL means that memory is out. */
static cJSON *parse_value(const char *text)
{
    struct melpo_places places = {0};
    struct melpo_scan_error error;
    cJSON *value = NULL;
    if (melpo_json_scan(text, strlen(text), MELPO_CONFIG_DEPTH_MAX, &places, &error))
        value = cJSON_Parse(text);
    else if (!error.is_out_of_memory)
        value = cJSON_CreateString(text);
    free(places.items);
    if (value)
        melpo_json_forget_place(value);
    return value;
}

static bool is_utf8(const char *text)
{
    return host_utf8_valid_bytes(text, strlen(text)) == strlen(text);
}

static cJSON *child_at(cJSON *holder, const struct step *step)
{
    if (cJSON_IsObject(holder))
        return cJSON_GetObjectItemCaseSensitive(holder, step->key);
    if (!step->is_index || step->index >= (uint64_t)cJSON_GetArraySize(holder))
        return NULL;
    return cJSON_GetArrayItem(holder, (int)step->index);
}

/* Takes the old item's place, and its key: cJSON's own replacement by key would copy the key, and
 * leave none when memory is out. */
static bool replace(cJSON *holder, cJSON *old, cJSON *value)
{
    value->string = old->string;
    old->string = NULL;
    return cJSON_ReplaceItemViaPointer(holder, old, value);
}

/* Gives `value` to `holder` under that step, in place of what was there. On failure it is freed:
 * the holder is no object or array, or the index is beyond the array's end. */
static bool put_child(cJSON *holder, const struct step *step, cJSON *value)
{
    bool done = false;
    cJSON *old = child_at(holder, step);
    if (old)
        done = replace(holder, old, value);
    else if (cJSON_IsObject(holder))
        done = cJSON_AddItemToObject(holder, step->key, value);
    else if (cJSON_IsArray(holder) && step->is_index &&
             step->index == (uint64_t)cJSON_GetArraySize(holder))
        done = cJSON_AddItemToArray(holder, value);
    if (!done)
        cJSON_Delete(value);
    return done;
}

/* What the next step leads through; made if it is not there. */
static cJSON *enter(cJSON *holder, const struct step *step, bool into_array)
{
    cJSON *child = child_at(holder, step);
    if (child)
        return child;
    child = into_array ? cJSON_CreateArray() : cJSON_CreateObject();
    if (!child || !put_child(holder, step, child))
        return NULL;
    melpo_json_forget_place(child);
    return child;
}

/* Follows the path to its last step. Returns what holds that, or NULL if it leads nowhere. */
static cJSON *follow(cJSON *holder, const char *path, struct step *step)
{
    struct step next;
    path = next_step(path, step);
    while (path && holder && !step->is_last) {
        path = next_step(path, &next);
        holder = path ? enter(holder, step, next.is_index) : NULL;
        *step = next;
    }
    return path ? holder : NULL;
}

/* Lays it over the tree. Returns NULL or what is wrong. */
static const char *set_value(cJSON *root, const char *set)
{
    struct step step;
    const char *path = set + (*set == '$');
    const char *equals = strchr(set, '=');
    if (!equals || !is_utf8(set))
        return "expected PATH=VALUE, such as kernel.heap_size=64KiB";
    cJSON *value = parse_value(equals + 1);
    if (!value)
        return "out of memory";
    cJSON *holder = follow(root, path, &step);
    if (!holder)
        cJSON_Delete(value);
    return holder && put_child(holder, &step, value) ? NULL : "the path leads nowhere";
}

void melpo_reading_set(struct melpo_reading *reading, const char *set)
{
    const char *wrong = set_value(reading->json.root, set);
    if (wrong)
        melpo_problems_add(reading->problems, "melpo: --set %s: %s", set, wrong);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <string.h>

#include "config_reading.h"
#include "utf8.h"

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
 * for a shell. */
static cJSON *parse_value(const char *text)
{
    struct melpo_json json;
    struct melpo_problems ignored = MELPO_PROBLEMS_NONE;
    cJSON *value = NULL;
    if (melpo_json_read(&json, "", text, strlen(text), MELPO_CONFIG_DEPTH_MAX, &ignored)) {
        value = json.root;
        json.root = NULL;
    } else if (melpo_utf8_valid_bytes(text, strlen(text)) == strlen(text)) {
        value = cJSON_CreateString(text);
    }
    melpo_json_finish(&json);
    melpo_problems_finish(&ignored);
    if (value)
        melpo_json_forget_place(value);
    return value;
}

static cJSON *child_at(cJSON *holder, const struct step *step)
{
    if (cJSON_IsObject(holder))
        return cJSON_GetObjectItemCaseSensitive(holder, step->key);
    if (!step->is_index || step->index >= (uint64_t)cJSON_GetArraySize(holder))
        return NULL;
    return cJSON_GetArrayItem(holder, (int)step->index);
}

/* Gives `value` to `holder` under that step, in place of what was there. On failure it is freed:
 * the holder is no object or array, or the index is beyond the array's end. */
static bool put_child(cJSON *holder, const struct step *step, cJSON *value)
{
    cJSON_bool done = false;
    bool is_new = !child_at(holder, step);
    if (cJSON_IsObject(holder) && is_new)
        done = cJSON_AddItemToObject(holder, step->key, value);
    else if (cJSON_IsObject(holder))
        done = cJSON_ReplaceItemInObjectCaseSensitive(holder, step->key, value);
    else if (cJSON_IsArray(holder) && !is_new)
        done = cJSON_ReplaceItemInArray(holder, (int)step->index, value);
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

void melpo_reading_set(struct melpo_reading *reading, const char *set)
{
    struct step step;
    const char *path = set + (*set == '$');
    const char *equals = strchr(set, '=');
    cJSON *value = equals ? parse_value(equals + 1) : NULL;
    if (!value) {
        melpo_problems_add(reading->problems,
                           "melpo: --set %s: expected PATH=VALUE, such as kernel.heap_size=64KiB",
                           set);
        return;
    }
    cJSON *holder = follow(reading->json.root, path, &step);
    if (!holder)
        cJSON_Delete(value);
    if (!holder || !put_child(holder, &step, value))
        melpo_problems_add(reading->problems, "melpo: --set %s: the path leads nowhere", set);
}

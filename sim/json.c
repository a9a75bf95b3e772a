/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json.h"

#include <limits.h>
#include <stdlib.h>

/* Numbers the items as the scanner numbered the places: in the order of the text, from 1. cJSON
 * keeps an int beside each value that nobody here uses; it gets the number. */
static bool number_items(cJSON *item, int *count, size_t place_count)
{
    if ((size_t)*count >= place_count || *count == INT_MAX)
        return false;
    item->valueint = ++*count;
    for (cJSON *child = item->child; child; child = child->next)
        if (!number_items(child, count, place_count))
            return false;
    return true;
}

static bool build_tree(struct melpo_json *json, const char *text, size_t count)
{
    int numbered = 0;
    json->root = cJSON_ParseWithLength(text, count);
    return json->root && number_items(json->root, &numbered, json->places.count) &&
           (size_t)numbered == json->places.count;
}

bool melpo_json_read(struct melpo_json *json, const char *name, const char *text, size_t count,
                     uint32_t depth_max, struct melpo_problems *problems)
{
    struct melpo_scan_error error;
    *json = (struct melpo_json){.name = name, .text = text};
    if (!melpo_json_scan(text, count, depth_max, &json->places, &error)) {
        melpo_problems_add(problems, "melpo: %s:%u:%u: %s", name, error.line, error.column,
                           error.message);
        return false;
    }
    if (!build_tree(json, text, count)) {
        melpo_problems_add(problems, "melpo: %s: out of memory", name);
        return false;
    }
    return true;
}

void melpo_json_finish(struct melpo_json *json)
{
    cJSON_Delete(json->root);
    free(json->places.items);
    *json = (struct melpo_json){0};
}

const struct melpo_place *melpo_json_place(const struct melpo_json *json, const cJSON *item)
{
    if (item->valueint < 1 || (size_t)item->valueint > json->places.count)
        return NULL;
    return &json->places.items[item->valueint - 1];
}

void melpo_json_forget_place(cJSON *item)
{
    item->valueint = 0;
    for (cJSON *child = item->child; child; child = child->next)
        melpo_json_forget_place(child);
}

/* json.h — JSON text, read strictly, with a place for every value.
 *
 *     text ──► scan: is it JSON at all? ──► cJSON tree
 *                │                             │ valueint of an item is the number of its place
 *                └──► places, in text order ◄──┘
 *
 * cJSON takes more than JSON (01, raw control characters, invalid UTF-8) and keeps no positions,
 * so the text is scanned first, by the letter of RFC 8259; what passes, cJSON reads. Beyond that
 * RFC, texts that C strings or cJSON cannot carry are refused: \u0000, halves of surrogate pairs,
 * numbers longer than 63 characters, deeper nesting than the given limit.
 *
 * Memory   The struct owns tree and places until melpo_json_finish, and borrows name and text.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_JSON_H
#define MELPO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "problems.h"

struct melpo_place {
    uint32_t line, column; /* of the key, or of the value where there is none; from 1, column
                              in characters */
    uint32_t offset, bytes; /* of the value */
};

struct melpo_places { /* in the order of the text: an object before its members */
    struct melpo_place *items;
    size_t count, room;
};

struct melpo_json {
    const char *name; /* what problems call the text */
    const char *text;
    struct melpo_places places;
    cJSON *root;
};

/* Reads `count` bytes. Returns false after adding the first problem to `problems`; then too,
 * melpo_json_finish may be called. */
bool melpo_json_read(struct melpo_json *json, const char *name, const char *text, size_t count,
                     uint32_t depth_max, struct melpo_problems *problems);

void melpo_json_finish(struct melpo_json *json);

/* Where an item stands, or NULL if it was put into the tree later. */
const struct melpo_place *melpo_json_place(const struct melpo_json *json, const cJSON *item);

/* Marks an item and all below it as put into the tree later. */
void melpo_json_forget_place(cJSON *item);

/* The first half, for itself: checks the text and adds the places of all its values, to be freed
 * by the caller also on failure. Returns false with `error` filled. */
struct melpo_scan_error {
    char message[128];
    uint32_t line, column;
    bool is_out_of_memory; /* the text may be good */
};
bool melpo_json_scan(const char *text, size_t count, uint32_t depth_max,
                     struct melpo_places *places, struct melpo_scan_error *error);

#endif

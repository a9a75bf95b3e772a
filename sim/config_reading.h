/* config_reading.h — one reading of a configuration: what its steps share.
 *
 *     scan and parse ──► lay --set over it ──► table walk, key by key ──► rules between keys
 *      (json.h)           (config_set.c)        (config_json.c)            (config_rules.c)
 *
 * The walk and the rules each report all they find; the first two stop the reading. A rule keeps
 * silent about fields whose own value was refused: it would speak of a default nobody wrote.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_CONFIG_READING_H
#define MELPO_CONFIG_READING_H

#include "config_table.h"
#include "json.h"

#define MELPO_PATH_BYTES 256u /* of known keys; unknown ones are shortened */

struct melpo_extent { /* a part of the configuration */
    const char *begin, *end;
};

struct melpo_reading {
    struct melpo_json json;
    struct melpo_config *config;
    struct melpo_problems *problems;
    struct melpo_extent *refused; /* fields that hold no value from the file, for a problem */
    size_t refused_count, refused_room;
};

/* Adds a problem with `item`, at its place in the text; NULL: with the whole of it. */
void melpo_reading_report(struct melpo_reading *reading, const cJSON *item, const char *path,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

void melpo_reading_refuse(struct melpo_reading *reading, const void *field, size_t bytes);

/* Whether `field`, or what it is a part of, was refused. */
bool melpo_reading_is_refused(const struct melpo_reading *reading, const void *field);

/* Lays "PATH=VALUE" over the tree. */
void melpo_reading_set(struct melpo_reading *reading, const char *set);

/* Walks the tree along the table. */
void melpo_reading_walk(struct melpo_reading *reading);

/* Reads the value of one key that is neither section nor list. Returns false after reporting. */
bool melpo_reading_value(struct melpo_reading *reading, const struct melpo_key *key,
                         const cJSON *item, const char *path, void *field);

/* Reports that `item` is not what `key` may hold: "expected ..., got ...". */
void melpo_reading_mismatch(struct melpo_reading *reading, const struct melpo_key *key,
                            const cJSON *item, const char *path);

/* Checks what keys demand of each other. */
void melpo_reading_check_rules(struct melpo_reading *reading);

#endif

/* config_table.h — the one list of keys: what the JSON calls a field, and what it may hold.
 *
 * Reading and printing walk this table; adding a key is one line here, its field and default in
 * config.h, and its description in configs/melpo.schema.json (a test compares the three).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_CONFIG_TABLE_H
#define MELPO_CONFIG_TABLE_H

#include "config.h"

enum melpo_kind {
    MELPO_KIND_BOOL,
    MELPO_KIND_INTEGER,  /* uint32_t, min to max */
    MELPO_KIND_SIZE,     /* uint32_t bytes, min to max; a number or text with a unit */
    MELPO_KIND_DURATION, /* uint64_t microseconds, min to max; text with a unit */
    MELPO_KIND_TEXT,     /* char[MELPO_TEXT_BYTES], min to max characters */
    MELPO_KIND_NAME,     /* char[MELPO_NAME_BYTES] */
    MELPO_KIND_CHOICE,   /* an enum whose values are the indexes of `choices` */
    MELPO_KIND_ADDRESS,  /* struct melpo_address */
    MELPO_KIND_COLOR,    /* uint32_t, 0xrrggbb; text "#rrggbb" */
    MELPO_KIND_SECTION,  /* a struct: `section` */
    MELPO_KIND_LIST,     /* an array of structs: `section`, at most max of them */
    MELPO_KIND_IGNORED,  /* any text, for other programs */
};

struct melpo_section;

struct melpo_key {
    const char *name;
    enum melpo_kind kind;
    size_t offset; /* of the field in the struct that the section describes */
    size_t bytes;  /* of the field */
    uint64_t min, max;
    const char *const *choices; /* ends with NULL */
    const struct melpo_section *section;
    size_t count_offset;        /* of a list's uint32_t count, in the same struct */
    const void *item_default;   /* of a list: what an item is before it is read */
};

struct melpo_section {
    const struct melpo_key *keys;
    size_t key_count; /* at most 32 */
    size_t bytes;     /* of the struct */
};

extern const struct melpo_section melpo_config_section;

static inline void *melpo_key_field(const struct melpo_key *key, void *holder)
{
    return (char *)holder + key->offset;
}

static inline const void *melpo_key_field_const(const struct melpo_key *key, const void *holder)
{
    return (const char *)holder + key->offset;
}

/* The key of that name, or NULL. */
const struct melpo_key *melpo_section_find(const struct melpo_section *section,
                                           const char *name);

#endif

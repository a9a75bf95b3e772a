/* record_form.h — what a recording looks like as bytes.
 *
 *     [ head: 64 bytes ][ four texts ][ entry ][ entry ] ... [ END ]
 *
 *     entry = quiet varint | kind << 4 | device | its numbers, varints | length varint, bytes
 *
 * An entry is an answer that differs from the one to be expected, something that went out, or what
 * was done to the kernel between two calls. The calls answered as expected are not written: each
 * entry counts those since the one before (`quiet`). What is expected
 *
 *     sample    no line, and the time of the sample before; behind a sleep, the moment it was for
 *     receive   nothing
 *     sending   what it was last; behind a send, no
 *     carrier   what it was last; first 0
 *     next      no key
 *     abort     (has no answer)
 *
 * Numbers in the head are little-endian. Its last two are kept up to date in memory that is the
 * file's, so that a recording is good up to the last call, however its program ended.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_RECORD_FORM_H
#define HAL_SIM_RECORD_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_MAGIC "melpo recording\n"
#define RECORD_MAGIC_BYTES 16u
#define RECORD_VERSION 2u        /* 1 has no RECORD_STRIKE, and is read all the same */
#define RECORD_HEAD_BYTES 64u
#define RECORD_NUMBERS_MAX 3u
#define RECORD_ENTRY_HEAD_MAX 64u /* bytes of an entry before its own bytes */
#define RECORD_CHECK_BYTES 65536u /* of entries, at most about so many between two checks */
#define RECORD_DEVICES 16u
#define RECORD_TEXT_MAX (1024u * 1024u)

enum { /* where in the head */
    RECORD_AT_VERSION = 16,
    RECORD_AT_STATE = 20,
    RECORD_AT_SEED = 24,
    RECORD_AT_TIME = 32,      /* bits: 1 virtual, 2 choices are recorded */
    RECORD_AT_CHECK = 36,     /* of seed, time and texts */
    RECORD_AT_TEXTS = 40,     /* bytes of the texts */
    RECORD_AT_COMMITTED = 48, /* bytes of the file that count */
    RECORD_AT_QUIET = 56,     /* calls answered as expected behind the last entry */
};

enum record_state {
    RECORD_OPEN,    /* being written, or its program ended without a word */
    RECORD_WHOLE,   /* to the end of the run */
    RECORD_STOPPED, /* the file could not be written on; the machine ran on */
};

enum record_kind { /* of entries; the numbers they have */
    RECORD_SAMPLE,   /* microseconds since the sample before, lines */
    RECORD_ENTROPY,  /* bytes */
    RECORD_RECEIVED, /* bytes */
    RECORD_SENT,     /* bytes */
    RECORD_SENDING,  /* 0 or 1 */
    RECORD_CARRIER,  /* count */
    RECORD_KEY,      /* code, kind, modifiers */
    RECORD_PUSH,     /* rectangles, check of them and of their pixels */
    RECORD_ANSWER,   /* check of what was asked; bytes of what was answered */
    RECORD_LINE,     /* of the log: microseconds since the sample, level; bytes of the rest */
    RECORD_CHECK,    /* check of the entries since the one before */
    RECORD_END,      /* ticks, machine time, halt code */
    RECORD_CHOICE,   /* which of the ready tasks goes first, if not the first */
    RECORD_STRIKE,   /* what is done, a number, microseconds since the sample; bytes of a name */
    RECORD_KINDS,
};

enum record_strike_kind {
    RECORD_REFUSE, /* the number is of the allocation, from here on, that fails; 0: none does */
    RECORD_KILL,   /* it is of the task, which has a name */
    RECORD_HALT,   /* it is the status with which the machine halts here and now */
    RECORD_STRIKE_KINDS,
};

struct record_strike { /* what is done to the kernel from beside its tables */
    enum record_strike_kind kind;
    uint32_t number;
    uint64_t time_us;    /* the machine's */
    const char *name;    /* [name_bytes], with no 0 behind it */
    uint32_t name_bytes;
};

enum record_text { RECORD_MELPO, RECORD_CONFIG_NAME, RECORD_FILTER, RECORD_CONFIG, RECORD_TEXTS };

struct record_head {
    uint64_t seed;
    bool is_virtual;
    bool has_choices; /* the machine was asked which task goes first */
    const char *texts[RECORD_TEXTS]; /* melpo's version, the configuration's name, the log's filter,
                                      * the configuration */
};

struct record_entry {
    uint64_t quiet;
    enum record_kind kind;
    uint8_t device;
    uint64_t numbers[RECORD_NUMBERS_MAX];
    const uint8_t *bytes; /* [count] */
    uint32_t count;
};

/* How many numbers a kind has, and whether bytes. */
uint32_t record_kind_numbers(enum record_kind kind);
bool record_kind_has_bytes(enum record_kind kind);

/* A check of `count` bytes behind those that `check` is of; it begins with 0. */
uint64_t record_check(uint64_t check, const void *bytes, size_t count);

/* Writes all of an entry but its bytes; returns how many. `head` has room for
 * RECORD_ENTRY_HEAD_MAX. */
uint32_t record_entry_head(const struct record_entry *entry, uint8_t *head);

/* Reads the entry at `bytes`, of which there are `count`; returns how many it has, or 0 when it is
 * none. Its bytes are borrowed. */
size_t record_entry_read(struct record_entry *entry, const uint8_t *bytes, size_t count);

/* Numbers of the head. */
uint64_t record_get(const uint8_t *at, uint32_t bytes);
void record_put(uint8_t *at, uint32_t bytes, uint64_t number);

#endif

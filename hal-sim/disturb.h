/* disturb.h — what goes wrong on purpose: which, when, and a list of what did.
 *
 *     plan ─┬─ kinds     by chance, as the seed has it      bytes, allocations, tasks:
 *           └─ moments   lose:57, kill:3 ── the nth ──────► disturb_strikes ──► list
 *
 * Each kind counts its opportunities: the bytes that arrive, the times a UART is asked for them,
 * the times the machine falls asleep. Whether one is taken follows from seed, kind and number
 * alone, so a run can be repeated with some of its disturbances and without the others; that is how
 * a failure is reduced to the few that it needs.
 *
 * Memory   The caller owns everything; nothing is allocated.
 * Bounds   DISTURB_MAX of them in a run; then nothing more goes wrong.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_DISTURB_H
#define HAL_SIM_DISTURB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISTURB_MAX 64u
#define DISTURB_PLAN_BYTES 2048u /* enough for any plan as text */

enum disturb_kind {
    DISTURB_LOSE,   /* a byte that arrives is lost */
    DISTURB_FLIP,   /* one of its bits is flipped */
    DISTURB_DOUBLE, /* it arrives twice */
    DISTURB_STALL,  /* a UART gives or takes nothing for up to 100 ms */
    DISTURB_CUT,    /* a peer is cut off; it comes back */
    DISTURB_REFUSE, /* one of the next allocations is refused */
    DISTURB_KILL,   /* a task is cancelled */
    DISTURB_KINDS,
};

struct disturb_moment { /* the nth opportunity of its kind, counted from 1 */
    uint32_t kind;
    uint64_t nth;
};

struct disturb_plan {
    bool is_timed;  /* order, moments and pieces follow from the seed: all of that is lawful */
    uint32_t kinds; /* bit n: kind n strikes by chance */
    struct disturb_moment moments[DISTURB_MAX]; /* strike whatever the seed says */
    uint32_t moment_count;
};

struct disturb_entry {
    struct disturb_moment moment;
    uint64_t tick, time_us;
    char what[64];
};

struct disturb_list {
    struct disturb_entry entries[DISTURB_MAX];
    uint32_t count;
    bool is_broken; /* a task was killed or memory refused: less is promised from here on */
    uint64_t chances[DISTURB_KINDS]; /* opportunities there were */
};

struct disturb {
    struct disturb_plan plan;
    uint64_t seed;
    struct disturb_list *list;
    bool is_calm;                   /* nothing strikes any more */
};

/* Reads a plan: words with commas between them. A profile, `none`, `timing` or `faults` (timing and
 * every kind); a kind (`lose`); or a moment (`lose:57`). False after writing to `error` what is
 * wrong. */
bool disturb_parse(struct disturb_plan *plan, const char *text, char *error, size_t error_bytes);

/* Writes it as disturb_parse reads it. */
void disturb_print(const struct disturb_plan *plan, char *text, size_t text_bytes);

/* Whether more than what is lawful happens under the plan. */
static inline bool disturb_is_faulty(const struct disturb_plan *plan)
{
    return plan->kinds != 0 || plan->moment_count > 0;
}

/* The word for a kind: "lose". */
const char *disturb_name(uint32_t kind);

/* Borrows `list`, which is emptied, as long as `disturb` is used. */
void disturb_init(struct disturb *disturb, const struct disturb_plan *plan, uint64_t seed,
                  struct disturb_list *list);

/* Counts an opportunity. True if it is taken: `*value` is then random, and the caller tells what it
 * has done with disturb_note. */
bool disturb_strikes(struct disturb *disturb, enum disturb_kind kind, uint64_t *value);

/* Adds what the latest strike of that kind has done to the list. */
void disturb_note(struct disturb *disturb, enum disturb_kind kind, uint64_t tick, uint64_t time_us,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif

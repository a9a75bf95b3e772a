/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "instructions.h"
#include "measure.h"
#include "mn/heap.h"
#include "rows.h"

#define ARENA_BYTES (1024u * 1024u)
#define LIVE 1000u   /* blocks of 16 to 512 bytes, alive all the time */
#define STEPS 65536u /* of the churn: one block freed, another allocated */
#define SMALL_BYTES (64u * 1024u)
#define SEEDS 31u    /* mixed loads that fill the small arena */
#define PIECES 600u  /* heap calls that are counted by instruction */

struct churn {
    struct mn_heap heap;
    void *blocks[LIVE];
    uint16_t which[STEPS], bytes[STEPS];
    uint8_t arena[ARENA_BYTES];
};

static uint32_t random_bytes(uint64_t *seed)
{
    return 16 + measure_random(seed) % (512 - 16 + 1);
}

static void plan(struct churn *churn)
{
    uint64_t seed = 1;
    for (uint32_t i = 0; i < STEPS; i++) {
        churn->which[i] = (uint16_t)(measure_random(&seed) % LIVE);
        churn->bytes[i] = (uint16_t)random_bytes(&seed);
    }
}

/* ---- time ------------------------------------------------------------------------------- */

static double churn_ours(void *context)
{
    struct churn *churn = context;
    if (mn_heap_init(&churn->heap, churn->arena, ARENA_BYTES) != MN_OK)
        abort();
    for (uint32_t i = 0; i < LIVE; i++)
        churn->blocks[i] = mn_heap_try(&churn->heap, churn->bytes[i]);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < STEPS; i++) {
        void **block = &churn->blocks[churn->which[i]];
        mn_heap_free(&churn->heap, *block);
        *block = mn_heap_try(&churn->heap, churn->bytes[i]);
        MN_ASSERT(*block);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    mn_heap_finish(&churn->heap);
    return spent_ns / STEPS;
}

static double churn_malloc(void *context)
{
    struct churn *churn = context;
    for (uint32_t i = 0; i < LIVE; i++)
        churn->blocks[i] = malloc(churn->bytes[i]);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < STEPS; i++) {
        void **block = &churn->blocks[churn->which[i]];
        free(*block);
        *block = malloc(churn->bytes[i]);
        MN_ASSERT(*block);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    for (uint32_t i = 0; i < LIVE; i++)
        free(churn->blocks[i]);
    return spent_ns / STEPS;
}

static void churn_row(struct table *table, struct churn *churn)
{
    struct measured measured = measure_pair(churn_ours, churn_malloc, churn, RUNS);
    table_row(table, &(struct row){
                         .what = "free and allocate, 1000 live, 16 to 512 B",
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "glibc malloc",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = AT_MOST(1.5),
                     });
}

/* ---- instructions ----------------------------------------------------------------------- */

/* Takes the heap through its states: mostly of the sizes asked for, now and then all sizes there
 * are; growing until nothing fits, shrinking until nothing is live, over and over. */
struct probe {
    struct churn *churn;
    uint64_t seed;
    bool shrinks, frees;
    uint32_t live, at, bytes;
};

static void probe_prepare(void *context, uint32_t index)
{
    struct probe *probe = context;
    uint32_t random = measure_random(&probe->seed);
    (void)index;
    if (probe->live == LIVE)
        probe->shrinks = true;
    if (probe->live == 0)
        probe->shrinks = false;
    probe->frees = probe->live > 0 && random % 4 < (probe->shrinks ? 3 : 1);
    probe->at = probe->frees ? random / 4 % probe->live : probe->live;
    probe->bytes = random / 4 % 8 == 0 ? 1u << random / 32 % 18 : random_bytes(&probe->seed);
}

static void probe_step(void *context, uint32_t index)
{
    struct probe *probe = context;
    struct churn *churn = probe->churn;
    (void)index;
    if (probe->frees) {
        mn_heap_free(&churn->heap, churn->blocks[probe->at]);
        churn->blocks[probe->at] = churn->blocks[--probe->live];
        return;
    }
    void *block = mn_heap_try(&churn->heap, probe->bytes);
    if (block)
        churn->blocks[probe->live++] = block;
    else
        probe->shrinks = true;
}

static void instruction_row(struct table *table, struct churn *churn)
{
    static const char what[] = "worst call, instructions, any state";
    struct instructions result;
    struct probe probe = {.churn = churn, .seed = 7};
    if (mn_heap_init(&churn->heap, churn->arena, SMALL_BYTES) != MN_OK)
        abort();
    if (!instructions_count(probe_prepare, probe_step, &probe, PIECES, &result)) {
        table_absent(table, what, AT_MOST(4), "may not trace a child here");
        return;
    }
    table_row(table, &(struct row){
                         .what = what,
                         .ours = (double)result.most,
                         .unit = "",
                         .reference_name = "mean call",
                         .reference = result.mean,
                         .limit = AT_MOST(4),
                     });
}

/* ---- how full it gets ------------------------------------------------------------------- */

/* Allocates and frees at random, three to two, until the first failure. Returns how many percent
 * of the arena's bytes were asked for and live then. */
static double fill_percent(struct churn *churn, uint64_t seed)
{
    uint32_t bytes_of[LIVE], live = 0, live_bytes = 0;
    if (mn_heap_init(&churn->heap, churn->arena, SMALL_BYTES) != MN_OK)
        abort();
    for (;;) {
        if (live > 0 && measure_random(&seed) % 5 < 2) {
            uint32_t at = measure_random(&seed) % live--;
            mn_heap_free(&churn->heap, churn->blocks[at]);
            live_bytes -= bytes_of[at];
            churn->blocks[at] = churn->blocks[live];
            bytes_of[at] = bytes_of[live];
            continue;
        }
        bytes_of[live] = random_bytes(&seed);
        churn->blocks[live] = mn_heap_try(&churn->heap, bytes_of[live]);
        if (!churn->blocks[live])
            return 100.0 * live_bytes / SMALL_BYTES;
        live_bytes += bytes_of[live++];
        MN_ASSERT(live < LIVE);
    }
}

static void fill_rows(struct table *table, struct churn *churn)
{
    double percent[SEEDS];
    for (uint32_t i = 0; i < SEEDS; i++)
        percent[i] = fill_percent(churn, i + 1);
    double median = measure_median(percent, SEEDS); /* sorts: the worst is the first */
    table_row(table, &(struct row){
                         .what = "live of 64 KiB at the first failure, median",
                         .ours = median,
                         .unit = "%",
                         .limit = AT_LEAST(85),
                     });
    table_row(table, &(struct row){
                         .what = "the same, worst of 31 loads",
                         .ours = percent[0],
                         .unit = "%",
                     });
}

void heap_rows(struct table *table)
{
    struct churn *churn = malloc(sizeof *churn);
    if (!churn)
        abort();
    plan(churn);
    churn_row(table, churn);
    instruction_row(table, churn);
    fill_rows(table, churn);
    free(churn);
}

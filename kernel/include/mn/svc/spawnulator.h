/* spawnulator.h — the service that gives a Forth program children.
 *
 *     parent: xt ──► spawnulator ──► memory ──► fork ──► a task of its own that runs xt
 *
 * A child knows the words and data of its parent as they were when it was spawned, has stacks, a
 * bag and memory of its own, and prints on its parent's console. It has no input: a word that
 * asks for some is told that it ended. The child ends when its word does; what goes wrong in it
 * is printed, and its memory is free again.
 *
 * Parents  Hold a token for each child (mn/shell/bag.h), as far as their bag has room. A child
 *          outlives its parent: nobody holds it then, and it runs on until it ends.
 * Limits   So many children at once as the settings say, over all parents. Memory is waited for
 *          until the request's deadline.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_SPAWNULATOR_H
#define MN_SVC_SPAWNULATOR_H

#include "mn/heap.h"
#include "mn/race.h"
#include "mn/service.h"

struct mn_program;

/* ---- messages --------------------------------------------------------------------------- */

struct mn_spawn_request {
    struct mn_program *parent; /* stays as it is while the request is wanted */
    uint32_t xt;
};

struct mn_spawn_response {
    uint32_t task_id;
    uint32_t token; /* in the parent's bag, or 0: it was full */
};

enum mn_spawn_error {
    MN_SPAWN_FULL,    /* as many children as there may be */
    MN_SPAWN_BAD_XT,  /* not an execution token of the parent's */
    MN_SPAWN_TOO_BIG, /* not even an empty heap could hold one */
};

MN_SERVICE(mn_spawnulator, "Forth spawnulator",
           MN_UUID(0x4ae4a406, 0x005a, 0x4bde, 0xbe91, UINT64_C(0xafc1900f76fa)),
           struct mn_spawn_request, struct mn_spawn_response, enum mn_spawn_error,
           struct mn_none, struct mn_none);

/* ---- client ----------------------------------------------------------------------------- */

struct mn_spawn_child { /* frame; `response` is valid after MN_OK, `error` after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_registry *registry;
    struct mn_spawnulator_client client;
    struct mn_spawn_request request;
    struct mn_spawn_response response;
    enum mn_spawn_error error;
    uint64_t deadline_us;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Future: a child of `parent` that runs `xt`, no later than `deadline_us`.
 *
 * Borrows    `parent`, which must not run meanwhile.
 * Ends with  MN_OK             it runs from the next tick on
 *            MN_ERR_NOT_FOUND  this machine has no spawnulator
 *            MN_ERR_TIMEOUT    no memory within that time
 *            MN_ERR_FAILED     `error` says why
 *            MN_ERR_CLOSED     the spawnulator ended
 *            MN_ERR_TYPE       it was compiled from another declaration
 * Dropped    no child; one that was just made may run, held by nobody. */
struct mn_co *mn_spawn_child(struct mn_spawn_child *frame, struct mn_registry *registry,
                             struct mn_program *parent, uint32_t xt, uint64_t deadline_us);

/* ---- server ----------------------------------------------------------------------------- */

struct mn_spawnulator_settings {
    uint32_t capacity; /* children at once, at least 1 */
};

struct mn_spawnulator { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_spawnulator_settings settings;
    struct mn_service service;
    struct mn_spawnulator_job job;
    struct mn_list children;  /* mn_child::link, oldest first */
    uint32_t child_count;
    struct mn_service_recv recv;
    struct mn_heap_alloc alloc;
    struct mn_job_abandoned abandoned;
    struct mn_co *arms[2];
    struct mn_select either;
};

/* Future: serves until it is dropped.
 *
 * Ends with  MN_ERR_TAKEN  another one serves already
 *            MN_ERR_FULL   the registry is full
 * Dropped    every child is cancelled, and every request answered with MN_ERR_CLOSED. */
struct mn_co *mn_spawnulate(struct mn_spawnulator *frame, struct mn_kernel *kernel,
                            const struct mn_spawnulator_settings *settings);

/* Ends a child, wherever it is; `thing` is what the bag holds for a token of kind "child". The
 * child must not be the one that asks (asserted). */
void mn_spawnulator_kill(void *thing);

/* Its task, for lists. */
struct mn_task;
const struct mn_task *mn_spawnulator_task(const void *thing);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "options.h"

#define TELL_MS 200

struct worker {
    struct probe probe;
    uint64_t run; /* the one it is at; CREW_NONE: it is done */
    struct crew_sums sums;
};

struct tally { /* of a scenario; all workers add to it */
    uint64_t runs, spent_us;
};

struct crew_board {
    uint64_t next; /* run that nobody has begun */
    bool is_stopped;
    struct tally *tallies; /* behind the workers */
    struct worker workers[];
};

bool crew_open(struct crew *crew, const struct crew_order *order)
{
    size_t workers = order->workers_max * sizeof(struct worker);
    *crew = (struct crew){.order = *order};
    crew->board_bytes = sizeof *crew->board + workers +
                        order->scenario_count * sizeof(struct tally);
    crew->board = probe_map(crew->board_bytes);
    if (!crew->board)
        return false;
    crew->board->next = order->first;
    crew->board->tallies = (struct tally *)&crew->board->workers[order->workers_max];
    return true;
}

void crew_close(struct crew *crew)
{
    munmap(crew->board, crew->board_bytes);
}

/* ---- a worker --------------------------------------------------------------------------- */

/* As much as the largest heap: without it each run would have its pages from the host anew. */
static struct run_room make_room(const struct crew_order *order)
{
    struct run_room room = {.count = 0};
    for (size_t i = 0; i < order->scenario_count; i++)
        if (order->scenarios[i]->config.kernel.heap_size_bytes > room.count)
            room.count = order->scenarios[i]->config.kernel.heap_size_bytes;
    void *bytes = mmap(NULL, room.count, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    room.bytes = bytes;
    return bytes == MAP_FAILED ? (struct run_room){.count = 0} : room;
}

static uint64_t spent_us(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (uint64_t)spent.tv_sec * 1000000 + (uint64_t)spent.tv_nsec / 1000;
}

static void add(struct worker *worker, struct tally *tally, uint64_t us)
{
    const struct probe *probe = &worker->probe;
    worker->sums.runs++;
    worker->sums.cut_short += probe->marks.is_cut_short;
    for (uint32_t i = 0; i < probe->list.count; i++)
        worker->sums.faults[probe->list.entries[i].moment.kind]++;
    __atomic_fetch_add(&tally->runs, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&tally->spent_us, us, __ATOMIC_RELAXED);
}

/* Runs until there is nothing left to do or something has failed. */
static bool work(const struct crew *crew, struct worker *worker, FILE *nowhere)
{
    struct crew_board *board = crew->board;
    const struct crew_order *order = &crew->order;
    const struct run_room room = make_room(order);
    struct crew_run given;
    while (!__atomic_load_n(&board->is_stopped, __ATOMIC_RELAXED)) {
        uint64_t run = __atomic_fetch_add(&board->next, 1, __ATOMIC_RELAXED), began_us = spent_us();
        if (run >= order->end)
            break;
        order->give(order->context, run, &given);
        given.settings.room = &room;
        given.settings.list = &worker->probe.list;
        given.settings.marks = &worker->probe.marks;
        worker->run = run;
        probe_set_alarm(&given.settings);
        if (scenario_run(order->scenarios[given.scenario], &given.settings, nowhere) !=
            MELPO_EXIT_OK)
            return false;
        add(worker, &board->tallies[given.scenario], spent_us() - began_us);
    }
    worker->run = CREW_NONE;
    return true;
}

_Noreturn static void be_worker(const struct crew *crew, struct worker *worker)
{
    FILE *nowhere = fopen("/dev/null", "w");
    if (nowhere) {
        dup2(fileno(nowhere), STDOUT_FILENO);
        dup2(fileno(nowhere), STDERR_FILENO);
    }
    bool has_held = nowhere && work(crew, worker, nowhere);
    if (nowhere)
        fclose(nowhere);
    exit(has_held ? MELPO_EXIT_OK : MELPO_EXIT_SCRIPT);
}

/* ---- all of them ------------------------------------------------------------------------ */

static unsigned start_workers(const struct crew *crew)
{
    unsigned started = 0;
    fflush(NULL); /* or all of us would write what is in there */
    for (unsigned i = 0; i < crew->order.workers_max; i++) {
        struct worker *worker = &crew->board->workers[i];
        worker->run = CREW_NONE;
        pid_t parent = getpid(), pid = fork();
        if (pid == 0) {
            probe_end_with(parent);
            be_worker(crew, worker);
        }
        started += pid > 0;
    }
    return started;
}

static bool is_told(const struct crew *crew)
{
    return crew->order.doing && isatty(STDERR_FILENO);
}

static void tell(const struct crew *crew)
{
    uint64_t begun = __atomic_load_n(&crew->board->next, __ATOMIC_RELAXED);
    uint64_t end = crew->order.end;
    fprintf(stderr, "\r# %s: run %llu of %llu ", crew->order.doing,
            (unsigned long long)(begun < end ? begun : end), (unsigned long long)end);
    fflush(stderr);
}

/* Waits until one of them ends. On a terminal it says meanwhile how far they are. */
static pid_t wait_for_one(const struct crew *crew, int *status)
{
    if (!is_told(crew))
        return wait(status);
    for (;;) {
        pid_t pid = waitpid(-1, status, WNOHANG);
        if (pid != 0)
            return pid;
        tell(crew);
        poll(NULL, 0, TELL_MS);
    }
}

/* Whether all of them have held. If one has failed the others stop behind their present run. */
static bool wait_for_workers(const struct crew *crew, unsigned started)
{
    bool has_held = started > 0;
    while (started > 0) {
        int status = 0;
        pid_t pid = wait_for_one(crew, &status);
        if (pid < 0 && errno == EINTR)
            continue;
        started--;
        if (pid > 0 && probe_has_held(status))
            continue;
        has_held = false;
        __atomic_store_n(&crew->board->is_stopped, true, __ATOMIC_RELAXED);
    }
    if (is_told(crew))
        fputs("\r\033[K", stderr);
    fflush(stderr);
    return has_held;
}

uint64_t crew_work(struct crew *crew, bool *has_held)
{
    uint64_t first = CREW_NONE;
    *has_held = wait_for_workers(crew, start_workers(crew));
    for (unsigned i = 0; i < crew->order.workers_max; i++) /* who has failed is still at it */
        if (crew->board->workers[i].run < first)
            first = crew->board->workers[i].run;
    return first;
}

struct crew_sums crew_sums(const struct crew *crew)
{
    struct crew_sums all = {.runs = 0};
    for (unsigned i = 0; i < crew->order.workers_max; i++) {
        const struct crew_sums *sums = &crew->board->workers[i].sums;
        all.runs += sums->runs;
        all.cut_short += sums->cut_short;
        for (uint32_t kind = 0; kind < DISTURB_KINDS; kind++)
            all.faults[kind] += sums->faults[kind];
    }
    return all;
}

uint64_t crew_mean_us(const struct crew *crew, size_t scenario)
{
    const struct tally *tally = &crew->board->tallies[scenario];
    return tally->runs > 0 ? tally->spent_us / tally->runs : 0;
}

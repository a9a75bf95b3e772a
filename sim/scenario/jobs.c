/* jobs.c — a process for each scenario, several at once.
 *
 *     parent ── fork ──► child: scenario_run; what it says goes into a pipe
 *        ▲                 │
 *        └── end of pipe ◄─┴── exit status; the line it was at is in shared memory
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bytes.h"
#include "options.h"
#include "probe.h"
#include "recording.h"
#include "report.h"
#include "values.h"
#include "verdict.h"

#define GRACE_US 5000000u   /* the machine is asked first; then its process is killed */
#define SAID_BYTES_MAX 262144u

struct job {
    size_t index;     /* of its scenario */
    pid_t pid;        /* 0: no job */
    int fd;           /* reads what it says */
    uint64_t begin_us, kill_us;
    bool was_killed;
    struct bytes said;
};

struct jobs {
    const struct scenario *scenarios;
    struct verdict *verdicts;
    const struct job_settings *settings;
    struct run_marks *marks; /* [count], shared with the children: where each of them is */
    struct job *items;
    struct pollfd *polls;
};

static uint64_t now_us(void)
{
    return uv_hrtime() / 1000;
}

/* Every run is recorded where recordings are wanted, since nobody knows which will fail. `path` has
 * room for RECORDING_PATH_BYTES. */
static struct run_settings settings_of(const struct jobs *jobs, size_t index, char *path)
{
    struct run_settings settings = jobs->settings->run;
    settings.marks = &jobs->marks[index];
    if (!jobs->settings->recordings)
        return settings;
    recording_name(jobs->scenarios, index, jobs->settings->recordings, path);
    settings.record = path;
    return settings;
}

_Noreturn static void be_child(struct jobs *jobs, size_t index, int fd)
{
    char path[RECORDING_PATH_BYTES];
    struct run_settings settings = settings_of(jobs, index, path);
    struct disturb_list list;
    settings.list = &list;
    probe_be(&jobs->scenarios[index], &settings, fd);
}

static bool start(struct jobs *jobs, struct job *job, size_t index)
{
    int fds[2];
    fflush(NULL); /* or both of us would write what is in there */
    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    uint64_t begin_us = now_us(); /* the child may be done before we are back */
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        probe_end_with(parent);
        close(fds[0]);
        be_child(jobs, index, fds[1]);
    }
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return false;
    }
    *job = (struct job){.index = index, .pid = pid, .fd = fds[0], .begin_us = begin_us};
    job->kill_us = job->begin_us + jobs->settings->run.ceiling_us + GRACE_US;
    return true;
}

/* ---- what has become of it -------------------------------------------------------------- */

static void write_end(const struct jobs *jobs, const struct job *job, int status, FILE *out)
{
    char limit[MELPO_VALUE_BYTES];
    melpo_print_duration(jobs->settings->run.ceiling_us, limit);
    probe_say_place(&jobs->scenarios[job->index], jobs->marks[job->index].line, out);
    if (job->was_killed)
        fprintf(out, "  but       the file took more than %s of the host's time, and one poll of a "
                     "task does not end at all\n", limit);
    else
        probe_say_end(status, out);
}

static char *describe(const struct jobs *jobs, const struct job *job, int status)
{
    char *text = NULL, path[RECORDING_PATH_BYTES];
    size_t count = 0;
    const struct run_settings run = settings_of(jobs, job->index, path);
    bool tells = WIFEXITED(status) && (WEXITSTATUS(status) == MELPO_EXIT_SCRIPT ||
                                       WEXITSTATUS(status) == MELPO_EXIT_OK);
    FILE *out = open_memstream(&text, &count);
    if (!out)
        return NULL;
    if (!tells)
        write_end(jobs, job, status, out);
    if (job->said.count > 0)
        fwrite(job->said.data, 1, job->said.count, out);
    if (!tells)
        report_command(&jobs->scenarios[job->index], &run, out);
    fclose(out);
    return text;
}

static void forget_recording(const struct jobs *jobs, size_t index)
{
    char path[RECORDING_PATH_BYTES];
    unlink(settings_of(jobs, index, path).record);
}

static void finish(struct jobs *jobs, struct job *job)
{
    struct verdict *verdict = &jobs->verdicts[job->index];
    int status = probe_wait(job->pid);
    verdict->wall_us = now_us() - job->begin_us;
    verdict->has_held = probe_has_held(status);
    bool has_said = job->said.count > 0;
    verdict->text = verdict->has_held && !has_said ? NULL : describe(jobs, job, status);
    verdict->is_done = true;
    if (verdict->has_held && jobs->settings->recordings)
        forget_recording(jobs, job->index);
    close(job->fd);
    bytes_finish(&job->said);
    job->pid = 0;
}

/* ---- all of them ------------------------------------------------------------------------ */

static void hear(struct jobs *jobs, struct job *job)
{
    char chunk[4096];
    ssize_t count = read(job->fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR)
        return;
    if (count <= 0)
        finish(jobs, job);
    else if (job->said.count + (size_t)count <= SAID_BYTES_MAX)
        bytes_put(&job->said, chunk, (size_t)count, false);
}

/* Waits until a child has something to say or is to be killed. */
static void look(struct jobs *jobs)
{
    uint64_t now = now_us(), next_us = UINT64_MAX;
    for (unsigned i = 0; i < jobs->settings->jobs_max; i++) {
        struct job *job = &jobs->items[i];
        jobs->polls[i] = (struct pollfd){.fd = job->pid ? job->fd : -1, .events = POLLIN};
        if (job->pid && !job->was_killed && job->kill_us < next_us)
            next_us = job->kill_us;
    }
    uint64_t left_ms = next_us > now ? (next_us - now) / 1000 + 1 : 0;
    poll(jobs->polls, jobs->settings->jobs_max, left_ms < 60000 ? (int)left_ms : 60000);
    for (unsigned i = 0; i < jobs->settings->jobs_max; i++) {
        struct job *job = &jobs->items[i];
        if (job->pid && jobs->polls[i].revents != 0)
            hear(jobs, job);
        else if (job->pid && !job->was_killed && now_us() >= job->kill_us)
            job->was_killed = kill(job->pid, SIGKILL) == 0;
    }
}

static struct job *find_free(struct jobs *jobs, unsigned *running)
{
    struct job *found = NULL;
    *running = 0;
    for (unsigned i = 0; i < jobs->settings->jobs_max; i++) {
        *running += jobs->items[i].pid != 0;
        if (jobs->items[i].pid == 0)
            found = &jobs->items[i];
    }
    return found;
}

static void run_all(struct jobs *jobs, size_t count,
                    void (*done)(const char *, size_t, const struct verdict *))
{
    size_t next = 0, told = 0;
    while (told < count) {
        unsigned running;
        struct job *job = find_free(jobs, &running);
        if (next < count && job && start(jobs, job, next)) {
            next++;
            continue;
        }
        if (running == 0) { /* not even one process can be had */
            jobs->verdicts[next].text = strdup("melpo: no process to run it in\n");
            jobs->verdicts[next++].is_done = true;
        } else {
            look(jobs);
        }
        for (; told < count && jobs->verdicts[told].is_done; told++)
            done(jobs->scenarios[told].name, told, &jobs->verdicts[told]);
    }
}

void jobs_run(const struct scenario *scenarios, struct verdict *verdicts, size_t count,
              const struct job_settings *settings,
              void (*done)(const char *name, size_t index, const struct verdict *verdict))
{
    size_t bytes = count * sizeof(struct run_marks);
    struct jobs jobs = {.scenarios = scenarios, .verdicts = verdicts, .settings = settings};
    jobs.items = calloc(settings->jobs_max, sizeof *jobs.items);
    jobs.polls = calloc(settings->jobs_max, sizeof *jobs.polls);
    jobs.marks = probe_map(bytes);
    if (jobs.items && jobs.polls && jobs.marks)
        run_all(&jobs, count, done);
    if (jobs.marks)
        munmap(jobs.marks, bytes);
    free(jobs.items);
    free(jobs.polls);
}

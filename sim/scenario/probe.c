/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "probe.h"
#include "report.h"

#define GRACE_S 5u /* the run is ended first; then its process */

void *probe_map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void probe_end_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it has ended meanwhile */
        _exit(MELPO_EXIT_FAILED);
}

_Noreturn void probe_be(const struct scenario *scenario, const struct run_settings *settings,
                        int fd)
{
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    int status = scenario_run(scenario, settings, stdout);
    fflush(stdout);
    exit(status);
}

void probe_set_alarm(const struct run_settings *settings)
{
    alarm((unsigned)(settings->ceiling_us / 1000000) + GRACE_S);
}

int probe_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

bool probe_has_held(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == MELPO_EXIT_OK;
}

void probe_say_place(const struct scenario *scenario, uint32_t line, FILE *out)
{
    fprintf(out, "%s:%u: ", scenario->name, line);
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].line == line)
            fputs(scenario->steps[i].source, out);
    fputc('\n', out);
}

void probe_say_end(int status, FILE *out)
{
    if (WIFSIGNALED(status))
        fprintf(out, "  but       the program was ended by signal %d (%s)\n", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == MELPO_EXIT_PANIC)
        fputs("  but       the kernel panicked\n", out);
    else
        fprintf(out, "  but       the program ended with status %d\n", WEXITSTATUS(status));
}

static void say_end(const struct scenario *scenario, const struct run_settings *settings,
                    const struct probe *probe, int status, FILE *out)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == MELPO_EXIT_SCRIPT)
        return; /* it said so itself */
    probe_say_place(scenario, probe->marks.line, out);
    probe_say_end(status, out);
    report_list(&probe->list, out);
    report_command(scenario, settings, out);
}

bool probe_run(const struct scenario *scenario, const struct run_settings *settings,
               struct probe *probe, FILE *out)
{
    struct run_settings own = *settings;
    own.list = &probe->list;
    own.marks = &probe->marks;
    fflush(NULL); /* or both of us would write what is in there */
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        probe_end_with(parent);
        probe_set_alarm(settings);
        probe_be(scenario, &own, out ? fileno(out) : open("/dev/null", O_WRONLY | O_CLOEXEC));
    }
    if (pid < 0)
        return true; /* nothing has failed as far as is known */
    int status = probe_wait(pid);
    if (probe_has_held(status))
        return true;
    if (out)
        say_end(scenario, &own, probe, status, out);
    return false;
}

bool probe_hear(const struct scenario *scenario, const struct run_settings *settings,
                struct probe *probe, char said[PROBE_SAID_BYTES], bool *has_held)
{
    FILE *out = tmpfile();
    if (!out)
        return false;
    *has_held = probe_run(scenario, settings, probe, out);
    rewind(out);
    said[fread(said, 1, PROBE_SAID_BYTES - 1, out)] = '\0';
    fclose(out);
    return true;
}
